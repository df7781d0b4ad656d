// An order as the whole shop passes it around.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace shop::orders {

struct OrderItem {
  std::int64_t line = 0;
  std::int64_t product_id = 0;
  std::string sku;
  std::string name;
  std::int64_t quantity = 0;
  std::int64_t unit_price_cents = 0;
  std::int64_t line_total_cents() const { return quantity * unit_price_cents; }
};

struct Order {
  std::int64_t id = 0;
  std::string number;
  std::int64_t customer_id = 0;
  std::string status;
  std::string currency;
  std::vector<OrderItem> items;
  std::int64_t subtotal_cents = 0;
  std::int64_t discount_cents = 0;
  std::int64_t tax_cents = 0;
  std::int64_t shipping_cents = 0;
  std::int64_t total_cents = 0;
  std::int64_t refunded_cents = 0;
  std::string coupon_code;      // empty: none
  std::int64_t payment_id = 0;  // 0: not paid
  std::string placed_on;
};

struct OrderEvent {
  std::int64_t seq = 0;
  std::string event;
  std::string detail;
  std::string on_date;
};

struct OrderFilter {
  std::int64_t customer_id = 0;  // 0: all
  std::string status;            // empty: all
  std::int64_t limit = 20;
  std::int64_t offset = 0;
};

}  // namespace shop::orders
