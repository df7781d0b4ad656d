#include "router/http/head_scan.hpp"

#include <cstring>

namespace banyan::http {

HeadScan::State HeadScan::fail(Errc error) {
  error_ = error;
  return State::failed;
}

HeadScan::State HeadScan::on_unfinished(std::size_t size, const HeadLimits& limits) {
  searched_ = size;
  if (!has_first_line_ && size > limits.first_line) return fail(Errc::target_too_long);
  if (size > limits.head) return fail(Errc::head_too_large);
  return State::need_more;
}

HeadScan::State HeadScan::feed(std::string_view buffer, const HeadLimits& limits) {
  constexpr std::size_t most_empty_lines = 4;  // in front of a request, as RFC 9112 2.2 asks for
  for (;;) {
    const auto* feed = static_cast<const char*>(std::memchr(buffer.data() + searched_, '\n', buffer.size() - searched_));
    if (feed == nullptr) return on_unfinished(buffer.size(), limits);
    const auto line_end = static_cast<std::size_t>(feed - buffer.data());
    if (line_end == position_ || buffer[line_end - 1] != '\r') return fail(Errc::bad_line_ending);
    const bool empty = line_end - position_ == 1;
    position_ = searched_ = line_end + 1;
    if (!has_first_line_) {
      if (!empty && position_ - skipped_ > limits.first_line) return fail(Errc::target_too_long);
      if (empty && (skipped_ = position_) > 2 * most_empty_lines) return fail(Errc::bad_request_line);
      has_first_line_ = !empty;
    } else if (empty) {
      return position_ > limits.head ? fail(Errc::head_too_large) : State::complete;
    }
  }
}

}  // namespace banyan::http
