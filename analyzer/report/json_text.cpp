#include "analyzer/report/json_text.hpp"

#include <boost/json.hpp>

#include <cmath>

namespace banyan::report {
namespace {

namespace json = boost::json;
constexpr std::size_t line_width = 110;

std::string number(double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.4f", std::isfinite(value) ? value : 0.0);
  std::string text = buffer;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

void write_compact(const json::value& value, std::string& out) {
  if (const auto* object = value.if_object()) {
    out += '{';
    for (const auto& [key, member] : *object) {
      if (out.back() != '{') out += ", ";
      out += json::serialize(json::string_view(key)) + ": ";
      write_compact(member, out);
    }
    out += '}';
  } else if (const auto* array = value.if_array()) {
    out += '[';
    for (const auto& element : *array) {
      if (&element != array->data()) out += ", ";
      write_compact(element, out);
    }
    out += ']';
  } else if (const auto* real = value.if_double()) {
    out += number(*real);
  } else {
    out += json::serialize(value);
  }
}

void write_pretty(const json::value& value, std::size_t indent, std::string& out) {
  if (value.is_structured()) {
    if (auto line = compact(value); line.size() + indent <= line_width) {
      out += line;
      return;
    }
  }
  const std::string inner(indent + 2, ' ');
  bool first = true;
  const auto next = [&] { out += (std::exchange(first, false) ? "\n" : ",\n") + inner; };
  if (const auto* object = value.if_object()) {
    out += '{';
    for (const auto& [key, member] : *object) {
      next();
      out += json::serialize(json::string_view(key)) + ": ";
      write_pretty(member, indent + 2, out);
    }
    out += "\n" + std::string(indent, ' ') + "}";
  } else if (const auto* array = value.if_array()) {
    out += '[';
    for (const auto& element : *array) {
      next();
      write_pretty(element, indent + 2, out);
    }
    out += "\n" + std::string(indent, ' ') + "]";
  } else {
    write_compact(value, out);
  }
}

}  // namespace

std::string compact(const json::value& value) {
  std::string out;
  write_compact(value, out);
  return out;
}

std::string pretty(const json::value& value) {
  std::string out;
  write_pretty(value, 0, out);
  return out + "\n";
}

}  // namespace banyan::report
