// W3C Trace Context: reads an inbound traceparent and makes the one for the next hop.
// Pure: randomness arrives as an argument. Any thread.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace banyan::telemetry {

struct TraceParent {
  std::string_view trace_id;   // 32 lower-case hex digits
  std::string_view parent_id;  // 16
  std::uint8_t flags = 0;
};

// Nothing when the value is not valid: then a new trace begins and tracestate is dropped.
std::optional<TraceParent> parse_traceparent(std::string_view value);

class Trace {
 public:
  // Continues `inbound`, or begins a new trace from 128 random bits; `span` is the id of this hop. A new trace is
  // marked as sampled when `sample` says so; a continued one stays as it came.
  Trace(const std::optional<TraceParent>& inbound, std::uint64_t random_high, std::uint64_t random_low,
        std::uint64_t span, bool sample = false);

  std::string_view traceparent() const { return {text_.data(), text_.size()}; }
  std::string_view trace_id() const { return traceparent().substr(3, 32); }
  std::string_view span_id() const { return traceparent().substr(36, 16); }
  bool continued() const { return continued_; }
  bool sampled() const { return (text_[54] & 1) != 0; }  // '1' and '3' are odd
  void next_span(std::uint64_t span);

 private:
  std::array<char, 55> text_{};
  bool continued_ = false;
};

}  // namespace banyan::telemetry
