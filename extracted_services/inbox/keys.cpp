#include "extracted_services/inbox/keys.hpp"

#include "extracted_services/safety/rules.hpp"
#include "extracted_services/service/spans.hpp"

#include <SQLiteCpp/Exception.h>

#include <sqlite3.h>

namespace banyan::inbox {
using safety::holds;
using safety::Rule;
namespace {

constexpr const char* parked_columns = "id, topic, producer, key, sequence, reason, parked_at, event";

Parked parked_row(const store::Query& row) {
  return {row.integer(0), row.text(1), row.text(2), row.text(3),
          row.integer(4), row.text(5), row.text(6), row.text(7)};
}

// A constraint or a wrong value is the event's fault; a full disk or a damaged file is not.
bool is_events_fault(const SQLite::Exception& failure) {
  switch (failure.getErrorCode() & 0xff) {
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
    case SQLITE_RANGE:
    case SQLITE_ERROR:
      return true;
    default:
      return false;
  }
}

std::optional<Parked> next_to_drain(store::Connection& db, const KeyName& name) {
  if (holds(Rule::drain_in_order)) return parked_at(db, name, load(db, name).last + 1);
  auto row = db.query(std::string("SELECT ") + parked_columns +
                          " FROM inbox_parked WHERE topic = ?1 AND producer = ?2 AND key = ?3"
                          " ORDER BY sequence DESC LIMIT 1",
                      name.topic, name.producer, name.key);
  return row.next() ? std::optional<Parked>(parked_row(row)) : std::nullopt;
}

}  // namespace

StoredKey load(store::Connection& db, const KeyName& name) {
  auto row = db.query("SELECT last, parked FROM inbox_keys WHERE topic = ?1 AND producer = ?2 AND key = ?3",
                      name.topic, name.producer, name.key);
  return row.next() ? StoredKey{row.integer(0), row.integer(1)} : StoredKey{};
}

void set_last(store::Connection& db, const KeyName& name, std::int64_t last) {
  db.run(
      "INSERT INTO inbox_keys(topic, producer, key, last) VALUES (?1, ?2, ?3, ?4)"
      " ON CONFLICT DO UPDATE SET last = excluded.last",
      name.topic, name.producer, name.key, last);
}

bool is_parked(store::Connection& db, const KeyName& name, std::int64_t sequence) {
  return db
      .query("SELECT 1 FROM inbox_parked WHERE topic = ?1 AND producer = ?2 AND key = ?3 AND sequence = ?4",
             name.topic, name.producer, name.key, sequence)
      .next();
}

void park(store::Connection& db, const KeyName& name, std::int64_t sequence, const std::string& reason,
          const std::string& event) {
  db.run(
      "INSERT INTO inbox_parked(topic, producer, key, sequence, reason, parked_at, event)"
      " VALUES (?1, ?2, ?3, ?4, ?5, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), ?6)",
      name.topic, name.producer, name.key, sequence, reason, event);
  db.run(
      "INSERT INTO inbox_keys(topic, producer, key, last, parked) VALUES (?1, ?2, ?3, 0, 1)"
      " ON CONFLICT DO UPDATE SET parked = parked + 1",
      name.topic, name.producer, name.key);
}

void unpark(store::Connection& db, const Parked& row) {
  db.run("DELETE FROM inbox_parked WHERE id = ?1", row.id);
  db.run("UPDATE inbox_keys SET parked = parked - 1 WHERE topic = ?1 AND producer = ?2 AND key = ?3",
         row.topic, row.producer, row.key);
}

std::optional<Parked> find_parked(store::Connection& db, std::int64_t id) {
  auto row = db.query(std::string("SELECT ") + parked_columns + " FROM inbox_parked WHERE id = ?1", id);
  return row.next() ? std::optional<Parked>(parked_row(row)) : std::nullopt;
}

std::optional<Parked> parked_at(store::Connection& db, const KeyName& name, std::int64_t sequence) {
  auto row =
      db.query(std::string("SELECT ") + parked_columns +
                   " FROM inbox_parked WHERE topic = ?1 AND producer = ?2 AND key = ?3 AND sequence = ?4",
               name.topic, name.producer, name.key, sequence);
  return row.next() ? std::optional<Parked>(parked_row(row)) : std::nullopt;
}

namespace {

// The handler as a span; what it causes is below that.
void handle_in_span(store::Connection& db, const event_log::Envelope& event, const Handler& handler) {
  service::spans::Span span(telemetry::SpanKind::consumer, event.traceparent, "process " + event.type);
  if (!span.recorded()) return handler(db, event);
  event_log::Envelope below = event;
  below.traceparent = span.traceparent();
  span.text("messaging.operation.type", "process");
  span.text("banyan.event.producer", event.producer);
  span.number("banyan.event.sequence", event.sequence);
  try {
    handler(db, below);
  } catch (...) {
    span.error("handler");
    span.end();
    throw;
  }
  span.end();
}

}  // namespace

std::optional<std::string> try_effect(store::Connection& db, const event_log::Envelope& event,
                                      const Handler& handler) {
  store::Savepoint effect(db, "inbox_effect");
  std::string why;
  try {
    handle_in_span(db, event, handler);
    effect.keep();
    return std::nullopt;
  } catch (const SQLite::Exception& failure) {
    if (!is_events_fault(failure) || !db.in_transaction()) throw;
    why = failure.what();
  } catch (const std::exception& failure) {
    if (!db.in_transaction()) throw;
    why = failure.what();
  }
  if (!holds(Rule::undo_failed_effect)) effect.keep();
  return "failed: " + why;
}

void drain(store::Connection& db, const KeyName& name, const Handler& handler, Counts& counts) {
  for (auto next = next_to_drain(db, name); next; next = next_to_drain(db, name)) {
    const auto event = event_log::open_envelope(next->event);
    const auto why = event ? try_effect(db, *event, handler) : "failed: " + event.error().message;
    if (why) {
      db.run("UPDATE inbox_parked SET reason = ?2 WHERE id = ?1", next->id, *why);
      return;
    }
    unpark(db, *next);
    set_last(db, name, next->sequence);
    ++counts.applied;
  }
}

std::vector<Parked> parked(store::Connection& db, std::int64_t limit, std::int64_t offset) {
  std::vector<Parked> all;
  auto rows = db.query(std::string("SELECT ") + parked_columns +
                           " FROM inbox_parked ORDER BY topic, producer, key, sequence LIMIT ?1 OFFSET ?2",
                       limit, offset);
  while (rows.next()) all.push_back(parked_row(rows));
  return all;
}

Waiting waiting(store::Connection& db) {
  auto row = db.query("SELECT count(*), coalesce(sum(parked), 0) FROM inbox_keys WHERE parked > 0");
  row.next();
  return {row.integer(0), row.integer(1)};
}

}  // namespace banyan::inbox
