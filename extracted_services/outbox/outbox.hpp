// The outbox of a service: events as rows of its own database, written in the transaction of the change they
// tell. A change and its event are therefore both there or both not, whatever dies when.
//
//   outbox::append(db, {.type = "banyan.orders.order-placed.v1", .key = "order/7", .data = R"({"id":7})",
//                       .traceparent = call.traceparent});
//
// Guarantees: (1) the rows of one key count 1, 2, 3, ... without a gap, in the order of commits; (2) a row
// stays until forget() is told that the log has it. Everything that takes a connection runs in its caller's
// transaction on the thread that owns the connection: append and forget on the writer's.
#pragma once
#include "extracted_services/outbox/event.hpp"
#include "extracted_services/store/migrations.hpp"

#include <span>
#include <string>
#include <vector>

namespace banyan::outbox {

// Owner "outbox". `service` names the producer together with a random part made once per file, so that a
// database that was made anew is a new producer and not one that repeats old sequences.
std::vector<store::Migration> migrations(const std::string& service);

// Answers the event's sequence within its key. Throws std::invalid_argument if the event is not well formed:
// a bug of the caller, and its transaction must not commit.
std::int64_t append(store::Connection& db, const Event& event);

// "urn:banyan:orders:9f86d081884c7d65"
std::string producer(store::Connection& db);

struct Limits {
  std::size_t rows = 500;
  std::size_t bytes = 1024 * 1024;  // of data; a single row may exceed it
};

// The rows that wait, lowest position first. Looks at what is there, never at a remembered position: a row
// that commits late under a low position is found all the same.
std::vector<Row> waiting(store::Connection& db, const Limits& limits);
// The log has these: they leave, and what was forwarded is remembered with them.
void forget(store::Connection& db, std::span<const std::int64_t> positions);

struct Progress {
  std::int64_t forwarded = 0;  // the highest position the log has acknowledged
  std::int64_t total = 0;      // rows acknowledged since the file was made
  std::int64_t waiting = 0;
};
Progress progress(store::Connection& db);

}  // namespace banyan::outbox
