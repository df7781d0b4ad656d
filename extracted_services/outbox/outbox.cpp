#include "extracted_services/outbox/outbox.hpp"

#include "extracted_services/safety/rules.hpp"
#include "router/telemetry/trace.hpp"

#include <algorithm>
#include <stdexcept>

namespace banyan::outbox {
using safety::holds;
using safety::Rule;
namespace {

// Positions are never given twice, even after the table has become empty: AUTOINCREMENT.
constexpr const char* tables = R"sql(
  CREATE TABLE outbox(
    position    INTEGER PRIMARY KEY AUTOINCREMENT,
    key         TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    type        TEXT NOT NULL,
    time        TEXT NOT NULL,
    traceparent TEXT NOT NULL,
    data        TEXT NOT NULL);
  CREATE TABLE outbox_keys(
    key  TEXT PRIMARY KEY,
    last INTEGER NOT NULL CHECK (last BETWEEN 1 AND 2147483647)) WITHOUT ROWID;
  CREATE TABLE outbox_state(
    id        INTEGER PRIMARY KEY CHECK (id = 1),
    producer  TEXT NOT NULL,
    forwarded INTEGER NOT NULL DEFAULT 0,
    total     INTEGER NOT NULL DEFAULT 0);
)sql";

std::int64_t next_sequence(store::Connection& db, const std::string& key) {
  if (!holds(Rule::count_per_key)) {
    auto row = db.query("SELECT coalesce(max(last), 0) + 1 FROM outbox_keys WHERE key = ?1", key);
    row.next();
    return row.integer(0);  // read, but not counted up
  }
  auto row = db.query(
      "INSERT INTO outbox_keys(key, last) VALUES (?1, 1) ON CONFLICT(key) DO UPDATE SET last = last + 1"
      " RETURNING last",
      key);
  row.next();
  return row.integer(0);
}

}  // namespace

std::vector<store::Migration> migrations(const std::string& service) {
  return {{1, "outbox",
           std::string(tables) + "INSERT INTO outbox_state(id, producer) VALUES (1, 'urn:banyan:" + service +
               ":' || lower(hex(randomblob(8))))"}};
}

std::int64_t append(store::Connection& db, const Event& event) {
  if (const auto wrong = wrong_with(event)) throw std::invalid_argument("event: " + *wrong);
  if (!holds(Rule::append_in_transaction) && db.in_transaction()) db.execute("COMMIT; BEGIN IMMEDIATE");
  const auto sequence = next_sequence(db, event.key);
  const bool traced = telemetry::parse_traceparent(event.traceparent).has_value();
  db.run(
      "INSERT INTO outbox(key, sequence, type, time, traceparent, data) VALUES (?1, ?2, ?3,"
      " CASE ?4 WHEN '' THEN strftime('%Y-%m-%dT%H:%M:%fZ', 'now') ELSE ?4 END, ?5, ?6)",
      event.key, sequence, event.type, event.time, traced ? event.traceparent : std::string(), event.data);
  return sequence;
}

std::string producer(store::Connection& db) {
  auto row = db.query("SELECT producer FROM outbox_state WHERE id = 1");
  if (!row.next()) throw store::StoreError("the outbox has no producer; was the database edited by hand?");
  return row.text(0);
}

std::vector<Row> waiting(store::Connection& db, const Limits& limits) {
  auto found = db.query(
      "SELECT position, sequence, type, key, data, traceparent, time FROM outbox ORDER BY position LIMIT ?1",
      static_cast<std::int64_t>(limits.rows));
  std::vector<Row> rows;
  std::size_t bytes = 0;
  while (found.next()) {
    Row row{found.integer(0),
            found.integer(1),
            {found.text(2), found.text(3), found.text(4), found.text(5), found.text(6)}};
    bytes += row.event.data.size();
    if (!rows.empty() && bytes > limits.bytes) break;
    rows.push_back(std::move(row));
  }
  return rows;
}

void forget(store::Connection& db, std::span<const std::int64_t> positions) {
  if (positions.empty()) return;
  const auto highest = *std::max_element(positions.begin(), positions.end());
  std::int64_t gone = 0;
  if (holds(Rule::forget_what_was_sent))
    for (const auto position : positions) gone += db.run("DELETE FROM outbox WHERE position = ?1", position);
  else
    gone = db.run("DELETE FROM outbox WHERE position <= ?1", highest);
  db.run("UPDATE outbox_state SET forwarded = max(forwarded, ?1), total = total + ?2 WHERE id = 1", highest,
         gone);
}

Progress progress(store::Connection& db) {
  auto row =
      db.query("SELECT forwarded, total, (SELECT count(*) FROM outbox) FROM outbox_state WHERE id = 1");
  if (!row.next()) return {};
  return {row.integer(0), row.integer(1), row.integer(2)};
}

}  // namespace banyan::outbox
