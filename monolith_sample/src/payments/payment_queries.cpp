#include "core/http.hpp"
#include "payments/payment_service.hpp"

#include <sstream>

namespace shop::payments {
namespace {

const std::string kSelectPayment =
    "SELECT id, order_id, reference, method, status, currency, amount_cents, refunded_cents, captured_on "
    "FROM payments";

Payment to_payment(const core::Cursor& row) {
  Payment payment;
  payment.id = row.integer(0);
  payment.order_id = row.integer(1);
  payment.reference = row.text(2);
  payment.method = row.text(3);
  payment.status = row.text(4);
  payment.currency = row.text(5);
  payment.amount_cents = row.integer(6);
  payment.refunded_cents = row.integer(7);
  payment.captured_on = row.text(8);
  return payment;
}

}  // namespace

PaymentService& PaymentService::instance() {
  static PaymentService service;
  return service;
}

Payment PaymentService::get(std::int64_t id) {
  auto row = core::Database::instance().select(kSelectPayment + " WHERE id = ?", id);
  if (!row.next()) throw core::not_found("payment", id);
  return to_payment(row);
}

std::vector<Payment> PaymentService::list(std::optional<std::int64_t> order_id, std::int64_t limit,
                                          std::int64_t offset) {
  std::ostringstream sql;
  sql << kSelectPayment;
  if (order_id) sql << " WHERE order_id = " << *order_id;
  sql << " ORDER BY id LIMIT " << limit << " OFFSET " << offset;
  std::vector<Payment> found;
  for (auto row = core::Database::instance().select(sql.str()); row.next();) found.push_back(to_payment(row));
  return found;
}

std::vector<Refund> PaymentService::refunds(std::int64_t payment_id) {
  std::string sql = "SELECT id, payment_id, order_id, amount_cents, reason, refunded_on";
  sql += " FROM refunds WHERE payment_id = ?";
  sql += " ORDER BY id";
  std::vector<Refund> found;
  for (auto row = core::Database::instance().select(sql, payment_id); row.next();) {
    found.push_back(
        {row.integer(0), row.integer(1), row.integer(2), row.integer(3), row.text(4), row.text(5)});
  }
  return found;
}

Totals PaymentService::totals() {
  auto row = core::Database::instance().select(
      "SELECT COUNT(*), COALESCE(SUM(amount_cents), 0), COALESCE(SUM(refunded_cents), 0) "
      "FROM payments WHERE status <> 'declined'");
  row.next();
  return {row.integer(0), row.integer(1), row.integer(2)};
}

}  // namespace shop::payments
