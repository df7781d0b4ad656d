// An event as its producer says it, and the CloudEvents 1.0 JSON that travels. Pure; any thread.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace banyan::outbox {

// What happened to one thing. Events of one key are applied in the order in which they were appended.
struct Event {
  std::string type;         // "banyan.orders.order-placed.v1": dotted lower case, the schema's version last
  std::string key;          // what it happened to: "order/7"; 1 to 255 bytes without control characters
  std::string data;         // the text of one JSON object
  std::string traceparent;  // W3C Trace Context of the cause; not a valid one: none
  std::string time;         // RFC 3339, UTC; empty: the database's clock
};

// Nothing, or what is wrong with it in words.
std::optional<std::string> wrong_with(const Event& event);

// A row of an outbox: an event with its place.
struct Row {
  std::int64_t position;  // rising in the order of commits, with gaps
  std::int64_t sequence;  // of its key: 1, 2, 3, ...
  Event event;
};

// CloudEvents 1.0, JSON format. `source` is the producer, `id` its position: together unique for ever.
// Extensions: traceparent (Distributed Tracing), partitionkey (Partitioning), keysequence (ours).
std::string to_cloud_event(std::string_view producer, const Row& row);

}  // namespace banyan::outbox
