#include "extracted_services/inbox/keys.hpp"
#include "extracted_services/safety/rules.hpp"

namespace banyan::inbox {
namespace {

void note(store::Connection& db, const char* action, const Intervention& by, const Parked& row,
          const std::string& outcome) {
  if (!safety::holds(safety::Rule::audit_interventions)) return;
  db.run(
      "INSERT INTO inbox_audit(at, action, who, why, producer, key, sequence, outcome)"
      " VALUES (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      action, by.who, by.why, row.producer, row.key, row.sequence, outcome);
}

service::Outcome<Parked> require(store::Connection& db, std::int64_t id) {
  auto row = find_parked(db, id);
  if (!row) return service::not_found("no event is parked under " + std::to_string(id));
  return std::move(*row);
}

std::string done(const Counts& counts) { return "applied " + std::to_string(counts.applied); }

}  // namespace

service::Outcome<Counts> replay(store::Connection& db, std::int64_t id, const Handler& handler,
                                const Intervention& by) {
  const auto row = require(db, id);
  if (!row) return row.error();
  const KeyName name{row->topic, row->producer, row->key};
  const auto next = load(db, name).last + 1;
  if (row->sequence != next)
    return service::conflict("not_next", "event " + std::to_string(next) + " of " + row->key +
                                             " comes first" +
                                             (is_parked(db, name, next) ? " and is parked itself" : ""));
  Counts counts;
  drain(db, name, handler, counts);
  if (counts.applied > 0) {
    note(db, "replay", by, *row, done(counts));
    return counts;
  }
  const auto again = find_parked(db, id);
  note(db, "replay", by, *row, again->reason);
  service::Fault fault = service::conflict("failed_again", again->reason);
  fault.keeps_effect = true;  // the audit row and the new reason
  return fault;
}

service::Outcome<Counts> skip(store::Connection& db, std::int64_t id, const Handler& handler,
                              const Intervention& by) {
  const auto row = require(db, id);
  if (!row) return row.error();
  const KeyName name{row->topic, row->producer, row->key};
  const auto next = load(db, name).last + 1;
  Counts counts;
  if (row->sequence == next) {
    unpark(db, *row);
    set_last(db, name, row->sequence);
  } else if (is_parked(db, name, next)) {
    return service::conflict("not_next", "event " + std::to_string(next) + " of " + row->key +
                                             " is parked before it: skip or replay that one");
  } else {
    // Behind a gap: what never came is given up, the event itself is not.
    auto earlier =
        db.query("SELECT min(sequence) FROM inbox_parked WHERE topic = ?1 AND producer = ?2 AND key = ?3",
                 name.topic, name.producer, name.key);
    earlier.next();
    set_last(db, name, earlier.integer(0) - 1);
  }
  drain(db, name, handler, counts);
  note(db, "skip", by, *row, done(counts));
  return counts;
}

std::vector<AuditRow> audit(store::Connection& db, std::int64_t limit, std::int64_t offset) {
  std::vector<AuditRow> all;
  auto rows = db.query(
      "SELECT id, at, action, who, why, producer, key, sequence, outcome FROM inbox_audit ORDER BY id"
      " LIMIT ?1 OFFSET ?2",
      limit, offset);
  while (rows.next())
    all.push_back({rows.integer(0), rows.text(1), rows.text(2), rows.text(3), rows.text(4), rows.text(5),
                   rows.text(6), rows.integer(7), rows.text(8)});
  return all;
}

}  // namespace banyan::inbox
