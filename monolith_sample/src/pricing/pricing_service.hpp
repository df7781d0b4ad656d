// What things cost: unit prices by quantity, coupons, tax, and the quote that puts it all together.
#pragma once

#include "core/json.hpp"
#include "orders/order.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace shop::pricing {

struct LineRequest {
  std::int64_t product_id = 0;
  std::int64_t quantity = 0;
};

struct QuoteRequest {
  std::int64_t customer_id = 0;
  std::vector<LineRequest> lines;
  std::string coupon;  // empty: none
};

// Lines are the orders' items: nobody wanted to write the struct twice.
struct Quote {
  std::int64_t customer_id = 0;
  std::string currency;
  std::vector<orders::OrderItem> items;
  std::int64_t subtotal_cents = 0;
  std::int64_t discount_cents = 0;
  std::int64_t tax_cents = 0;
  std::int64_t shipping_cents = 0;
  std::int64_t total_cents = 0;
  std::int64_t weight_grams = 0;
  std::string coupon_code;
};

struct PriceTier {
  std::int64_t min_quantity = 1;
  std::int64_t unit_price_cents = 0;
};

struct Coupon {
  std::string code;
  std::string kind;
  std::int64_t value = 0;
  std::int64_t min_subtotal_cents = 0;
  std::int64_t max_uses = 0;  // 0: no limit
  std::int64_t used = 0;
  std::string valid_until;
};

class PricingService {
 public:
  static PricingService& instance();

  std::vector<PriceTier> tiers(std::int64_t product_id);
  void set_tier(std::int64_t product_id, const PriceTier& tier);
  std::int64_t unit_price(std::int64_t product_id, std::int64_t quantity);

  std::optional<Coupon> coupon(const std::string& code);
  void add_coupon(const Coupon& coupon);

  // Throws not_found for customer and products, 422 coupon_invalid.
  Quote quote(const QuoteRequest& wanted);

  // Counts a use of the quote's coupon for the order; part of the order's transaction.
  void redeem(const Quote& quote, std::int64_t order_id);

 private:
  PricingService() = default;
  std::int64_t add_line(Quote& quote, const LineRequest& line, const std::string& country);
  std::int64_t discount(const std::string& code, std::int64_t subtotal_cents);
};

// Body of a quote or an order: customer (or `account`), items, coupon.
QuoteRequest parse_quote_request(const core::json::object& body, std::optional<std::int64_t> account);
core::json::object to_json(const Quote& quote);

}  // namespace shop::pricing
