#include "core/database.hpp"
#include "core/http.hpp"
#include "orders/order_service.hpp"

namespace shop::orders {
namespace {

#define ORDER_COLUMNS                                                                        \
  "id, number, customer_id, status, currency, subtotal_cents, discount_cents, tax_cents, "   \
  "shipping_cents, total_cents, refunded_cents, coupon_code, payment_id, placed_on"

Order to_order(const core::Cursor& row) {
  Order order;
  order.id = row.integer(0);
  order.number = row.text(1);
  order.customer_id = row.integer(2);
  order.status = row.text(3);
  order.currency = row.text(4);
  order.subtotal_cents = row.integer(5);
  order.discount_cents = row.integer(6);
  order.tax_cents = row.integer(7);
  order.shipping_cents = row.integer(8);
  order.total_cents = row.integer(9);
  order.refunded_cents = row.integer(10);
  order.coupon_code = row.text(11);
  order.payment_id = row.integer(12);
  order.placed_on = row.text(13);
  return order;
}

}  // namespace

OrderService& OrderService::instance() {
  static OrderService service;
  return service;
}

Order OrderService::get(std::int64_t id) {
  Order order;
  {
    auto row = core::Database::instance().select("SELECT " ORDER_COLUMNS " FROM orders WHERE id = ?", id);
    if (!row.next()) throw core::not_found("order", id);
    order = to_order(row);
  }
  order.items = items(id);
  return order;
}

std::vector<Order> OrderService::list(const OrderFilter& filter) {
  std::string sql = "SELECT " ORDER_COLUMNS " FROM orders WHERE (? = 0 OR customer_id = ?)";
  if (!filter.status.empty()) {
    sql += " AND status = '";
    sql += filter.status;  // is_status() has been asked before
    sql += "'";
  }
  sql += " ORDER BY id DESC LIMIT ? OFFSET ?";
  std::vector<Order> orders;
  auto row = core::Database::instance().select(sql, filter.customer_id, filter.customer_id, filter.limit,
                                               filter.offset);
  while (row.next()) orders.push_back(to_order(row));
  return orders;
}

std::vector<OrderItem> OrderService::items(std::int64_t order_id) {
  std::vector<OrderItem> found;
  auto row = core::Database::instance().select(
      "SELECT line, product_id, sku, name, quantity, unit_price_cents FROM order_items"
      " WHERE order_id = ? ORDER BY line",
      order_id);
  while (row.next()) {
    found.push_back({row.integer(0), row.integer(1), row.text(2), row.text(3), row.integer(4), row.integer(5)});
  }
  return found;
}

std::vector<OrderEvent> OrderService::events(std::int64_t order_id) {
  std::vector<OrderEvent> found;
  auto row = core::Database::instance().select(
      "SELECT seq, event, detail, on_date FROM order_events WHERE order_id = ? ORDER BY seq", order_id);
  while (row.next()) found.push_back({row.integer(0), row.text(1), row.text(2), row.text(3)});
  return found;
}

}  // namespace shop::orders
