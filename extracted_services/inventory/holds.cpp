#include "extracted_services/inventory/holds.hpp"

#include "extracted_services/safety/saga_rules.hpp"

namespace banyan::inventory {
namespace {

using safety::holds;
using safety::SagaRule;

struct Row {
  std::string wish;
  std::string status;
  std::string reason;
};

std::optional<Row> find_row(store::Connection& db, const std::string& key) {
  auto row = db.query("SELECT wish, status, reason FROM holds WHERE key = ?1", key);
  if (!row.next()) return std::nullopt;
  return Row{row.text(0), row.text(1), row.text(2)};
}

void put(store::Connection& db, const std::string& key, const std::string& order_ref, const Row& row) {
  db.run(
      "INSERT INTO holds(key, order_ref, wish, status, reason) VALUES (?1, ?2, ?3, ?4, ?5)"
      " ON CONFLICT(key) DO UPDATE SET status = excluded.status, reason = excluded.reason",
      key, order_ref, row.wish, row.status, row.reason);
}

std::vector<std::int64_t> reservation_ids(store::Connection& db, const std::string& key) {
  auto row = db.query("SELECT reservation_id FROM hold_lines WHERE key = ?1 ORDER BY reservation_id", key);
  std::vector<std::int64_t> ids;
  while (row.next()) ids.push_back(row.integer(0));
  return ids;
}

std::string wish_text(const std::string& order_ref, const std::vector<Line>& lines) {
  std::string text = order_ref;
  for (const auto& line : lines) text += " " + std::to_string(line.product_id) + "x" + std::to_string(line.quantity);
  return text;
}

service::Fault refusal(const std::string& reason) {
  service::Fault fault = service::conflict("out_of_stock", reason);
  fault.keeps_effect = true;  // the refusal stands under this key
  return fault;
}

Outcome<Hold> require_hold(store::Connection& db, const std::string& key) {
  auto found = find_hold(db, key);
  if (!found) return service::not_found("hold " + key + " not found");
  return std::move(*found);
}

// What the key has led to before.
Outcome<Hold> repeated(store::Connection& db, const std::string& key, const Row& row, const std::string& wish) {
  if (row.status == "refused") return refusal(row.reason);
  if (row.status == "released")
    return service::conflict("hold_released", "hold " + key + " was released; it cannot be held any more");
  if (row.wish != wish)
    return service::Fault{422, "key_reused", "key " + key + " holds something else", "/key",
                          "use a new key for a new hold"};
  return require_hold(db, key);
}

std::optional<service::Fault> reserve_all(store::Connection& db, const std::string& key, const std::string& order_ref,
                                          const std::vector<Line>& lines, const std::string& traceparent) {
  for (const auto& line : lines) {
    const auto reserved = reserve(db, order_ref, line.product_id, line.quantity, traceparent);
    if (!reserved) return reserved.error();
    db.run("INSERT INTO hold_lines(key, reservation_id) VALUES (?1, ?2)", key, reserved->id);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Hold> find_hold(store::Connection& db, const std::string& key) {
  auto row = db.query("SELECT order_ref, status FROM holds WHERE key = ?1", key);
  if (!row.next()) return std::nullopt;
  Hold found{key, row.text(0), row.text(1), {}};
  for (const auto id : reservation_ids(db, key)) found.reservations.push_back(*find_reservation(db, id));
  return found;
}

Outcome<Hold> hold(store::Connection& db, const std::string& key, const std::string& order_ref,
                   const std::vector<Line>& lines, const std::string& traceparent) {
  if (auto wrong = wrong_order_ref(order_ref)) return std::move(*wrong);
  const std::string wish = wish_text(order_ref, lines);
  if (const auto row = find_row(db, key); row && holds(SagaRule::hold_once_per_key))
    return repeated(db, key, *row, wish);
  store::Savepoint all_lines(db, "all_lines");
  put(db, key, order_ref, {wish, "held", ""});
  const auto missing = reserve_all(db, key, order_ref, lines, traceparent);
  if (!missing) {
    all_lines.keep();
    return require_hold(db, key);
  }
  db.run("ROLLBACK TO all_lines");
  put(db, key, order_ref, {wish, "refused", missing->message});
  all_lines.keep();
  service::Fault fault = *missing;
  fault.keeps_effect = true;
  return fault;
}

Outcome<Hold> release_hold(store::Connection& db, const std::string& key, const std::string& traceparent) {
  const auto row = find_row(db, key);
  if (!row && !holds(SagaRule::hold_tombstone)) return Hold{key, "", "released", {}};
  if (!row) {
    put(db, key, "", {"", "released", "released before it was held"});
    return require_hold(db, key);
  }
  if (row->status == "committed") return service::conflict("hold_committed", "hold " + key + " is sold already");
  const bool open = row->status == "held" || !holds(SagaRule::release_gives_back_once);
  if (!open) return require_hold(db, key);
  for (const auto id : reservation_ids(db, key))
    if (const auto released = release(db, id, traceparent); !released) return released.error();
  if (row->status == "held") put(db, key, "", {row->wish, "released", "released"});
  return require_hold(db, key);
}

Outcome<Hold> return_hold(store::Connection& db, const std::string& key, const std::string& traceparent) {
  const auto row = find_row(db, key);
  if (!row || row->status != "committed") return release_hold(db, key, traceparent);
  for (const auto id : reservation_ids(db, key))
    if (const auto returned = take_back(db, id, traceparent); !returned) return returned.error();
  put(db, key, "", {row->wish, "released", "returned"});
  return require_hold(db, key);
}

Outcome<Hold> commit_hold(store::Connection& db, const std::string& key, const std::string& traceparent) {
  const auto found = require_hold(db, key);
  if (!found || found->status == "committed") return found;
  if (found->status != "held")
    return service::conflict("hold_not_held", "hold " + key + " is " + found->status);
  for (const auto id : reservation_ids(db, key))
    if (const auto sold = commit(db, id, traceparent); !sold) return sold.error();
  put(db, key, "", {"", "committed", "sold"});
  return require_hold(db, key);
}

}  // namespace banyan::inventory
