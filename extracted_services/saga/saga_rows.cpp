#include "extracted_services/saga/saga_rows.hpp"

namespace banyan::saga {
namespace {

const std::string select_saga =
    "SELECT id, name, definition, subject, input, traceparent, status, why, started_at, changed_at FROM sagas";

Instance saga_row(const store::Query& row) {
  Instance instance;
  instance.id = row.integer(0);
  instance.name = row.text(1);
  instance.definition = row.text(2);
  instance.subject = row.text(3);
  instance.input = row.text(4);
  instance.traceparent = row.text(5);
  instance.state.status = parse_status(row.text(6)).value();
  instance.state.why = row.text(7);
  instance.state.started = row.integer(8);
  instance.changed = row.integer(9);
  return instance;
}

StepState step_row(const store::Query& row) {
  StepState step;
  step.phase = parse_phase(row.text(0)).value();
  step.attempt = static_cast<int>(row.integer(1));
  step.failures = static_cast<int>(row.integer(2));
  step.polls = static_cast<int>(row.integer(3));
  step.awaiting = row.integer(4) != 0;
  step.since = row.integer(5);
  step.due = row.integer(6);
  step.result = row.text(7);
  step.error = row.text(8);
  step.parked = row.text(9);
  return step;
}

void put_step(store::Connection& db, std::int64_t id, std::size_t index, const StepState& step) {
  db.run(
      "INSERT OR REPLACE INTO saga_steps(saga_id, step, phase, attempt, failures, polls, awaiting, since, due,"
      " result, error, parked) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
      id, index, to_word(step.phase), step.attempt, step.failures, step.polls, step.awaiting, step.since, step.due,
      step.result, step.error, step.parked);
}

}  // namespace

std::string origin(store::Connection& db) {
  auto row = db.query("SELECT name FROM saga_origin");
  row.next();
  return row.text(0);
}

void keep_definition(store::Connection& db, const Definition& definition) {
  db.run("INSERT OR IGNORE INTO saga_definitions(hash, name, text) VALUES (?1, ?2, ?3)", definition.hash,
         definition.saga, definition.text);
}

std::optional<std::string> definition_text(store::Connection& db, const std::string& hash) {
  auto row = db.query("SELECT text FROM saga_definitions WHERE hash = ?1", hash);
  if (!row.next()) return std::nullopt;
  return row.text(0);
}

std::int64_t insert(store::Connection& db, const Instance& instance) {
  db.run(
      "INSERT INTO sagas(name, definition, subject, input, traceparent, status, why, parked, started_at,"
      " changed_at, wake_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?8, ?8)",
      instance.name, instance.definition, instance.subject, instance.input, instance.traceparent,
      to_word(instance.state.status), instance.state.why, instance.state.started);
  const auto id = db.last_insert_id();
  for (std::size_t i = 0; i < instance.state.steps.size(); ++i) put_step(db, id, i, instance.state.steps[i]);
  return id;
}

std::optional<Instance> find(store::Connection& db, std::int64_t id) {
  auto row = db.query(select_saga + " WHERE id = ?1", id);
  if (!row.next()) return std::nullopt;
  Instance instance = saga_row(row);
  auto steps = db.query(
      "SELECT phase, attempt, failures, polls, awaiting, since, due, result, error, parked FROM saga_steps"
      " WHERE saga_id = ?1 ORDER BY step",
      id);
  while (steps.next()) instance.state.steps.push_back(step_row(steps));
  return instance;
}

std::vector<Instance> list(store::Connection& db, const Filter& filter) {
  std::string sql = select_saga + " WHERE (?1 IS NULL OR status = ?1)";
  sql += filter.subject ? " AND subject = ?2" : " AND ?2 IS NULL";
  if (filter.only_parked) sql += " AND parked = 1";
  auto row = db.query(sql + " ORDER BY id DESC LIMIT ?3 OFFSET ?4", filter.status, filter.subject, filter.limit,
                      filter.offset);
  std::vector<Instance> found;
  while (row.next()) found.push_back(saga_row(row));
  return found;
}

void update(store::Connection& db, const Instance& instance, const State& before, std::optional<Millis> wake_at) {
  const auto& state = instance.state;
  db.run("UPDATE sagas SET status = ?2, why = ?3, parked = ?4, changed_at = ?5, wake_at = ?6 WHERE id = ?1",
         instance.id, to_word(state.status), state.why, is_parked(state), instance.changed, wake_at);
  for (std::size_t i = 0; i < state.steps.size(); ++i)
    if (state.steps[i] != before.steps[i]) put_step(db, instance.id, i, state.steps[i]);
}

void set_subject(store::Connection& db, std::int64_t id, const std::string& subject) {
  db.run("UPDATE sagas SET subject = ?2 WHERE id = ?1", id, subject);
}

std::vector<std::int64_t> woken(store::Connection& db, Millis now, std::size_t limit) {
  auto row = db.query("SELECT id FROM sagas WHERE wake_at <= ?1 ORDER BY wake_at, id LIMIT ?2", now, limit);
  std::vector<std::int64_t> ids;
  while (row.next()) ids.push_back(row.integer(0));
  return ids;
}

void postpone(store::Connection& db, std::int64_t id, Millis until) {
  db.run("UPDATE sagas SET wake_at = ?2 WHERE id = ?1", id, until);
}

std::optional<Millis> next_wake(store::Connection& db) {
  auto row = db.query("SELECT min(wake_at) FROM sagas WHERE wake_at IS NOT NULL");
  row.next();
  return row.maybe_integer(0);
}

void put_command(store::Connection& db, const CommandRow& row) {
  db.run(
      "INSERT OR REPLACE INTO saga_commands(saga_id, step, direction, attempt, key, upstream, target, body,"
      " attempt_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      row.saga_id, row.step, to_word(row.direction), row.attempt, row.key, row.upstream, row.target, row.body,
      row.attempt_ms);
}

void drop_command(store::Connection& db, std::int64_t id, std::size_t step, Direction direction) {
  db.run("DELETE FROM saga_commands WHERE saga_id = ?1 AND step = ?2 AND direction = ?3", id, step,
         to_word(direction));
}

std::vector<CommandRow> commands(store::Connection& db, std::size_t limit) {
  auto row = db.query(
      "SELECT c.saga_id, step, direction, attempt, key, upstream, target, body, attempt_ms, traceparent FROM"
      " (SELECT *, row_number() OVER (PARTITION BY upstream ORDER BY saga_id, step, direction) AS place"
      "  FROM saga_commands) c JOIN sagas ON sagas.id = c.saga_id"
      " WHERE place <= ?1 ORDER BY c.saga_id, step, direction",
      limit);
  std::vector<CommandRow> found;
  while (row.next())
    found.push_back({row.integer(0), static_cast<std::size_t>(row.integer(1)),
                     row.text(2) == "do" ? Direction::action : Direction::compensation,
                     static_cast<int>(row.integer(3)), row.text(4), row.text(5), row.text(6), row.text(7),
                     row.integer(8), row.text(9)});
  return found;
}

void add_audit(store::Connection& db, std::int64_t id, const AuditRow& row) {
  db.run("INSERT INTO saga_audit(saga_id, at, who, act, reason, outcome) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", id, row.at,
         row.who, row.act, row.reason, row.outcome);
}

std::vector<AuditRow> audit_of(store::Connection& db, std::int64_t id) {
  auto row = db.query("SELECT at, who, act, reason, outcome FROM saga_audit WHERE saga_id = ?1 ORDER BY id", id);
  std::vector<AuditRow> found;
  while (row.next()) found.push_back({row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4)});
  return found;
}

}  // namespace banyan::saga
