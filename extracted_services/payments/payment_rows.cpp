#include "extracted_services/payments/payment_rows.hpp"

namespace banyan::payments {
namespace {

const std::string select_payment =
    "SELECT id, order_id, reference, method, status, currency, amount_cents, refunded_cents, captured_on"
    " FROM payments";
const std::string select_refund =
    "SELECT id, payment_id, order_id, amount_cents, reason, refunded_on FROM refunds";

Payment payment_row(const store::Query& row) {
  return {row.integer(0), row.integer(1), row.text(2),    row.text(3),      row.text(4),
          row.text(5),    row.integer(6), row.integer(7), row.maybe_text(8)};
}

Refund refund_row(const store::Query& row) {
  return {row.integer(0), row.integer(1), row.integer(2), row.integer(3), row.text(4), row.text(5)};
}

}  // namespace

std::string aggregate_of(const Payment& payment) { return "payment/" + std::to_string(payment.id); }
std::string aggregate_of(const Refund& refund) { return "payment/" + std::to_string(refund.payment_id); }

std::optional<Payment> find_payment(store::Connection& db, std::int64_t id) {
  auto row = db.query(select_payment + " WHERE id = ?1", id);
  if (!row.next()) return std::nullopt;
  return payment_row(row);
}

std::vector<Payment> list_payments(store::Connection& db, std::optional<std::int64_t> order_id,
                                   std::int64_t limit, std::int64_t offset) {
  auto row = order_id ? db.query(select_payment + " WHERE order_id = ?1 ORDER BY id LIMIT ?2 OFFSET ?3",
                                 *order_id, limit, offset)
                      : db.query(select_payment + " ORDER BY id LIMIT ?1 OFFSET ?2", limit, offset);
  std::vector<Payment> found;
  while (row.next()) found.push_back(payment_row(row));
  return found;
}

std::optional<Refund> find_refund(store::Connection& db, std::int64_t id) {
  auto row = db.query(select_refund + " WHERE id = ?1", id);
  if (!row.next()) return std::nullopt;
  return refund_row(row);
}

std::vector<Refund> list_refunds(store::Connection& db, std::int64_t payment_id) {
  auto row = db.query(select_refund + " WHERE payment_id = ?1 ORDER BY id", payment_id);
  std::vector<Refund> found;
  while (row.next()) found.push_back(refund_row(row));
  return found;
}

// What only was authorised has not been captured; the monolith never had such rows.
Totals totals(store::Connection& db) {
  auto row = db.query(
      "SELECT count(*), coalesce(sum(amount_cents), 0), coalesce(sum(refunded_cents), 0) FROM payments"
      " WHERE status IN ('captured', 'partly_refunded', 'refunded')");
  row.next();
  return {row.integer(0), row.integer(1), row.integer(2), row.integer(1) - row.integer(2)};
}

}  // namespace banyan::payments
