// A trace as a picture: a row for each span, below its parent, with a bar on a common axis of time. SVG that needs
// nothing else and follows the reader's light or dark scheme. Pure; the spans may be anything a collector took.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/otlp_collector.hpp"

namespace banyan::demo {

inline constexpr std::size_t no_row = static_cast<std::size_t>(-1);

struct TraceRow {
  std::size_t span = 0;         // its index
  std::size_t parent = no_row;  // its parent's row
  int depth = 0;
};

// Each span once: parents before children, siblings by their begin. A span whose parent is not there begins a tree.
std::vector<TraceRow> trace_rows(const std::vector<support::CollectedSpan>& spans);

struct TraceFacts {
  std::size_t roots = 0;    // spans that name no parent
  std::size_t orphans = 0;  // spans that name one that is not there
  std::set<std::string> services;
  bool whole() const { return roots == 1 && orphans == 0; }
};
TraceFacts trace_facts(const std::vector<support::CollectedSpan>& spans);

std::string duration_text(std::int64_t nanoseconds);   // "31 µs", "17 ms", "2.51 s"
std::int64_t tick_step(std::int64_t nanoseconds);      // 1, 2 or 5 times a power of ten, at most eight ticks
std::string xml_text(std::string_view text);           // escaped; what XML cannot hold becomes U+FFFD
std::string shortened(std::string_view text, std::size_t characters);  // of UTF-8, with "…"

std::string draw_trace(const std::vector<support::CollectedSpan>& spans, std::string_view title);

// What of OTLP requests (JSON) belongs to one trace, as one request.
std::string only_trace(const std::vector<std::string>& requests, std::string_view trace_id);

}  // namespace banyan::demo
