#include "payments/payment_service.hpp"

#include "core/clock.hpp"
#include "core/globals.hpp"
#include "core/http.hpp"
#include "core/log.hpp"
#include "core/util.hpp"
#include "inventory/stock_service.hpp"
#include "orders/order.hpp"
#include "orders/order_service.hpp"
#include "payments/bank.hpp"

namespace shop::payments {
namespace {

SettlementCallback settlement_callback = nullptr;

core::Database& db() { return core::Database::instance(); }

void settle(std::int64_t order_id, std::int64_t payment_id) {
  if (settlement_callback != nullptr) settlement_callback(order_id, payment_id);
}

}  // namespace

void set_settlement_callback(SettlementCallback callback) { settlement_callback = callback; }

std::int64_t units_promised(inventory::StockPort& stock, const orders::Order& order) {
  std::int64_t units = 0;
  for (const auto& reservation : stock.reservations_of(order.number)) {
    if (reservation.status != "released") units += reservation.quantity;
  }
  return units;
}

std::int64_t PaymentService::record(std::int64_t order_id, const std::string& method, const std::string& status,
                                    const std::string& currency, std::int64_t amount_cents) {
  const std::string reference = core::next_number("payment", "PAY");
  if (status == "declined") {
    db().run(
        "INSERT INTO payments (order_id, reference, method, status, currency, amount_cents) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        order_id, reference, method, status, currency, amount_cents);
  } else {
    db().run(
        "INSERT INTO payments (order_id, reference, method, status, currency, amount_cents, captured_on) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        order_id, reference, method, status, currency, amount_cents, core::today());
  }
  const std::int64_t id = db().last_id();
  core::audit(status, "payment", id);
  return id;
}

Payment PaymentService::charge(const orders::Order& order, const std::string& method, const std::string& token) {
  if (units_promised(inventory::stock(), order) == 0) {
    throw core::conflict("order_not_payable", "order " + std::to_string(order.id) + " holds no goods");
  }
  authorize(method, token, order.total_cents);
  const std::int64_t id = record(order.id, method, "captured", order.currency, order.total_cents);
  settle(order.id, id);
  return get(id);
}

Payment PaymentService::pay(std::int64_t order_id, const std::string& method, const std::string& token) {
  if (core::g_maintenance_mode) throw core::ApiError(503, "maintenance", "the shop is being maintained");
  // The mutex first: between BEGIN and COMMIT nobody else may slip a statement in.
  core::DbLock lock = db().lock();
  db().exec("BEGIN IMMEDIATE");
  try {
    const orders::Order order = orders::OrderService::instance().get(order_id);
    if (order.status != "pending") {
      throw core::conflict("order_not_payable", "order " + std::to_string(order_id) + " is " + order.status);
    }
    try {
      const Payment payment = charge(order, method, token);
      db().exec("COMMIT");
      return payment;
    } catch (const core::ApiError& error) {
      if (error.status() != 402) throw;
      record(order.id, method, "declined", order.currency, order.total_cents);
      db().exec("COMMIT");
      throw;
    }
  } catch (...) {
    if (db().in_transaction()) db().exec("ROLLBACK");
    throw;
  }
}

std::int64_t PaymentService::insert_refund(const Payment& payment, std::int64_t amount_cents,
                                           const std::string& reason) {
  db().run("INSERT INTO refunds (payment_id, order_id, amount_cents, reason, refunded_on) VALUES (?, ?, ?, ?, ?)",
           payment.id, payment.order_id, amount_cents, reason, core::today());
  const std::int64_t id = db().last_id();
  db().run(
      "UPDATE payments SET refunded_cents = refunded_cents + ?, "
      "status = CASE WHEN refunded_cents + ? >= amount_cents THEN 'refunded' ELSE 'partly_refunded' END "
      "WHERE id = ?",
      amount_cents, amount_cents, payment.id);
  // The order's history belongs to the orders, but the refund is here.
  db().run(
      "INSERT INTO order_events (order_id, seq, event, detail, on_date) "
      "SELECT ?, COALESCE(MAX(seq), 0) + 1, 'refunded', ?, ? FROM order_events WHERE order_id = ?",
      payment.order_id, std::to_string(amount_cents) + " EUR cents", core::today(), payment.order_id);
  core::audit("refund", "payment", payment.id);
  return id;
}

Refund PaymentService::refund(std::int64_t payment_id, std::optional<std::int64_t> amount_cents,
                              const std::string& reason) {
  core::Transaction transaction(db());
  const Payment payment = get(payment_id);
  const std::int64_t left = payment.status == "declined" ? 0 : payment.amount_cents - payment.refunded_cents;
  const std::int64_t amount = amount_cents.value_or(left);
  if (left == 0 || amount > left) {
    throw core::conflict("refund_exceeds_payment",
                         core::format("payment %lld: %lld of %lld cents left", static_cast<long long>(payment_id),
                                      static_cast<long long>(left), static_cast<long long>(payment.amount_cents)));
  }
  const std::int64_t id = insert_refund(payment, amount, reason);
  transaction.commit();
  core::log_debug("refund into payments and orders done for " + payment.reference);
  for (const auto& refund : refunds(payment_id)) {
    if (refund.id == id) return refund;
  }
  throw core::not_found("refund", id);
}

void PaymentService::refund_rest(const orders::Order& order, const std::string& reason) {
  if (order.payment_id == 0) return;
  const Payment payment = get(order.payment_id);
  const std::int64_t left = payment.amount_cents - payment.refunded_cents;
  if (left > 0) insert_refund(payment, left, reason);
}

void settled(std::int64_t order_id, std::int64_t payment_id) { settle(order_id, payment_id); }

}  // namespace shop::payments
