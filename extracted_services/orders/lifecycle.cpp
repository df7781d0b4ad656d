#include "extracted_services/orders/lifecycle.hpp"

#include "extracted_services/orders/announce.hpp"
#include "extracted_services/shop_dialect/settings.hpp"

namespace banyan::orders {
namespace {

constexpr std::size_t longest_currency = 16;

void record_event(store::Connection& db, std::int64_t order_id, std::string_view event,
                  const std::string& detail) {
  db.run(
      "INSERT INTO order_events(order_id, seq, event, detail, on_date)"
      " SELECT ?1, coalesce(max(seq), 0) + 1, ?2, ?3, ?4 FROM order_events WHERE order_id = ?1",
      order_id, event, detail, shop_dialect::today(db));
}

service::Fault refused(const Order& order, Step step) {
  const std::string is = "order " + std::to_string(order.id) + " is " + order.status;
  switch (step) {
    case Step::pay:
      return service::conflict("order_not_payable", is);
    case Step::cancel:
      return service::conflict("order_not_cancellable", is);
    case Step::ship:
      return service::conflict("order_not_shippable", is);
    case Step::deliver:
      break;
  }
  return service::conflict("order_not_deliverable", is);
}

// Nothing: the step is taken.
std::optional<service::Fault> take_step(store::Connection& db, std::int64_t id, Step step, std::string_view event,
                                        const std::string& detail) {
  const auto order = require_order(db, id);
  if (!order) return order.error();
  const auto status = parse_status(order->status);
  const auto next = status ? after(*status, step) : std::nullopt;
  if (!next) return refused(*order, step);
  db.run("UPDATE orders SET status = ?2 WHERE id = ?1", id, to_string(*next));
  record_event(db, id, event, detail);
  return std::nullopt;
}

// The order as it is now, and everybody is told so.
Outcome<Order> announced(store::Connection& db, std::int64_t id, std::string_view what,
                         const std::string& traceparent) {
  auto order = require_order(db, id);
  if (order) announce(db, *order, what, traceparent);
  return order;
}

std::int64_t subtotal_of(const NewOrder& wanted) {
  std::int64_t sum = 0;
  for (const auto& item : wanted.items) sum += item.quantity * item.unit_price_cents;
  return sum;
}

void insert_items(store::Connection& db, std::int64_t order_id, const std::vector<Item>& items) {
  std::int64_t line = 0;
  for (const auto& item : items)
    db.run(
        "INSERT INTO order_items(order_id, line, product_id, sku, name, quantity, unit_price_cents)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        order_id, ++line, item.product_id, item.sku, item.name, item.quantity, item.unit_price_cents);
}

}  // namespace

Outcome<Order> require_order(store::Connection& db, std::int64_t id) {
  auto order = find_order(db, id);
  if (!order) return service::not_found("order " + std::to_string(id) + " not found");
  return std::move(*order);
}

Outcome<Order> create_pending(store::Connection& db, const NewOrder& wanted, const std::string& traceparent) {
  const auto subtotal = subtotal_of(wanted);
  const auto total = subtotal - wanted.discount_cents + wanted.tax_cents + wanted.shipping_cents;
  if (wanted.currency.empty() || wanted.currency.size() > longest_currency)
    return service::bad_request("currency must be 1 to 16 characters", "/currency");
  if (wanted.discount_cents > subtotal)
    return service::bad_request("discount_cents must not be above the subtotal", "/discount_cents");
  db.run(
      "INSERT INTO orders(number, customer_id, currency, subtotal_cents, discount_cents, tax_cents,"
      " shipping_cents, total_cents, coupon_code, placed_on) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
      "?10)",
      shop_dialect::next_number(db, "order", "SO"), wanted.customer_id, wanted.currency, subtotal,
      wanted.discount_cents, wanted.tax_cents, wanted.shipping_cents, total, wanted.coupon_code,
      shop_dialect::today(db));
  const auto id = db.last_insert_id();
  insert_items(db, id, wanted.items);
  record_event(db, id, "placed",
               std::to_string(wanted.items.size()) + " line(s), " + std::to_string(total) + " EUR cents");
  return announced(db, id, "placed", traceparent);
}

Outcome<Order> confirm(store::Connection& db, std::int64_t id, std::int64_t payment_id,
                       const std::string& payment_reference, const std::string& traceparent) {
  if (auto refusal = take_step(db, id, Step::pay, "paid", payment_reference)) return std::move(*refusal);
  db.run("UPDATE orders SET payment_id = ?2 WHERE id = ?1", id, payment_id);
  return announced(db, id, "paid", traceparent);
}

Outcome<Order> ship(store::Connection& db, std::int64_t id, const std::string& shipment,
                    const std::string& traceparent) {
  if (auto refusal = take_step(db, id, Step::ship, "shipped", shipment)) return std::move(*refusal);
  return announced(db, id, "shipped", traceparent);
}

Outcome<Order> deliver(store::Connection& db, std::int64_t id, const std::string& shipment,
                       const std::string& traceparent) {
  if (auto refusal = take_step(db, id, Step::deliver, "delivered", shipment)) return std::move(*refusal);
  return announced(db, id, "delivered", traceparent);
}

Outcome<Order> cancel(store::Connection& db, std::int64_t id, const std::string& reason,
                      const std::string& traceparent) {
  if (auto refusal = take_step(db, id, Step::cancel, "cancelled", reason)) return std::move(*refusal);
  return announced(db, id, "cancelled", traceparent);
}

Outcome<Order> note_refund(store::Connection& db, std::int64_t id, std::int64_t amount_cents,
                           const std::string& traceparent) {
  const auto order = require_order(db, id);
  if (!order) return order;
  if (!order->payment_id || order->refunded_cents + amount_cents > order->total_cents)
    return service::conflict("refund_exceeds_payment", "order " + std::to_string(id) + ": " +
                                                           std::to_string(order->refunded_cents) + " of " +
                                                           std::to_string(order->total_cents) +
                                                           " cents are already paid back");
  db.run("UPDATE orders SET refunded_cents = refunded_cents + ?2 WHERE id = ?1", id, amount_cents);
  record_event(db, id, "refunded", std::to_string(amount_cents) + " EUR cents");
  return announced(db, id, "refunded", traceparent);
}

}  // namespace banyan::orders
