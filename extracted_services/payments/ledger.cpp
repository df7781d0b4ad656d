#include "extracted_services/payments/ledger.hpp"

#include "extracted_services/payments/announce.hpp"
#include "extracted_services/payments/bank_rules.hpp"
#include "extracted_services/shop_dialect/settings.hpp"

namespace banyan::payments {
namespace {

constexpr std::size_t longest_currency = 16;

// The payment as it is now, and everybody is told so.
Payment announced(store::Connection& db, std::int64_t id, std::string_view what, const std::string& traceparent) {
  auto payment = *find_payment(db, id);
  announce(db, payment, what, traceparent);
  return payment;
}

// `status` is also what is told.
Payment record(store::Connection& db, const Charge& charge, std::string_view status, const std::string& traceparent) {
  const auto captured_on = status == "captured" ? std::optional<std::string>(shop_dialect::today(db))
                                                : std::optional<std::string>();
  db.run(
      "INSERT INTO payments(order_id, reference, method, status, currency, amount_cents, captured_on)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      charge.order_id, shop_dialect::next_number(db, "payment", "PAY"), charge.method, status,
      charge.currency, charge.amount_cents, captured_on);
  return announced(db, db.last_insert_id(), status, traceparent);
}

std::optional<service::Fault> already_paid(store::Connection& db, std::int64_t order_id) {
  const auto reference = paid_by(db, order_id);
  if (!reference) return std::nullopt;
  return service::conflict("order_already_paid",
                           "order " + std::to_string(order_id) + " is paid by " + *reference);
}

Outcome<Payment> require_authorized(store::Connection& db, std::int64_t id) {
  auto payment = require_payment(db, id);
  if (payment && payment->status != "authorized")
    return service::conflict("payment_not_authorized",
                             "payment " + std::to_string(id) + " is " + payment->status);
  return payment;
}

bool has_captured_money(const Payment& payment) {
  return payment.status == "captured" || payment.status == "partly_refunded" || payment.status == "refunded";
}

}  // namespace

std::optional<service::Fault> wrong_currency(const std::string& currency) {
  if (!currency.empty() && currency.size() <= longest_currency) return std::nullopt;
  return service::bad_request("currency must be 1 to 16 characters", "/currency");
}

Outcome<Payment> require_payment(store::Connection& db, std::int64_t id) {
  auto payment = find_payment(db, id);
  if (!payment) return service::not_found("payment " + std::to_string(id) + " not found");
  return std::move(*payment);
}

Payment record_captured(store::Connection& db, const Charge& charge, const std::string& traceparent) {
  return record(db, charge, "captured", traceparent);
}

std::optional<std::string> paid_by(store::Connection& db, std::int64_t order_id) {
  auto row = db.query(
      "SELECT reference FROM payments WHERE order_id = ?1 AND status NOT IN ('declined', 'voided', 'refunded') LIMIT 1",
      order_id);
  if (!row.next()) return std::nullopt;
  return row.text(0);
}

Outcome<Payment> charge(store::Connection& db, const Charge& wanted, const std::string& traceparent) {
  if (auto wrong = wrong_currency(wanted.currency)) return std::move(*wrong);
  if (const auto paid = already_paid(db, wanted.order_id)) return *paid;
  if (const auto why = refusal(wanted.method, wanted.token, wanted.amount_cents)) {
    record(db, wanted, "declined", traceparent);
    service::Fault declined{402, "payment_declined", std::string(*why)};
    declined.keeps_effect = true;
    return declined;
  }
  return record(db, wanted, wanted.capture ? "captured" : "authorized", traceparent);
}

Outcome<Payment> capture(store::Connection& db, std::int64_t id, const std::string& traceparent) {
  const auto payment = require_authorized(db, id);
  if (!payment) return payment;
  db.run("UPDATE payments SET status = 'captured', captured_on = ?2 WHERE id = ?1", id,
         shop_dialect::today(db));
  return announced(db, id, "captured", traceparent);
}

Outcome<Payment> cancel_authorization(store::Connection& db, std::int64_t id, const std::string& traceparent) {
  const auto payment = require_authorized(db, id);
  if (!payment) return payment;
  db.run("UPDATE payments SET status = 'voided' WHERE id = ?1", id);
  return announced(db, id, "voided", traceparent);
}

Outcome<Refund> refund(store::Connection& db, std::int64_t id, std::optional<std::int64_t> amount_cents,
                       const std::string& reason, const std::string& traceparent) {
  const auto payment = require_payment(db, id);
  if (!payment) return payment.error();
  const auto left = has_captured_money(*payment) ? payment->amount_cents - payment->refunded_cents : 0;
  const auto amount = amount_cents.value_or(left);
  if (left == 0 || amount > left)
    return service::conflict("refund_exceeds_payment",
                             "payment " + std::to_string(id) + ": " + std::to_string(left) + " of " +
                                 std::to_string(payment->amount_cents) + " cents left");
  db.run(
      "INSERT INTO refunds(payment_id, order_id, amount_cents, reason, refunded_on) VALUES (?1, ?2, ?3, ?4, "
      "?5)",
      id, payment->order_id, amount, reason, shop_dialect::today(db));
  const auto refund_id = db.last_insert_id();
  db.run("UPDATE payments SET refunded_cents = refunded_cents + ?2, status = ?3 WHERE id = ?1", id, amount,
         amount == left ? "refunded" : "partly_refunded");
  announced(db, id, "refunded", traceparent);
  return *find_refund(db, refund_id);
}

}  // namespace banyan::payments
