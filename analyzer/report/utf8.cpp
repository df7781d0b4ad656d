#include "analyzer/report/utf8.hpp"

#include <algorithm>

namespace banyan::report {

std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  const std::size_t length = first < 0x80                    ? 1
                             : first >= 0xc2 && first < 0xe0 ? 2
                             : (first & 0xf0) == 0xe0        ? 3
                             : first >= 0xf0 && first < 0xf5 ? 4
                                                             : 0;
  if (length == 0 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((static_cast<unsigned char>(text[at + i]) & 0xc0) != 0x80) return 0;
  return length;
}

std::string as_utf8(std::string_view text, std::string_view instead) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const auto length = sequence_length(text, at);
    result += length == 0 ? instead : text.substr(at, length);
    at += std::max<std::size_t>(1, length);
  }
  return result;
}

}  // namespace banyan::report
