#include "extracted_services/payments/charges.hpp"

#include "extracted_services/safety/saga_rules.hpp"

namespace banyan::payments {
namespace {

using safety::holds;
using safety::SagaRule;

constexpr std::string_view select_charge =
    "SELECT key, c.order_id, c.amount_cents, c.currency, c.status, reason, payment_id, p.reference"
    " FROM charges c LEFT JOIN payments p ON p.id = payment_id WHERE key = ?1";

Charge wish_of(store::Connection& db, const std::string& key) {
  auto row = db.query("SELECT order_id, amount_cents, currency, method, token FROM charges WHERE key = ?1", key);
  row.next();
  return {row.integer(0), row.integer(1), row.text(2), row.text(3), row.text(4), true};
}

bool same(const Charge& left, const Charge& right) {
  return left.order_id == right.order_id && left.amount_cents == right.amount_cents &&
         left.currency == right.currency && left.method == right.method && left.token == right.token;
}

// A new state, and what to ask of the bank next; an answer to anything asked before counts no more.
void move_to(store::Connection& db, const std::string& key, std::string_view status, std::string_view next_call,
             const std::string& reason = {}) {
  db.run(
      "UPDATE charges SET status = ?2, next_call = ?3, reason = ?4, attempt = attempt + 1, failures = 0, due_at = 0"
      " WHERE key = ?1",
      key, status, next_call, reason);
}

void insert(store::Connection& db, const std::string& key, const Charge& wanted, const std::string& traceparent,
            std::string_view status, std::string_view next_call) {
  db.run(
      "INSERT OR REPLACE INTO charges(key, order_id, amount_cents, currency, method, token, traceparent, status,"
      " next_call) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      key, wanted.order_id, wanted.amount_cents, wanted.currency, wanted.method, wanted.token, traceparent, status,
      next_call);
}

BankCharge answer_about(BankCharge charge) {
  if (charge.status == "asking" || charge.status == "cancelling") charge.answer = 202;
  return charge;
}

service::Fault declined(const std::string& reason) {
  service::Fault fault{402, "payment_declined", reason};
  fault.keeps_effect = true;
  return fault;
}

// What the key has led to before.
Outcome<BankCharge> repeated(store::Connection& db, const BankCharge& known, const Charge& wanted) {
  if (known.status == "declined") return declined(known.reason);
  if (known.status == "cancelling" || known.status == "cancelled" || known.status == "refunded")
    return service::conflict("charge_cancelled", "charge " + known.key + " is " + known.status);
  if (!same(wish_of(db, known.key), wanted))
    return service::Fault{422, "key_reused", "key " + known.key + " charges something else", "/key",
                          "use a new key for a new charge"};
  return answer_about(known);
}

std::string trace_of(store::Connection& db, const std::string& key) {
  auto row = db.query("SELECT traceparent FROM charges WHERE key = ?1", key);
  return row.next() ? row.text(0) : std::string();
}

std::int64_t record_payment(store::Connection& db, const std::string& key) {
  const auto payment = record_captured(db, wish_of(db, key), trace_of(db, key));
  db.run("UPDATE charges SET payment_id = ?2 WHERE key = ?1", key, payment.id);
  return payment.id;
}

}  // namespace

int status_of(const BankCharge& charge) { return charge.answer; }

std::string aggregate_of(const BankCharge& charge) { return "charge/" + charge.key; }

std::optional<BankCharge> find_charge(store::Connection& db, const std::string& key) {
  auto row = db.query(select_charge, key);
  if (!row.next()) return std::nullopt;
  return BankCharge{row.text(0), row.integer(1), row.integer(2),       row.text(3),
                    row.text(4), row.text(5),    row.maybe_integer(6), row.maybe_text(7), 0};
}

Outcome<BankCharge> ask_for(store::Connection& db, const std::string& key, const Charge& wanted,
                            const std::string& traceparent) {
  if (const auto known = find_charge(db, key); known && holds(SagaRule::charge_once_per_key))
    return repeated(db, *known, wanted);
  if (const auto reference = paid_by(db, wanted.order_id); reference && holds(SagaRule::charge_once_per_key)) {
    const std::string why = "order " + std::to_string(wanted.order_id) + " is paid by " + *reference;
    insert(db, key, wanted, traceparent, "declined", "");
    move_to(db, key, "declined", "", why);
    return declined(why);
  }
  insert(db, key, wanted, traceparent, "asking", "charge");
  return answer_about(*find_charge(db, key));
}

Outcome<BankCharge> cancel_charge(store::Connection& db, const std::string& key) {
  const auto known = find_charge(db, key);
  if (!known && !holds(SagaRule::charge_tombstone)) return BankCharge{key, 0, 0, "", "cancelled", "", {}, {}, 0};
  if (!known) {
    insert(db, key, {}, "", "cancelled", "");
    return *find_charge(db, key);
  }
  if (known->status == "asking" && !holds(SagaRule::void_at_the_bank))
    move_to(db, key, "cancelled", "");
  else if (known->status == "asking" || known->status == "captured")
    move_to(db, key, "cancelling", "void");
  return answer_about(*find_charge(db, key));
}

void bank_charged(store::Connection& db, const std::string& key) {
  record_payment(db, key);
  move_to(db, key, "captured", "");
}

void bank_declined(store::Connection& db, const std::string& key, const std::string& reason) {
  move_to(db, key, "declined", "", reason);
}

// Money that came and went stands in the ledger as both, as it does in the bank's.
void bank_voided(store::Connection& db, const std::string& key, bool had_charged) {
  const auto charge = find_charge(db, key);
  if (had_charged) {
    const auto payment_id = charge->payment_id ? *charge->payment_id : record_payment(db, key);
    const auto refunded = refund(db, payment_id, std::nullopt, "order cancelled", trace_of(db, key));
    if (!refunded && refunded.error().code != "refund_exceeds_payment")
      throw std::runtime_error(refunded.error().message);
  }
  move_to(db, key, had_charged ? "refunded" : "cancelled", "");
}

}  // namespace banyan::payments
