#include "analyzer/facts/format_string.hpp"

#include <algorithm>
#include <cstddef>

namespace banyan::facts {
namespace {

constexpr std::string_view kFlags = "-+ #0123456789.$'hlLqjzt";

void add_text(std::vector<FormatPart>& parts, char c) {
  if (parts.empty() || parts.back().argument >= 0) parts.emplace_back();
  parts.back().text += c;
}

bool digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::vector<FormatPart> split_printf(std::string_view format) {
  std::vector<FormatPart> parts;
  int next = 0;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      add_text(parts, format[i]);
      continue;
    }
    std::size_t j = i + 1;
    int explicit_index = 0;
    while (j < format.size() && (kFlags.find(format[j]) != std::string_view::npos || format[j] == '*')) {
      if (format[j] == '*') ++next;
      if (digit(format[j])) explicit_index = (explicit_index * 10 + (format[j] - '0')) % 1000;
      if (format[j] == '$' && explicit_index > 0) next = explicit_index - 1;
      ++j;
    }
    if (j >= format.size()) {
      add_text(parts, '%');
      continue;
    }
    if (format[j] == '%') {
      add_text(parts, '%');
    } else {
      parts.push_back({next++, {}, format[j] == 's' || format[j] == 'q' || format[j] == 'Q'});
    }
    i = j;
  }
  return parts;
}

std::vector<FormatPart> split_braces(std::string_view format) {
  std::vector<FormatPart> parts;
  int next = 0;
  for (std::size_t i = 0; i < format.size(); ++i) {
    const char c = format[i];
    const bool doubled = i + 1 < format.size() && format[i + 1] == c && (c == '{' || c == '}');
    const std::size_t end = c == '{' && !doubled ? format.find('}', i) : std::string_view::npos;
    if (end == std::string_view::npos) {
      add_text(parts, c);
      i += doubled ? 1 : 0;
      continue;
    }
    const std::string_view id = format.substr(i + 1, std::min(format.find(':', i), end) - i - 1);
    FormatPart part;
    part.is_string = true;
    if (id.empty()) {
      part.argument = next++;
    } else if (digit(id.front()) && id.size() < 3) {
      part.argument = std::stoi(std::string(id));
    } else {
      part.argument = 1000;  // named: past every real argument
      part.text = id;
    }
    parts.push_back(std::move(part));
    i = end;
  }
  return parts;
}

}  // namespace banyan::facts
