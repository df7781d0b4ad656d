// Byte classes of HTTP/1.1 and comparisons without locale. Pure; callable from any thread.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace banyan::http {

enum : std::uint8_t { class_token = 1, class_target = 2, class_host = 4, class_digit = 8, class_hex = 16 };

extern const std::array<std::uint8_t, 256> byte_classes;

inline bool is(char c, std::uint8_t wanted) {
  return (byte_classes[static_cast<unsigned char>(c)] & wanted) != 0;
}
inline bool all_are(std::string_view text, std::uint8_t wanted) {
  for (char c : text)
    if (!is(c, wanted)) return false;
  return true;
}
inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool iequals(std::string_view a, std::string_view b);

// Removes spaces and tabs at both ends.
std::string_view trim(std::string_view text);

// The first byte that may not stand in a field value (controls except tab, and DEL), or `end`.
const char* find_control(const char* begin, const char* end);

// Calls `each(token)` for every non-empty element of a comma separated list.
template <class Each>
void for_each_element(std::string_view list, Each&& each) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    const auto element = trim(list.substr(0, comma));
    if (!element.empty()) each(element);
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace banyan::http
