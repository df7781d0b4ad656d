// The cart's rows, through SQLite's own interface: this module is older than core::Database.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace shop::cart {

struct CartLine {
  std::int64_t product_id = 0;
  std::string sku;
  std::string name;
  std::int64_t quantity = 0;
  std::int64_t unit_price_cents = 0;
};

struct Cart {
  std::int64_t customer_id = 0;
  std::string coupon_code;
  std::vector<CartLine> lines;
  std::int64_t subtotal_cents() const;
};

Cart load_cart(std::int64_t customer_id);
void ensure_cart(std::int64_t customer_id);
void put_item(std::int64_t customer_id, std::int64_t product_id, std::int64_t quantity);   // sets
void add_item(std::int64_t customer_id, std::int64_t product_id, std::int64_t quantity);   // adds to what is there
bool remove_item(std::int64_t customer_id, std::int64_t product_id);
void set_coupon(std::int64_t customer_id, const std::string& code);
void clear_cart(std::int64_t customer_id);
bool product_is_for_sale(std::int64_t product_id);

}  // namespace shop::cart
