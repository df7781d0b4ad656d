// Rows of the saga tables. On the database thread that owns the connection, in its caller's transaction.
#pragma once
#include "extracted_services/saga/state.hpp"
#include "extracted_services/store/connection.hpp"

#include <string>
#include <vector>

namespace banyan::saga {

struct Instance {
  std::int64_t id = 0;
  std::string name;
  std::string definition;  // hash
  std::string subject;     // what it is about, for people and look-ups: "order/7"
  std::string input;       // JSON text
  std::string traceparent;
  State state;
  Millis changed = 0;
};

struct CommandRow {
  std::int64_t saga_id = 0;
  std::size_t step = 0;
  Direction direction = Direction::action;
  int attempt = 0;
  std::string key;
  std::string upstream;
  std::string target;
  std::string body;
  Millis attempt_ms = 0;
  std::string traceparent{};  // of the saga; read only
};

struct AuditRow {
  Millis at = 0;
  std::string who;
  std::string act;
  std::string reason;
  std::string outcome;
};

struct Filter {
  std::optional<std::string> status;
  bool only_parked = false;
  std::optional<std::string> subject;
  std::int64_t limit = 20;
  std::int64_t offset = 0;
};

std::string origin(store::Connection& db);
void keep_definition(store::Connection& db, const Definition& definition);
std::optional<std::string> definition_text(store::Connection& db, const std::string& hash);

std::int64_t insert(store::Connection& db, const Instance& instance);
std::optional<Instance> find(store::Connection& db, std::int64_t id);
// Newest first, without their steps.
std::vector<Instance> list(store::Connection& db, const Filter& filter);
// Writes what differs between `before` and the instance's state.
void update(store::Connection& db, const Instance& instance, const State& before, std::optional<Millis> wake_at);
void set_subject(store::Connection& db, std::int64_t id, const std::string& subject);
// Those whose time has come, the longest overdue first.
std::vector<std::int64_t> woken(store::Connection& db, Millis now, std::size_t limit);
void postpone(store::Connection& db, std::int64_t id, Millis until);
std::optional<Millis> next_wake(store::Connection& db);

void put_command(store::Connection& db, const CommandRow& row);
void drop_command(store::Connection& db, std::int64_t id, std::size_t step, Direction direction);
// At most `limit` for each upstream, so that one that hangs holds up no other.
std::vector<CommandRow> commands(store::Connection& db, std::size_t limit);

void add_audit(store::Connection& db, std::int64_t id, const AuditRow& row);
std::vector<AuditRow> audit_of(store::Connection& db, std::int64_t id);

}  // namespace banyan::saga
