#include "extracted_services/inbox/keys.hpp"
#include "extracted_services/safety/rules.hpp"

#include <map>

namespace banyan::inbox {
using safety::holds;
using safety::Rule;
namespace {

constexpr const char* tables = R"sql(
  CREATE TABLE inbox_positions(
    topic TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL,
    PRIMARY KEY (topic, partition)) WITHOUT ROWID;
  CREATE TABLE inbox_keys(
    topic TEXT NOT NULL, producer TEXT NOT NULL, key TEXT NOT NULL,
    last   INTEGER NOT NULL,
    parked INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (topic, producer, key)) WITHOUT ROWID;
  CREATE INDEX ix_inbox_keys_parked ON inbox_keys(parked) WHERE parked > 0;
  CREATE TABLE inbox_parked(
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    topic     TEXT NOT NULL,
    producer  TEXT NOT NULL,
    key       TEXT NOT NULL,
    sequence  INTEGER NOT NULL,
    reason    TEXT NOT NULL,
    parked_at TEXT NOT NULL,
    event     TEXT NOT NULL,
    UNIQUE (topic, producer, key, sequence));
  CREATE TABLE inbox_audit(
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    at       TEXT NOT NULL,
    action   TEXT NOT NULL CHECK (action IN ('replay', 'skip')),
    who      TEXT NOT NULL,
    why      TEXT NOT NULL,
    producer TEXT NOT NULL,
    key      TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    outcome  TEXT NOT NULL);
)sql";

void move(store::Connection& db, const std::string& topic, int partition, std::int64_t from,
          std::int64_t to) {
  int moved = 0;
  if (from == 0)
    moved = db.run(
        "INSERT INTO inbox_positions(topic, partition, next) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        topic, partition, to);
  else
    moved = db.run("UPDATE inbox_positions SET next = ?4 WHERE topic = ?1 AND partition = ?2 AND next = ?3",
                   topic, partition, from, to);
  if (moved == 1) return;
  if (holds(Rule::compare_and_set))
    throw StalePosition("partition " + std::to_string(partition) + " of " + topic + " is no longer at " +
                        std::to_string(from) + ": another consumer has moved on");
  db.run("UPDATE inbox_positions SET next = ?3 WHERE topic = ?1 AND partition = ?2", topic, partition, to);
}

void move_all(store::Connection& db, const std::string& topic,
              const std::vector<event_log::Record>& records) {
  struct Span {
    std::int64_t first, last;
  };
  std::map<int, Span> spans;
  for (const auto& record : records) {
    const auto [span, is_new] = spans.try_emplace(record.partition, Span{record.offset, record.offset});
    span->second.last = record.offset;
  }
  for (const auto& [partition, span] : spans) move(db, topic, partition, span.first, span.last + 1);
}

void on_failure(store::Connection& db, const KeyName& name, std::int64_t sequence, const std::string& why,
                const std::string& event, Counts& counts) {
  ++counts.parked;
  if (holds(Rule::park_on_poison)) return park(db, name, sequence, why, event);
  set_last(db, name, sequence);
}

void apply(store::Connection& db, const KeyName& name, const StoredKey& key, const event_log::Envelope& event,
           const event_log::Record& record, const Handler& handler, Counts& counts) {
  if (const auto why = try_effect(db, event, handler))
    return on_failure(db, name, event.sequence, *why, record.event, counts);
  set_last(db, name, event.sequence);
  ++counts.applied;
  if (key.parked > 0) drain(db, name, handler, counts);
}

Decision decide_for(store::Connection& db, const KeyName& name, const StoredKey& key, std::int64_t sequence) {
  if (!holds(Rule::others_go_on) && key.parked == 0 && waiting(db).keys > 0) return Decision::park_behind;
  KeyState state{key.last, false, false};
  if (key.parked > 0) {
    state.next_is_parked = is_parked(db, name, key.last + 1);
    state.this_one_is_parked = is_parked(db, name, sequence);
  }
  return decide(state, sequence);
}

std::string reason_for(Decision decision, const StoredKey& key) {
  const auto next = std::to_string(key.last + 1);
  return decision == Decision::park_gap ? "gap: " + next + " has not come yet"
                                        : "behind: " + next + " is parked";
}

void receive_event(store::Connection& db, const std::string& topic, const event_log::Envelope& event,
                   const event_log::Record& record, const Handler& handler, Counts& counts) {
  const KeyName name{topic, event.producer, event.key};
  const auto key = load(db, name);
  const auto decision = decide_for(db, name, key, event.sequence);
  if (decision == Decision::apply) return apply(db, name, key, event, record, handler, counts);
  if (decision == Decision::drop) {
    ++counts.dropped;
    return;
  }
  park(db, name, event.sequence, reason_for(decision, key), record.event);
  ++counts.parked;
}

void park_unreadable(store::Connection& db, const std::string& topic, const event_log::Record& record,
                     const service::Fault& fault, Counts& counts) {
  const KeyName name{topic, "?", "partition/" + std::to_string(record.partition)};
  park(db, name, record.offset + 1, "failed: " + fault.message, record.event);
  ++counts.parked;
}

}  // namespace

std::vector<store::Migration> migrations() { return {{1, "inbox", tables}}; }

std::int64_t next_offset(store::Connection& db, const std::string& topic, int partition) {
  auto row =
      db.query("SELECT next FROM inbox_positions WHERE topic = ?1 AND partition = ?2", topic, partition);
  return row.next() ? row.integer(0) : 0;
}

std::vector<Position> positions(store::Connection& db, const std::string& topic) {
  std::vector<Position> all;
  auto row = db.query("SELECT partition, next FROM inbox_positions WHERE topic = ?1 ORDER BY partition", topic);
  while (row.next()) all.push_back({row.integer(0), row.integer(1)});
  return all;
}

Counts receive(store::Connection& db, const std::string& topic, const std::vector<event_log::Record>& records,
               const Handler& handler) {
  move_all(db, topic, records);
  if (!holds(Rule::position_with_effect)) db.execute("COMMIT; BEGIN IMMEDIATE");
  Counts counts;
  for (const auto& record : records) {
    const auto event = event_log::open_envelope(record.event);
    if (event)
      receive_event(db, topic, *event, record, handler, counts);
    else
      park_unreadable(db, topic, record, event.error(), counts);
  }
  return counts;
}

}  // namespace banyan::inbox
