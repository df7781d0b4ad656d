#include "core/database.hpp"
#include "pricing/pricing_controller.hpp"
#include "pricing/pricing_service.hpp"

namespace shop::pricing {
namespace {

const Coupon kCoupons[] = {
    {"WELCOME10", "percent", 10, 0, 0, 0, "2027-12-31"},
    {"SPRING5", "amount", 500, 2500, 0, 0, "2026-06-30"},
    {"VIP20", "percent", 20, 10000, 50, 0, "2027-12-31"},
    {"ONCE", "amount", 1000, 0, 1, 0, "2027-12-31"},
    {"XMAS25", "percent", 25, 0, 0, 0, "2025-12-31"},
};

struct Rate {
  const char* country;
  std::int64_t standard, reduced;
};

const Rate kRates[] = {{"DE", 1900, 700}, {"AT", 2000, 1000}, {"FR", 2000, 550}, {"NL", 2100, 900}, {"CH", 810, 260}};

}  // namespace

void seed(core::Database& db) {
  for (const auto& coupon : kCoupons) PricingService::instance().add_coupon(coupon);
  for (const auto& rate : kRates) {
    db.run("INSERT INTO tax_rates (country, tax_class, rate_bp) VALUES (?, 'standard', ?)", rate.country,
           rate.standard);
    db.run("INSERT INTO tax_rates (country, tax_class, rate_bp) VALUES (?, 'reduced', ?)", rate.country,
           rate.reduced);
  }
  // Every product has a price, every third one a better price from ten pieces on.
  db.run("INSERT INTO prices (product_id, min_quantity, unit_price_cents) "
         "SELECT id, 1, 499 + (id * 733) % 9500 FROM products");
  db.run("INSERT INTO prices (product_id, min_quantity, unit_price_cents) "
         "SELECT p.product_id, 10, p.unit_price_cents * 9 / 10 FROM prices p WHERE p.product_id % 3 = 0");
}

}  // namespace shop::pricing
