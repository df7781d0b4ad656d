#include "router/http/characters.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace banyan::http {
namespace {

constexpr bool contains(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> table{};
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    const bool digit = c >= '0' && c <= '9';
    const bool alpha = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    std::uint8_t classes = 0;
    if (digit || alpha || contains("!#$%&'*+-.^_`|~", c)) classes |= class_token;
    // A fragment never travels in a target; bytes above ASCII do, and are passed on untouched.
    if ((i > 0x20 && i < 0x7f && c != '#') || i >= 0x80) classes |= class_target;
    if (digit || alpha || contains("-._~:[]%!$&'()*+;=", c)) classes |= class_host;
    if (digit) classes |= class_digit | class_hex;
    if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) classes |= class_hex;
    table[static_cast<std::size_t>(i)] = classes;
  }
  return table;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

}  // namespace

const std::array<std::uint8_t, 256> byte_classes = make_classes();

bool iequals(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

const char* find_control(const char* begin, const char* end) {
#if defined(__SSE2__)
  const __m128i below = _mm_set1_epi8(0x1f), tab = _mm_set1_epi8('\t'), del = _mm_set1_epi8(0x7f);
  for (; end - begin >= 16; begin += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(begin));
    const __m128i low = _mm_cmpeq_epi8(_mm_max_epu8(bytes, below), below);
    const __m128i bad = _mm_or_si128(_mm_andnot_si128(_mm_cmpeq_epi8(bytes, tab), low), _mm_cmpeq_epi8(bytes, del));
    if (const int mask = _mm_movemask_epi8(bad); mask != 0) return begin + __builtin_ctz(static_cast<unsigned>(mask));
  }
#endif
  while (begin != end && !is_control(*begin)) ++begin;
  return begin;
}

}  // namespace banyan::http
