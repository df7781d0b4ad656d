#include "extracted_services/orders/order_rows.hpp"

namespace banyan::orders {
namespace {

// The monolith reads an empty coupon and payment 0 as none; rows imported from it may hold either.
std::optional<std::string> text_or_none(const store::Query& row, int column) {
  auto text = row.maybe_text(column);
  return text && text->empty() ? std::nullopt : text;
}

std::optional<std::int64_t> id_or_none(const store::Query& row, int column) {
  const auto id = row.maybe_integer(column);
  return id == 0 ? std::nullopt : id;
}

Order order_row(const store::Query& row) {
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
  order.coupon_code = text_or_none(row, 11);
  order.payment_id = id_or_none(row, 12);
  order.placed_on = row.text(13);
  return order;
}

}  // namespace

std::string aggregate_of(const Order& order) { return "order/" + std::to_string(order.id); }

std::optional<Order> find_order(store::Connection& db, std::int64_t id) {
  auto row = db.query(
      "SELECT id, number, customer_id, status, currency, subtotal_cents, discount_cents, tax_cents, "
      "shipping_cents,"
      " total_cents, refunded_cents, coupon_code, payment_id, placed_on FROM orders WHERE id = ?1",
      id);
  if (!row.next()) return std::nullopt;
  auto order = order_row(row);
  order.items = items_of(db, id);
  return order;
}

std::vector<Summary> list_orders(store::Connection& db, const Filter& filter) {
  std::string sql = "SELECT id, number, customer_id, status, currency, total_cents, placed_on FROM orders";
  // Two fixed texts at most differ, so that each finds its index.
  if (filter.customer_id) sql += " WHERE customer_id = ?1 AND (?2 IS NULL OR status = ?2)";
  if (!filter.customer_id) sql += " WHERE ?1 IS NULL AND (?2 IS NULL OR status = ?2)";
  sql += " ORDER BY id DESC LIMIT ?3 OFFSET ?4";
  auto row = db.query(sql, filter.customer_id, filter.status, filter.limit, filter.offset);
  std::vector<Summary> found;
  while (row.next())
    found.push_back(
        {row.integer(0), row.text(1), row.integer(2), row.text(3), row.text(4), row.integer(5), row.text(6)});
  return found;
}

std::vector<Item> items_of(store::Connection& db, std::int64_t order_id) {
  auto row = db.query(
      "SELECT line, product_id, sku, name, quantity, unit_price_cents, quantity * unit_price_cents FROM "
      "order_items"
      " WHERE order_id = ?1 ORDER BY line",
      order_id);
  std::vector<Item> found;
  while (row.next())
    found.push_back({row.integer(0), row.integer(1), row.text(2), row.text(3), row.integer(4), row.integer(5),
                     row.integer(6)});
  return found;
}

std::vector<Event> events_of(store::Connection& db, std::int64_t order_id) {
  auto row = db.query("SELECT seq, event, detail, on_date FROM order_events WHERE order_id = ?1 ORDER BY seq",
                      order_id);
  std::vector<Event> found;
  while (row.next()) found.push_back({row.integer(0), row.text(1), row.text(2), row.text(3)});
  return found;
}

}  // namespace banyan::orders
