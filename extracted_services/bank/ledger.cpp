#include "extracted_services/bank/ledger.hpp"

#include "extracted_services/safety/saga_rules.hpp"

namespace banyan::bank {
namespace {

using safety::holds;
using safety::SagaRule;

constexpr std::int64_t fraud_limit_cents = 500'000;

void put(store::Connection& db, const Wish& wish, std::string_view status, const std::string& reason) {
  db.run(
      "INSERT INTO charges(key, status, amount_cents, currency, reason, asked) VALUES (?1, ?2, ?3, ?4, ?5, 1)"
      " ON CONFLICT(key) DO UPDATE SET status = excluded.status",
      wish.key, status, wish.amount_cents, wish.currency, reason);
}

void move_money(store::Connection& db, const std::string& key, std::string_view kind, std::int64_t amount_cents) {
  db.run("INSERT INTO entries(key, kind, amount_cents) VALUES (?1, ?2, ?3)", key, kind, amount_cents);
}

service::Fault declined(const std::string& reason) {
  service::Fault fault{402, "declined", reason};
  fault.keeps_effect = true;
  return fault;
}

std::int64_t left_of(store::Connection& db, const Charge& charge) {
  auto row = db.query("SELECT coalesce(sum(amount_cents), 0) FROM entries WHERE key = ?1 AND kind = 'refund'", charge.key);
  row.next();
  return charge.amount_cents - row.integer(0);
}

void give_back(store::Connection& db, const Charge& charge, std::int64_t amount_cents) {
  const bool is_all = amount_cents == left_of(db, charge);
  move_money(db, charge.key, "refund", amount_cents);
  if (is_all) db.run("UPDATE charges SET status = 'refunded' WHERE key = ?1", charge.key);
}

std::optional<Refund> find_refund(store::Connection& db, const std::string& key) {
  auto row = db.query("SELECT key, charge, amount_cents FROM refunds WHERE key = ?1", key);
  if (!row.next()) return std::nullopt;
  return Refund{row.text(0), row.text(1), row.integer(2)};
}

// What the key has led to before.
Outcome<Charge> repeated(store::Connection& db, const Charge& known, const Wish& wish) {
  db.run("UPDATE charges SET asked = asked + 1 WHERE key = ?1", wish.key);
  if (known.status == "declined") return declined(known.reason);
  if (known.status != "charged") {
    service::Fault gone = service::conflict("charge_voided", "charge " + wish.key + " is " + known.status);
    gone.keeps_effect = true;
    return gone;
  }
  if (known.amount_cents != wish.amount_cents || known.currency != wish.currency)
    return service::Fault{422, "key_reused", "key " + wish.key + " has charged another amount", "/key"};
  return *find_charge(db, wish.key);
}

}  // namespace

std::optional<std::string> refusal(const Wish& wish) {
  const bool card = wish.method == "card";
  if (card && !wish.token.starts_with("tok_")) return "unknown card token";
  if (card && wish.token == "tok_declined") return "card declined";
  if (card && wish.token == "tok_insufficient") return "insufficient funds";
  if (wish.amount_cents > fraud_limit_cents) return "amount above the fraud limit";
  return std::nullopt;
}

std::optional<Charge> find_charge(store::Connection& db, const std::string& key) {
  auto row = db.query("SELECT key, status, amount_cents, currency, reason, asked FROM charges WHERE key = ?1", key);
  if (!row.next()) return std::nullopt;
  return Charge{row.text(0), row.text(1), row.integer(2), row.text(3), row.text(4), row.integer(5)};
}

Outcome<Charge> charge(store::Connection& db, const Wish& wish, const std::optional<std::string>& decline) {
  if (const auto known = find_charge(db, wish.key); known && holds(SagaRule::bank_knows_its_callers))
    return repeated(db, *known, wish);
  if (const auto why = decline ? decline : refusal(wish)) {
    put(db, wish, "declined", *why);
    return declined(*why);
  }
  put(db, wish, "charged", "");
  move_money(db, wish.key, "charge", wish.amount_cents);
  return *find_charge(db, wish.key);
}

Outcome<Refund> refund(store::Connection& db, const Refund& wish) {
  if (const auto known = find_refund(db, wish.key); known && holds(SagaRule::bank_knows_its_callers)) {
    if (known->charge != wish.charge || known->amount_cents != wish.amount_cents)
      return service::Fault{422, "key_reused", "key " + wish.key + " has refunded something else", "/key"};
    return *known;
  }
  const auto charge = find_charge(db, wish.charge);
  if (!charge) return service::not_found("charge " + wish.charge + " not found");
  if (charge->status != "charged")
    return service::conflict("charge_" + charge->status, "charge " + wish.charge + " is " + charge->status);
  if (const auto left = left_of(db, *charge); wish.amount_cents > left)
    return service::conflict("refund_exceeds_charge", std::to_string(left) + " of " +
                                                          std::to_string(charge->amount_cents) + " cents are left of charge " +
                                                          wish.charge);
  give_back(db, *charge, wish.amount_cents);
  db.run("INSERT INTO refunds(key, charge, amount_cents) VALUES (?1, ?2, ?3)", wish.key, wish.charge, wish.amount_cents);
  return wish;
}

Outcome<Charge> void_charge(store::Connection& db, const std::string& key) {
  const auto known = find_charge(db, key);
  if (!known && !holds(SagaRule::bank_tombstone)) return Charge{key, "voided", 0, "", "", 0};
  if (!known) {
    put(db, {key, 0, "", "", ""}, "voided", "voided before it was charged");
    return *find_charge(db, key);
  }
  if (known->status != "charged") return *known;
  give_back(db, *known, left_of(db, *known));
  return *find_charge(db, key);
}

Totals totals(store::Connection& db) {
  Totals sums;
  auto money = db.query(
      "SELECT coalesce(sum(kind = 'charge'), 0), coalesce(sum(amount_cents) FILTER (WHERE kind = 'charge'), 0),"
      " coalesce(sum(amount_cents) FILTER (WHERE kind = 'refund'), 0) FROM entries");
  money.next();
  sums.charges = money.integer(0);
  sums.captured_cents = money.integer(1);
  sums.refunded_cents = money.integer(2);
  sums.net_cents = sums.captured_cents - sums.refunded_cents;
  auto repeats = db.query("SELECT coalesce(sum(asked - 1), 0) FROM charges WHERE asked > 1");
  repeats.next();
  sums.repeated_requests = repeats.integer(0);
  auto twice = db.query(
      "SELECT count(*) FROM (SELECT key FROM entries WHERE kind = 'charge' GROUP BY key HAVING count(*) > 1)");
  twice.next();
  sums.charged_twice = twice.integer(0);
  return sums;
}

std::vector<Entry> list_entries(store::Connection& db, std::int64_t limit, std::int64_t offset) {
  auto row = db.query("SELECT id, key, kind, amount_cents FROM entries ORDER BY id LIMIT ?1 OFFSET ?2", limit, offset);
  std::vector<Entry> found;
  while (row.next()) found.push_back({row.integer(0), row.text(1), row.text(2), row.integer(3)});
  return found;
}

}  // namespace banyan::bank
