// The trace a request belongs to (W3C Trace Context): the caller's if its traceparent is well formed, else a
// new one. The answer is this hop's traceparent, to be sent on with calls and events. Any thread.
#pragma once
#include "router/telemetry/trace.hpp"

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace banyan::service {

inline std::string traceparent_of(std::optional<std::string_view> traceparent) {
  thread_local std::mt19937_64 random{(std::uint64_t{std::random_device{}()} << 32) | std::random_device{}()};
  const auto inbound = traceparent ? telemetry::parse_traceparent(*traceparent) : std::nullopt;
  const telemetry::Trace trace(inbound, random(), random(), random());
  return std::string(trace.traceparent());
}

}  // namespace banyan::service
