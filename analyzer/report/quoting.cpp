#include "analyzer/report/quoting.hpp"

#include <cstdio>

namespace banyan::report {
namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Each character through `replace`, which answers with nullptr for "as it is".
template <typename Replace>
std::string mapped(std::string_view text, Replace&& replace) {
  std::string result;
  for (const char c : text) {
    if (const char* instead = replace(c))
      result += instead;
    else
      result += c;
  }
  return result;
}

std::string quoted(std::string text) { return "\"" + std::move(text) + "\""; }

}  // namespace

std::string quote_dot(std::string_view text) {
  return quoted(mapped(text, [](char c) {
    return c == '"' ? "\\\"" : c == '\\' ? "\\\\" : c == '\n' ? "\\n" : is_control(c) ? " " : nullptr;
  }));
}

std::string quote_xml(std::string_view text) {
  return mapped(text, [](char c) {
    switch (c) {
      case '&':
        return "&amp;";
      case '<':
        return "&lt;";
      case '>':
        return "&gt;";
      case '"':
        return "&quot;";
      case '\n':
        return "&#10;";
      case '\t':
        return "&#9;";
      case '\r':
        return "&#13;";
      default:
        return static_cast<unsigned char>(c) < 0x20 ? "\xEF\xBF\xBD"
                                                    : nullptr;  // not in XML 1.0, however written
    }
  });
}

std::string quote_mermaid(std::string_view text) {
  if (text.empty()) return "\" \"";  // an empty string is a syntax error there
  return quoted(mapped(text, [](char c) {
    switch (c) {
      case '"':
        return "#quot;";
      case '#':
        return "#35;";
      case '&':
        return "#amp;";
      case '<':
        return "#lt;";
      case '>':
        return "#gt;";
      case '`':
        return "#96;";
      case '%':
        return "#37;";
      case ';':
        return "#59;";
      case '\\':
        return "#92;";
      default:
        return is_control(c) ? " " : nullptr;
    }
  }));
}

std::string quote_csv(std::string_view text) {
  // A spreadsheet would compute what starts like this (OWASP, "CSV injection").
  const bool formula =
      !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
  std::string field = (formula ? "'" : "") + std::string(text);
  if (field.find_first_of(",\"\r\n\t") == std::string::npos && !field.starts_with(' ') &&
      !field.ends_with(' '))
    return field;
  return quoted(mapped(field, [](char c) { return c == '"' ? "\"\"" : nullptr; }));
}

std::string quote_structurizr(std::string_view text) {
  // Its lexer looks only at the character before a quote, joins lines that end in \ and expands ${NAME}.
  return quoted(mapped(text, [](char c) {
    return c == '"' ? "'" : c == '\\' ? "/" : c == '$' ? "\xEF\xBC\x84" : is_control(c) ? " " : nullptr;
  }));
}

std::string quote_cml(std::string_view text) {
  return quoted(mapped(text, [](char c) {
    return c == '"' ? "\\\"" : c == '\\' ? "\\\\" : is_control(c) ? " " : nullptr;
  }));
}

std::string quote_yaml(std::string_view text) {
  std::string result;
  const auto escape = [&](unsigned value) {
    char buffer[8];
    std::snprintf(buffer, sizeof buffer, "\\u%04X", value);
    result += buffer;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    if (byte == 0xc2 && next >= 0x80 && next < 0xa0) {  // U+0080..U+009F: not printable for YAML
      escape(next);
      ++i;
    } else if (byte < 0x20 || byte == 0x7f) {
      escape(byte);
    } else {
      if (byte == '"' || byte == '\\') result += '\\';
      result += text[i];
    }
  }
  return quoted(std::move(result));
}

std::string uri_of(std::string_view path) {
  static constexpr std::string_view kept = "-._~/!$&'()*+,;=@";
  std::string result;
  for (const char c : path) {
    if (is_letter(c) || is_digit(c) || kept.find(c) != std::string_view::npos) {
      result += c;
      continue;
    }
    char buffer[4];
    std::snprintf(buffer, sizeof buffer, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
    result += buffer;
  }
  return result;
}

std::string comment_line(std::string_view text) {
  return mapped(text, [](char c) { return is_control(c) ? " " : nullptr; });
}

std::string Identifiers::make(std::string_view name) {
  std::string base;
  for (const char c : name) base += is_letter(c) || is_digit(c) ? c : '_';
  if (base.empty() || is_digit(base.front())) base.insert(0, "_");
  base += suffix_;
  std::string result = base;
  for (int i = 2; !taken_.insert(result).second; ++i) result = base + "_" + std::to_string(i);
  return result;
}

std::string EntityNames::make(std::string_view name) {
  constexpr std::size_t longest = 63, room = 5;
  std::string base;
  for (const char c : name) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (is_letter(lower) || is_digit(lower))
      base += lower;
    else if (!base.empty() && base.back() != '-')
      base += '-';
  }
  base = base.substr(0, longest - room);
  while (!base.empty() && base.back() == '-') base.pop_back();
  if (base.empty()) base = "unnamed";
  std::string result = base;
  for (int i = 2; !taken_.insert(result).second; ++i) result = base + "-" + std::to_string(i);
  return result;
}

}  // namespace banyan::report
