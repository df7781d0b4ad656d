#include "router/http/chunked.hpp"

#include "router/http/characters.hpp"

#include <algorithm>

namespace banyan::http {
namespace {

unsigned hex_value(char c) { return is(c, class_digit) ? unsigned(c - '0') : unsigned(lower(c) - 'a' + 10); }

bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }

}  // namespace

ChunkedReader::Part ChunkedReader::fail(Errc error) {
  error_ = error;
  return Part::done;
}

ChunkedReader::Part ChunkedReader::on_size(char c) {
  if (is(c, class_hex)) {
    // 15 digits stay below 2^60: nothing overflows, and leading zeros cannot hide a longer number.
    if (++digits_ > 15) return fail(Errc::bad_chunk);
    remaining_ = remaining_ * 16 + hex_value(c);
    return Part::size;
  }
  if (digits_ == 0) return fail(Errc::bad_chunk);
  if (c == '\r') return Part::size_lf;
  if (c == ';' || c == ' ' || c == '\t') {
    trailer_name_ = c == ';';
    return Part::extension;
  }
  return fail(Errc::bad_chunk);
}

ChunkedReader::Part ChunkedReader::after_trailer_line() {
  const bool empty = line_ == 0;
  if (!empty && !trailer_name_) return fail(Errc::bad_field_name);
  line_ = 0;
  trailer_name_ = false;
  return empty ? Part::done : Part::trailer;
}

ChunkedReader::Part ChunkedReader::on_trailer(char c) {
  if (++trailers_ > most_trailers) return fail(Errc::trailers_too_large);
  if (c == '\r') return Part::trailer_lf;
  if (is_control(c)) return fail(Errc::bad_field_value);
  if (line_ == 0 && c == ':') return fail(Errc::bad_field_name);
  if (!trailer_name_ && c != ':' && !is(c, class_token)) return fail(Errc::bad_field_name);
  trailer_name_ |= c == ':';
  ++line_;
  return Part::trailer;
}

ChunkedReader::Part ChunkedReader::step(char c) {
  switch (part_) {
    case Part::size:
      return on_size(c);
    case Part::extension:
      if (++line_ > most_line) return fail(Errc::chunk_line_too_long);
      if (c == '\r') return trailer_name_ ? Part::size_lf : fail(Errc::bad_chunk);
      if (is_control(c)) return fail(Errc::bad_chunk);
      // White space may stand before an extension only, never after a bare size.
      if (!trailer_name_ && c != ';' && c != ' ' && c != '\t') return fail(Errc::bad_chunk);
      trailer_name_ |= c == ';';
      return Part::extension;
    case Part::size_lf:
      if (c != '\n') return fail(Errc::bad_chunk);
      line_ = 0;
      digits_ = 0;
      trailer_name_ = false;
      return remaining_ == 0 ? Part::trailer : Part::data;
    case Part::data_cr:
      return c == '\r' ? Part::data_lf : fail(Errc::bad_chunk);
    case Part::data_lf:
      return c == '\n' ? Part::size : fail(Errc::bad_chunk);
    case Part::trailer:
      return on_trailer(c);
    case Part::trailer_lf:
      return c == '\n' ? after_trailer_line() : fail(Errc::bad_line_ending);
    case Part::data:
    case Part::done:
      break;
  }
  return part_;
}

ChunkedReader::State ChunkedReader::next(std::string_view& input, std::string_view& slice) {
  while (part_ != Part::done && !input.empty()) {
    if (part_ == Part::data) {
      slice = input.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, input.size())));
      input.remove_prefix(slice.size());
      remaining_ -= slice.size();
      if (remaining_ == 0) part_ = Part::data_cr;
      return State::data;
    }
    part_ = step(input.front());
    input.remove_prefix(1);
  }
  if (error_ != Errc::ok) return State::failed;
  return part_ == Part::done ? State::finished : State::need_more;
}

std::string_view chunk_size_line(std::uint64_t size, std::array<char, 20>& out) {
  constexpr char digits[] = "0123456789abcdef";
  std::size_t at = out.size();
  out[--at] = '\n';
  out[--at] = '\r';
  do {
    out[--at] = digits[size & 15];
    size >>= 4;
  } while (size != 0);
  return {out.data() + at, out.size() - at};
}

}  // namespace banyan::http
