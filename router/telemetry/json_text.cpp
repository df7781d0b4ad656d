#include "router/telemetry/json_text.hpp"

#include <cstdio>

namespace banyan::telemetry {
namespace {

bool plain(std::string_view text) {
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f || c == '"' || c == '\\') return false;
  }
  return true;
}

void put_escaped(std::string& out, std::string_view text) {
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", byte);
      out += code;
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
}

}  // namespace

void put_json_text(std::string& out, std::string_view text) {
  if (plain(text)) out += text;
  else put_escaped(out, text);
}

void put_json_number(std::string& out, std::uint64_t value) {
  char digits[20];
  std::size_t at = sizeof digits;
  do digits[--at] = static_cast<char>('0' + value % 10);
  while ((value /= 10) != 0);
  out.append(digits + at, sizeof digits - at);
}

}  // namespace banyan::telemetry
