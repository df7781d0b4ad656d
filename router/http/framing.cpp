#include "router/http/framing.hpp"

#include "router/http/characters.hpp"

namespace banyan::http {
namespace {

struct Found {
  const Field* length = nullptr;
  const Field* encoding = nullptr;
  bool lengths_differ = false;
  bool length_repeated = false;
  bool encoding_repeated = false;
};

Found look(const Fields& fields) {
  Found found;
  for (const auto& field : fields) {
    if (field.id == FieldId::content_length) {
      found.length_repeated |= found.length != nullptr;
      found.lengths_differ |= found.length != nullptr && found.length->value != field.value;
      found.length = &field;
    } else if (field.id == FieldId::transfer_encoding) {
      found.encoding_repeated |= found.encoding != nullptr;
      found.encoding = &field;
    }
  }
  return found;
}

Errc check_encoding(const Found& found, int minor) {
  if (found.length != nullptr) return Errc::length_and_encoding;
  if (found.encoding_repeated || !iequals(found.encoding->value, "chunked")) return Errc::bad_transfer_encoding;
  return minor == 0 ? Errc::encoding_in_http_10 : Errc::ok;
}

}  // namespace

std::optional<std::uint64_t> parse_length(std::string_view digits) {
  // 18 digits always fit, and no body is longer.
  if (digits.empty() || digits.size() > 18 || !all_are(digits, class_digit)) return std::nullopt;
  std::uint64_t value = 0;
  for (char c : digits) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  return value;
}

Errc request_framing(const Fields& fields, int minor, Framing& framing) {
  framing = {};
  const auto found = look(fields);
  if (found.encoding != nullptr) {
    framing.kind = Framing::Kind::chunked;
    return check_encoding(found, minor);
  }
  if (found.length == nullptr) return Errc::ok;
  if (found.length_repeated) return Errc::repeated_content_length;
  const auto length = parse_length(found.length->value);
  if (!length) return Errc::bad_content_length;
  framing = {Framing::Kind::length, *length};
  return Errc::ok;
}

Errc response_framing(const Fields& fields, int minor, bool bodyless, Framing& framing,
                      std::optional<std::uint64_t>& declared) {
  framing = {};
  declared.reset();
  const auto found = look(fields);
  if (found.encoding != nullptr) {
    if (const auto error = check_encoding(found, minor); error != Errc::ok) return error;
    if (!bodyless) framing.kind = Framing::Kind::chunked;
    return Errc::ok;
  }
  if (found.length != nullptr) {
    if (found.lengths_differ) return Errc::repeated_content_length;
    declared = parse_length(found.length->value);
    if (!declared) return Errc::bad_content_length;
  }
  if (bodyless) return Errc::ok;
  framing = declared ? Framing{Framing::Kind::length, *declared} : Framing{Framing::Kind::until_close, 0};
  return Errc::ok;
}

}  // namespace banyan::http
