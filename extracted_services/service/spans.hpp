// Spans of this process for a collector (`--otlp URL`): of requests, of calls to other services, of events sent and
// consumed. Only traces that are recorded where they begin are recorded here, so a trace is whole or not there at all.
// Process-wide, as the log is. Off, nothing is kept and nothing sent. Any thread; one thread per Span.
#pragma once
#include "router/telemetry/span.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace banyan::service::spans {

// Why `url` is none of a collector; empty: it is one.
std::string fault_of(const std::string& url);

// Before other threads exist, and after they have ended. An empty URL: off.
void start(const std::string& url, const std::string& service, const std::string& version);
void stop();
std::string metrics();  // Prometheus text; empty when off
std::string problem();  // why spans are not handed over at this moment

class Span {
 public:
  using Clock = std::chrono::steady_clock;
  // Below the span that `parent` (a traceparent) names, with an id of its own.
  Span(telemetry::SpanKind kind, std::string_view parent, std::string name, Clock::time_point begin = Clock::now());
  // The one that `own` names, below `parent`; an invalid `parent`: the trace begins here.
  static Span named(telemetry::SpanKind kind, std::string_view own, std::string_view parent, std::string name, Clock::time_point begin);

  bool recorded() const { return recorded_; }
  // For what follows from it: names this span, or is `parent` as it was when nothing is recorded.
  const std::string& traceparent() const { return own_; }
  void text(std::string_view key, std::string_view value);
  void number(std::string_view key, std::int64_t value);
  void error(std::string_view type);  // error.type; the span counts as failed
  void end();                         // once

 private:
  Span() = default;
  telemetry::SpanKind kind_ = telemetry::SpanKind::internal;
  bool recorded_ = false, failed_ = false;
  std::string own_, parent_id_, name_;
  Clock::time_point begin_;
  std::vector<std::pair<std::string, std::string>> texts_;
  std::vector<std::pair<std::string, std::int64_t>> numbers_;
};

}  // namespace banyan::service::spans
