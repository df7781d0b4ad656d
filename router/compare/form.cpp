#include "router/compare/form.hpp"

#include "router/compare/compare.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

namespace banyan::compare {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool hex(char c) { return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool word(char c) { return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Does `text` begin like the pattern? 9 is a digit, x a hexadecimal one, a a letter; others stand for themselves.
bool looks(std::string_view text, std::string_view pattern) {
  if (text.size() < pattern.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char p = pattern[i], c = text[i];
    const bool fits = p == '9'   ? digit(c)
                      : p == 'x' ? hex(c)
                      : p == 'a' ? word(c) && !digit(c)
                                 : p == c;
    if (!fits) return false;
  }
  return true;
}

int number_at(std::string_view text, std::size_t at, std::size_t size) {
  int value = 0;
  std::from_chars(text.data() + at, text.data() + at + size, value);
  return value;
}

// Days since 1970 of a civil date (H. Hinnant, "chrono-compatible low-level date algorithms").
double days_from(int y, int m, int d) {
  y -= m <= 2;
  const int era = (y >= 0 ? y : y - 399) / 400;
  const int yoe = y - era * 400, doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  return era * 146097.0 + (yoe * 365 + yoe / 4 - yoe / 100 + doy) - 719468;
}

class Reader {
 public:
  Reader(std::string_view text, std::size_t most) : text_(text), most_(most) {}

  Form read() {
    out_.size = text_.size();
    for (const char c : text_) out_.characters |= class_of(c);
    bool inside_word = false;
    while (at_ < text_.size()) {
      const bool begins = !inside_word && word(text_[at_]) && out_.slots.size() < most_;
      if (begins && (uuid() || time() || http_date() || number() || token())) {
        inside_word = at_ < text_.size() && word(text_[at_ - 1]) && word(text_[at_]);
        continue;
      }
      inside_word = word(text_[at_]);
      skeleton_ += text_[at_++];
    }
    out_.skeleton = fnv1a(skeleton_);
    out_.word = text_.size() >= 8 && (out_.characters & ~71) == 0;
    return std::move(out_);
  }

 private:
  static std::uint8_t class_of(char c) {
    if (c >= 'a' && c <= 'z') return c > 'f' ? 65 : 1;
    if (c >= 'A' && c <= 'Z') return c > 'F' ? 66 : 2;
    if (digit(c)) return 4;
    if (c == ' ') return 8;
    return static_cast<unsigned char>(c) < 0x80 ? 16 : 32;
  }
  std::string_view rest() const { return text_.substr(at_); }

  // What a slot leaves in the skeleton begins with a byte that no text is likely to have.
  bool take(Slot slot, std::size_t size, const std::string& mark) {
    skeleton_ += '\x01' + mark + '\x02';
    out_.slots.push_back(slot);
    at_ += size;
    return true;
  }

  bool uuid() {
    if (!looks(rest(), "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")) return false;
    const std::string_view id = rest().substr(0, 36);
    return take({Slot::Kind::token, 0, fnv1a(id), true}, 36, std::string("U") + id[14]);
  }

  bool time() {
    const std::string_view text = rest();
    if (!looks(text, "9999-99-99T99:99:99") && !looks(text, "9999-99-99 99:99:99")) return false;
    double seconds = days_from(number_at(text, 0, 4), number_at(text, 5, 2), number_at(text, 8, 2)) * 86400 +
                     number_at(text, 11, 2) * 3600 + number_at(text, 14, 2) * 60 + number_at(text, 17, 2);
    std::size_t size = 19;
    if (size + 1 < text.size() && (text[size] == '.' || text[size] == ',') && digit(text[size + 1])) {
      double scale = 0.1;
      for (++size; size < text.size() && digit(text[size]); ++size, scale /= 10)
        seconds += scale * (text[size] - '0');
    }
    std::string zone;
    if (text.substr(size).starts_with('Z')) {
      zone = "Z";
    } else if (looks(text.substr(size), "+99:99") || looks(text.substr(size), "-99:99")) {
      zone = std::string(text.substr(size, 6));
      const int offset = number_at(text, size + 1, 2) * 3600 + number_at(text, size + 4, 2) * 60;
      seconds -= text[size] == '-' ? -offset : offset;
    }
    return take({Slot::Kind::time, seconds, 0, false}, size + zone.size(), "T" + zone);
  }

  // Thu, 26 Nov 2026 20:11:59 GMT
  bool http_date() {
    const std::string_view text = rest();
    if (!looks(text, "aaa, 99 aaa 9999 99:99:99 GMT")) return false;
    const auto month = std::string_view("JanFebMarAprMayJunJulAugSepOctNovDec").find(text.substr(8, 3));
    if (month == std::string_view::npos || month % 3 != 0) return false;
    const double seconds =
        days_from(number_at(text, 12, 4), static_cast<int>(month / 3) + 1, number_at(text, 5, 2)) * 86400 +
        number_at(text, 17, 2) * 3600 + number_at(text, 20, 2) * 60 + number_at(text, 23, 2);
    return take({Slot::Kind::time, seconds, 0, false}, 29, "D");
  }

  bool number() {
    const std::string_view text = rest();
    std::size_t size = 0;
    while (size < text.size() && digit(text[size])) ++size;
    if (size == 0 || size > 15) return false;
    if (size < text.size() && word(text[size])) {
      // "12ms" is a number with its unit, "12ab34cd" is a token.
      std::size_t end = size;
      while (end < text.size() && word(text[end]) && !digit(text[end])) ++end;
      if (end >= 8 || end - size > 3 || (end < text.size() && word(text[end]))) return false;
    } else if (size + 1 < text.size() && text[size] == '.' && digit(text[size + 1])) {
      for (++size; size < text.size() && digit(text[size]);) ++size;
    }
    double value = 0;
    std::from_chars(text.data(), text.data() + size, value);
    return take({Slot::Kind::number, value, 0, false}, size, "#");
  }

  bool token() {
    const std::string_view text = rest();
    std::size_t size = 0, digits = 0;
    bool all_hex = true;
    for (; size < text.size() && word(text[size]); ++size) digits += digit(text[size]), all_hex &= hex(text[size]);
    if (size < 8 || digits == 0) return false;
    return take({Slot::Kind::token, 0, fnv1a(text.substr(0, size)), size >= 16}, size,
                (digits == size ? "N" : all_hex ? "H" : "A") + std::to_string(size));
  }

  std::string_view text_;
  std::size_t most_;
  std::size_t at_ = 0;
  std::string skeleton_;
  Form out_;
};

}  // namespace

Form form_of(std::string_view text, std::size_t most) { return Reader(text, most).read(); }

}  // namespace banyan::compare
