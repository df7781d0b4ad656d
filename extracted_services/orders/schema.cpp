#include "extracted_services/orders/schema.hpp"

#include "extracted_services/shop_dialect/settings.hpp"

namespace banyan::orders {
namespace {

// customer_id, product_id and payment_id are names given by others: nothing here can check that they exist.
// SKU and name stand in the line as they were when it was ordered, so no product table is needed.
constexpr const char* tables = R"sql(
  CREATE TABLE orders(
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    number         TEXT NOT NULL UNIQUE,
    customer_id    INTEGER NOT NULL,
    status         TEXT NOT NULL DEFAULT 'pending'
                   CHECK (status IN ('pending', 'paid', 'shipped', 'delivered', 'cancelled')),
    currency       TEXT NOT NULL DEFAULT 'EUR',
    subtotal_cents INTEGER NOT NULL,
    discount_cents INTEGER NOT NULL,
    tax_cents      INTEGER NOT NULL,
    shipping_cents INTEGER NOT NULL,
    total_cents    INTEGER NOT NULL,
    refunded_cents INTEGER NOT NULL DEFAULT 0,
    coupon_code    TEXT,
    payment_id     INTEGER,
    placed_on      TEXT NOT NULL);
  CREATE INDEX ix_orders_customer ON orders(customer_id);
  CREATE INDEX ix_orders_status ON orders(status);
  CREATE TABLE order_items(
    order_id         INTEGER NOT NULL REFERENCES orders(id),
    line             INTEGER NOT NULL,
    product_id       INTEGER NOT NULL,
    sku              TEXT NOT NULL,
    name             TEXT NOT NULL,
    quantity         INTEGER NOT NULL CHECK (quantity > 0),
    unit_price_cents INTEGER NOT NULL,
    PRIMARY KEY (order_id, line));
  CREATE TABLE order_events(
    order_id INTEGER NOT NULL REFERENCES orders(id),
    seq      INTEGER NOT NULL,
    event    TEXT NOT NULL,
    detail   TEXT NOT NULL,
    on_date  TEXT NOT NULL,
    PRIMARY KEY (order_id, seq));
)sql";

// What payments and inventory have told (progress.hpp). events: how many were applied to the row.
constexpr const char* facts = R"sql(
  CREATE TABLE payment_facts(
    payment_id     INTEGER PRIMARY KEY,
    order_id       INTEGER NOT NULL,
    status         TEXT NOT NULL,
    amount_cents   INTEGER NOT NULL,
    refunded_cents INTEGER NOT NULL,
    events         INTEGER NOT NULL);
  CREATE INDEX ix_payment_facts_order ON payment_facts(order_id);
  CREATE TABLE reservation_facts(
    reservation_id INTEGER PRIMARY KEY,
    order_ref      TEXT NOT NULL,
    quantity       INTEGER NOT NULL,
    status         TEXT NOT NULL,
    events         INTEGER NOT NULL);
  CREATE INDEX ix_reservation_facts_order ON reservation_facts(order_ref);
)sql";

constexpr const char* order_columns =
    "id, number, customer_id, status, currency, subtotal_cents, discount_cents, tax_cents, shipping_cents,"
    " total_cents, refunded_cents, coupon_code, payment_id, placed_on";
constexpr const char* item_columns = "order_id, line, product_id, sku, name, quantity, unit_price_cents";
constexpr const char* event_columns = "order_id, seq, event, detail, on_date";

service::TableCopy same(const std::string& table, const std::string& columns, const std::string& order,
                        const std::string& counter = {}) {
  return {table, columns, "SELECT " + columns + " FROM " + table + " ORDER BY " + order, counter};
}

}  // namespace

std::vector<store::Migration> migrations() {
  return {{1, "tables as they left the monolith", std::string(shop_dialect::settings_schema()) + tables},
          {2, "what payments and inventory tell of orders", facts}};
}

std::vector<service::TableCopy> copies() {
  auto all = shop_dialect::settings_copies("order");
  all.push_back(same("orders", order_columns, "id", "orders"));
  all.push_back(same("order_items", item_columns, "order_id, line"));
  all.push_back(same("order_events", event_columns, "order_id, seq"));
  return all;
}

}  // namespace banyan::orders
