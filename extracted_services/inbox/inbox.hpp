// The inbox of a consumer: positions, sequences and parked events as rows of its own database, changed in the
// transaction of the effect. However often a record is delivered, its effect happens once, and per key in the
// order 1, 2, 3, ...
//
//   positions:  topic, partition -> the offset that comes next; moves by compare-and-set
//   keys:       topic, producer, key -> the last sequence applied. One row a key, so nothing must be pruned
//   by age parked:     what could not be applied yet, and why; its key waits behind it, other keys go on
//   audit:      who replayed or skipped what
//
// Everything runs in its caller's transaction on the writer's thread, parked() and next_offset() on any
// connection. A key belongs to one topic.
#pragma once
#include "extracted_services/event_log/envelope.hpp"
#include "extracted_services/event_log/log.hpp"
#include "extracted_services/service/fault.hpp"
#include "extracted_services/store/migrations.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace banyan::inbox {

// Owner "inbox".
std::vector<store::Migration> migrations();

// The effect of one event. Throws if it cannot be applied: then it leaves nothing behind and is parked.
using Handler = std::function<void(store::Connection& db, const event_log::Envelope& event)>;

// The position is not where this consumer believed: another one has taken over. The transaction must be
// undone.
struct StalePosition : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Counts {
  std::uint64_t applied = 0;
  std::uint64_t dropped = 0;
  std::uint64_t parked = 0;
};

// 0 where nothing of the partition was received yet.
std::int64_t next_offset(store::Connection& db, const std::string& topic, int partition);

struct Position {
  std::int64_t partition = 0;
  std::int64_t next = 0;
};
std::vector<Position> positions(store::Connection& db, const std::string& topic);

// Records of one topic, each partition in order and continuing at `next_offset`. Throws StalePosition.
// What is not an event at all is counted as parked under the key "?" of the producer "?".
Counts receive(store::Connection& db, const std::string& topic, const std::vector<event_log::Record>& records,
               const Handler& handler);

struct Parked {
  std::int64_t id = 0;
  std::string topic;
  std::string producer;
  std::string key;
  std::int64_t sequence = 0;
  std::string reason;  // "gap: ...", "behind: ...", "failed: ..."
  std::string parked_at;
  std::string event;
};
std::vector<Parked> parked(store::Connection& db, std::int64_t limit, std::int64_t offset);
std::optional<Parked> find_parked(store::Connection& db, std::int64_t id);
struct Waiting {
  std::int64_t keys = 0;
  std::int64_t events = 0;
};
Waiting waiting(store::Connection& db);

struct Intervention {
  std::string who;
  std::string why;
};
// Applies a parked event and, in order, what waits behind it, as far as that goes. A fault (404, 409) names
// what stands in the way; one that fails again stays parked with the new reason, which is a fault 409 too.
service::Outcome<Counts> replay(store::Connection& db, std::int64_t id, const Handler& handler,
                                const Intervention& by);
// Gives the event up for good and goes on behind it. Of a gap, gives up the missing ones before it.
service::Outcome<Counts> skip(store::Connection& db, std::int64_t id, const Handler& handler,
                              const Intervention& by);

struct AuditRow {
  std::int64_t id = 0;
  std::string at;
  std::string action;
  std::string who;
  std::string why;
  std::string producer;
  std::string key;
  std::int64_t sequence = 0;
  std::string outcome;
};
std::vector<AuditRow> audit(store::Connection& db, std::int64_t limit, std::int64_t offset);

}  // namespace banyan::inbox
