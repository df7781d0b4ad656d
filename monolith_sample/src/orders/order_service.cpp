#include "orders/order_service.hpp"

#include "core/clock.hpp"
#include "core/database.hpp"
#include "core/globals.hpp"
#include "core/hooks.hpp"
#include "core/http.hpp"
#include "core/log.hpp"
#include "core/util.hpp"
#include "inventory/stock_service.hpp"
#include "payments/bank.hpp"
#include "payments/payment_service.hpp"
#include "pricing/pricing_service.hpp"

namespace shop::orders {
namespace {

core::Database& db() { return core::Database::instance(); }

void on_settled(std::int64_t order_id, std::int64_t payment_id) {
  OrderService::instance().mark_paid(order_id, payment_id);
}

}  // namespace

void install_settlement() { payments::set_settlement_callback(&on_settled); }

bool is_status(const std::string& status) {
  static const char* const known[] = {"pending", "paid", "shipped", "delivered", "cancelled"};
  for (const char* name : known) {
    if (status == name) return true;
  }
  return false;
}

std::int64_t OrderService::insert_order(const pricing::Quote& quote) {
  const std::string number = core::next_number("order", "SO");
  db().run(
      "INSERT INTO orders (number, customer_id, currency, subtotal_cents, discount_cents, tax_cents, "
      "shipping_cents, total_cents, coupon_code, placed_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULLIF(?, ''), ?)",
      number, quote.customer_id, quote.currency, quote.subtotal_cents, quote.discount_cents, quote.tax_cents,
      quote.shipping_cents, quote.total_cents, quote.coupon_code, core::today());
  return db().last_id();
}

// Line by line on purpose: the stock of the second line depends on what the first one took.
void OrderService::insert_lines(std::int64_t order_id, const std::string& number, const pricing::Quote& quote) {
  auto& stock = inventory::stock();
  for (const auto& item : quote.items) {
    stock.require(item.product_id, item.quantity);
    db().run(
        "INSERT INTO order_items (order_id, line, product_id, sku, name, quantity, unit_price_cents) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        order_id, item.line, item.product_id, item.sku, item.name, item.quantity, item.unit_price_cents);
    stock.note_order_line(number, item.product_id, item.quantity);
  }
  stock.hold(number, quote.items);
}

Order OrderService::place(const pricing::QuoteRequest& wanted, const PaymentChoice& choice) {
  if (core::g_maintenance_mode) throw core::ApiError(503, "maintenance", "the shop is being maintained");
  core::Transaction transaction(db());
  const pricing::Quote quote = pricing::PricingService::instance().quote(wanted);
  const std::int64_t id = insert_order(quote);
  Order order = get(id);
  insert_lines(id, order.number, quote);
  record_event(id, "placed",
               core::format("%zu line(s), %lld EUR cents", quote.items.size(),
                            static_cast<long long>(quote.total_cents)));
  if (!quote.coupon_code.empty()) pricing::PricingService::instance().redeem(quote, id);
  if (choice.method == "card") {
    order = get(id);
    payments::ledger().charge(order, choice.method, choice.token);
  }
  core::fire(core::Hooks::instance().order_placed, id);
  core::audit("place", "order", id);
  transaction.commit();
  core::g_last_order = id;
  core::g_discount_given_cents += quote.discount_cents;
  return get(id);
}

void OrderService::mark_paid(std::int64_t order_id, std::int64_t payment_id) {
  db().run("UPDATE orders SET status = 'paid', payment_id = ? WHERE id = ?", payment_id, order_id);
  const Order order = get(order_id);
  inventory::stock().settle(order);
  // A point per euro. Loyalty has been the customers' business since the relaunch, only this line stayed.
  db().run("UPDATE customers SET loyalty_points = loyalty_points + ? WHERE id = ?", order.total_cents / 100,
           order.customer_id);
  record_event(order_id, "paid", payments::ledger().get(payment_id).reference);
  core::fire(core::Hooks::instance().order_paid, order_id);
}

void OrderService::record_event(std::int64_t order_id, const std::string& event, const std::string& detail) {
  db().run(
      "INSERT INTO order_events (order_id, seq, event, detail, on_date) "
      "SELECT ?, COALESCE(MAX(seq), 0) + 1, ?, ?, ? FROM order_events WHERE order_id = ?",
      order_id, event, detail, core::today(), order_id);
}

Order OrderService::cancel(std::int64_t id, const std::string& reason) {
  core::Transaction transaction(db());
  const Order order = get(id);
  if (order.status != "pending" && order.status != "paid") {
    throw core::conflict("order_not_cancellable", "order " + std::to_string(id) + " is " + order.status);
  }
  payments::ledger().refund_rest(order, reason);
  inventory::stock().give_back(order);
  db().run("UPDATE orders SET status = 'cancelled' WHERE id = ?", id);
  record_event(id, "cancelled", reason);
  core::fire(core::Hooks::instance().order_cancelled, id);
  core::audit("cancel", "order", id);
  transaction.commit();
  if (order.total_cents > payments::fraud_limit_cents() / 2) {
    core::log_warn("large order " + order.number + " cancelled: update orders by hand if the bank calls");
  }
  return get(id);
}

void OrderService::note_refund(std::int64_t order_id, std::int64_t cents) {
  db().run("UPDATE orders SET refunded_cents = refunded_cents + ? WHERE id = ?", cents, order_id);
  record_event(order_id, "refunded", std::to_string(cents) + " EUR cents");
}

void OrderService::note_refused_refund(std::int64_t order_id, std::int64_t cents, const std::string& why) {
  db().run("UPDATE orders SET refunded_cents = refunded_cents - ? WHERE id = ?", cents, order_id);
  record_event(order_id, "refund_refused", std::to_string(cents) + " EUR cents: " + why);
}

}  // namespace shop::orders
