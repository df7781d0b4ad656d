// W3C tracestate: passed on as it came when it is valid, else dropped as a whole (Trace Context 3.3, 4.3).
// Pure; callable from any thread. Refers to the fields it was shown.
#pragma once
#include <array>
#include <cstddef>
#include <string_view>

namespace banyan::telemetry {

class TraceStateCheck {
 public:
  static constexpr std::size_t most_members = 32;

  // Every tracestate field of one request, in order; together they are one list.
  void add(std::string_view field);
  bool valid() const { return valid_; }

 private:
  bool take(std::string_view member);

  std::array<std::string_view, most_members> keys_{};
  std::size_t members_ = 0;
  bool valid_ = true;
};

}  // namespace banyan::telemetry
