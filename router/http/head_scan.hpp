// Finds the end of a message head in bytes that arrive piece by piece, and refuses line endings that two
// programs could read differently. Looks at each byte once, however small the pieces are.
// Pure; one object per connection, used by one thread.
#pragma once
#include "router/http/errors.hpp"

#include <cstddef>
#include <string_view>

namespace banyan::http {

struct HeadLimits {
  std::size_t first_line = 8 * 1024;
  std::size_t head = 60 * 1024;
  std::size_t fields = 200;
};

class HeadScan {
 public:
  enum class State { need_more, complete, failed };

  // `buffer` starts at the head and holds all bytes received so far.
  State feed(std::string_view buffer, const HeadLimits& limits);

  std::size_t size() const { return position_; }  // of the head, its empty line included; when complete
  std::size_t skipped() const { return skipped_; }  // empty lines in front of the first line
  Errc error() const { return error_; }
  void reset() { *this = HeadScan{}; }

 private:
  State fail(Errc error);
  State on_unfinished(std::size_t size, const HeadLimits& limits);

  std::size_t position_ = 0;  // where the current line starts
  std::size_t searched_ = 0;  // no line feed before this
  std::size_t skipped_ = 0;
  bool has_first_line_ = false;
  Errc error_ = Errc::ok;
};

}  // namespace banyan::http
