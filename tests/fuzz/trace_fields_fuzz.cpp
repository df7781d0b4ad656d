// What clients and operators write about traces, two lines of anything: traceparent, tracestate, baggage, collector URL.
#include "router/telemetry/baggage.hpp"
#include "router/telemetry/collector.hpp"
#include "router/telemetry/trace.hpp"
#include "router/telemetry/trace_state.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace banyan::telemetry;

void must(bool holds) {
  if (!holds) std::abort();
}

void trace_parent(std::string_view text) {
  const auto inbound = parse_traceparent(text);
  const Trace next(inbound, 1, 2, 3);
  must(next.continued() == inbound.has_value());
  const auto again = parse_traceparent(next.traceparent());
  must(again && again->trace_id == next.trace_id() && again->parent_id == next.span_id());
  must(!inbound || again->trace_id == inbound->trace_id);
}

// Two fields are one list.
void trace_state(std::string_view one, std::string_view two) {
  TraceStateCheck fields, list;
  fields.add(one);
  fields.add(two);
  const std::string joined = std::string(one) + "," + std::string(two);
  list.add(joined);
  must(fields.valid() == list.valid());
}

std::size_t members_of(std::string_view field) {
  std::size_t members = 0;
  BaggageMember member;
  while (next_member(field, member)) {
    must(is_baggage_key(member.key));
    std::string decoded;
    append_decoded(decoded, member.value);
    must(decoded.size() <= member.value.size());
    ++members;
  }
  return members;
}

// What is let through stands at the front, in bounds over all fields together.
void baggage(std::string_view one, std::string_view two) {
  BaggageRoom room;
  std::size_t bytes = 0, members = 0;
  for (const auto field : {one, two}) {
    const auto taken = room.take(field);
    must(field.starts_with(taken));
    must(taken.size() == field.size() || field[taken.size()] == ',' || taken.empty());
    bytes += taken.size();
    members += members_of(taken);
  }
  must(bytes <= BaggageRoom::most_bytes && members <= BaggageRoom::most_members);
}

void collector(std::string_view text) {
  std::string why;
  const auto parsed = parse_collector(text, why);
  must(parsed || !why.empty());
  if (parsed) must(parse_collector(to_string(*parsed), why) == parsed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto end = std::min(text.find('\n'), text.size());
  const auto one = text.substr(0, end), two = text.substr(std::min(end + 1, text.size()));
  trace_parent(one);
  trace_state(one, two);
  baggage(one, two);
  collector(one);
  (void)rejected_spans(text);
  return 0;
}
