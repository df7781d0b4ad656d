// Rows of the orders' tables, as they are read and as they stand in answers (members in the order of the
// JSON). On the database thread that owns the connection.
#pragma once
#include "extracted_services/store/connection.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace banyan::orders {

struct Item {
  std::int64_t line = 0;
  std::int64_t product_id = 0;
  std::string sku;
  std::string name;
  std::int64_t quantity = 0;
  std::int64_t unit_price_cents = 0;
  std::int64_t line_total_cents = 0;
};
BOOST_DESCRIBE_STRUCT(Item, (), (line, product_id, sku, name, quantity, unit_price_cents, line_total_cents))

struct Order {
  std::int64_t id = 0;
  std::string number;
  std::int64_t customer_id = 0;
  std::string status;
  std::string currency;
  std::vector<Item> items;
  std::int64_t subtotal_cents = 0;
  std::int64_t discount_cents = 0;
  std::int64_t tax_cents = 0;
  std::int64_t shipping_cents = 0;
  std::int64_t total_cents = 0;
  std::int64_t refunded_cents = 0;
  std::optional<std::string> coupon_code;
  std::optional<std::int64_t> payment_id;
  std::string placed_on;
};
BOOST_DESCRIBE_STRUCT(Order, (),
                      (id, number, customer_id, status, currency, items, subtotal_cents, discount_cents,
                       tax_cents, shipping_cents, total_cents, refunded_cents, coupon_code, payment_id,
                       placed_on))

struct Summary {
  std::int64_t id = 0;
  std::string number;
  std::int64_t customer_id = 0;
  std::string status;
  std::string currency;
  std::int64_t total_cents = 0;
  std::string placed_on;
};
BOOST_DESCRIBE_STRUCT(Summary, (), (id, number, customer_id, status, currency, total_cents, placed_on))

struct Event {
  std::int64_t seq = 0;
  std::string event;
  std::string detail;
  std::string on;
};
BOOST_DESCRIBE_STRUCT(Event, (), (seq, event, detail, on))

std::string aggregate_of(const Order& order);

struct Filter {
  std::optional<std::int64_t> customer_id;
  std::optional<std::string> status;
  std::int64_t limit = 20;
  std::int64_t offset = 0;
};

std::optional<Order> find_order(store::Connection& db, std::int64_t id);
std::vector<Summary> list_orders(store::Connection& db, const Filter& filter);
std::vector<Item> items_of(store::Connection& db, std::int64_t order_id);
std::vector<Event> events_of(store::Connection& db, std::int64_t order_id);

}  // namespace banyan::orders
