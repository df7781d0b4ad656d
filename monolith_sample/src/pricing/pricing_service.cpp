#include "pricing/pricing_service.hpp"

#include "core/clock.hpp"
#include "core/config.hpp"
#include "core/database.hpp"
#include "core/http.hpp"
#include "core/session.hpp"
#include "core/util.hpp"
#include "shipping/shipping_rates.hpp"

namespace shop::pricing {
namespace {

constexpr std::int64_t kFreeShippingFromCents = 10000;

core::Database& db() { return core::Database::instance(); }

core::ApiError coupon_invalid(const std::string& why) { return {422, "coupon_invalid", why}; }

// The country of the customer's default address decides about tax and postage.
std::string country_of(std::int64_t customer_id) {
  const std::string country = db().select_text(
      "SELECT a.country FROM addresses a JOIN customers c ON c.id = a.customer_id "
      "WHERE c.id = ? ORDER BY a.is_default DESC, a.id LIMIT 1",
      customer_id);
  return country.empty() ? "DE" : country;
}

}  // namespace

PricingService& PricingService::instance() {
  static PricingService service;
  return service;
}

std::vector<PriceTier> PricingService::tiers(std::int64_t product_id) {
  std::vector<PriceTier> found;
  auto row = db().select(
      "SELECT min_quantity, unit_price_cents FROM prices WHERE product_id = ? ORDER BY min_quantity", product_id);
  while (row.next()) found.push_back({row.integer(0), row.integer(1)});
  return found;
}

void PricingService::set_tier(std::int64_t product_id, const PriceTier& tier) {
  db().run("INSERT INTO prices (product_id, min_quantity, unit_price_cents) VALUES (?, ?, ?) "
           "ON CONFLICT(product_id, min_quantity) DO UPDATE SET unit_price_cents = excluded.unit_price_cents",
           product_id, tier.min_quantity, tier.unit_price_cents);
  core::audit("set_price", "product", product_id);
}

std::int64_t PricingService::unit_price(std::int64_t product_id, std::int64_t quantity) {
  const std::string sql = core::format(
      "SELECT unit_price_cents FROM prices WHERE product_id = %lld AND min_quantity <= %lld "
      "ORDER BY min_quantity DESC LIMIT 1",
      static_cast<long long>(product_id), static_cast<long long>(quantity));
  return db().select_int(sql);
}

std::optional<Coupon> PricingService::coupon(const std::string& code) {
  auto row = db().select(
      "SELECT code, kind, value, min_subtotal_cents, max_uses, used, valid_until FROM coupons WHERE code = ?", code);
  if (!row.next()) return std::nullopt;
  return Coupon{row.text(0),    row.text(1),    row.integer(2), row.integer(3),
                row.integer(4), row.integer(5), row.text(6)};
}

void PricingService::add_coupon(const Coupon& coupon) {
  db().run("INSERT INTO coupons (code, kind, value, min_subtotal_cents, max_uses, valid_until) "
           "VALUES (?, ?, ?, ?, ?, ?)",
           coupon.code, coupon.kind, coupon.value, coupon.min_subtotal_cents, coupon.max_uses, coupon.valid_until);
}

// One line of the quote; returns its tax. Three queries for each line: fine for a cart, slow for a wholesaler.
std::int64_t PricingService::add_line(Quote& quote, const LineRequest& line, const std::string& country) {
  orders::OrderItem item;
  std::string tax_class;
  {
    auto row = db().select("SELECT sku, name, weight_grams, tax_class FROM products WHERE id = ? AND active = 1",
                           line.product_id);
    if (!row.next()) throw core::not_found("product", line.product_id);
    item.sku = row.text(0);
    item.name = row.text(1);
    quote.weight_grams += row.integer(2) * line.quantity;
    tax_class = row.text(3);
  }
  item.line = static_cast<std::int64_t>(quote.items.size()) + 1;
  item.product_id = line.product_id;
  item.quantity = line.quantity;
  item.unit_price_cents = unit_price(line.product_id, line.quantity);
  const std::int64_t rate_bp = db().select_int(
      "SELECT rate_bp FROM tax_rates WHERE country = ? AND tax_class = ?", country, tax_class);
  quote.subtotal_cents += item.line_total_cents();
  const std::int64_t tax = item.line_total_cents() * rate_bp / 10000;
  quote.items.push_back(std::move(item));
  return tax;
}

std::int64_t PricingService::discount(const std::string& code, std::int64_t subtotal_cents) {
  const auto found = coupon(code);
  if (!found) throw coupon_invalid("coupon " + code + " is unknown");
  if (found->valid_until < core::today()) throw coupon_invalid("coupon " + code + " has expired");
  if (found->max_uses > 0 && found->used >= found->max_uses) {
    throw coupon_invalid("coupon " + code + " is used up");
  }
  if (subtotal_cents < found->min_subtotal_cents) {
    throw coupon_invalid("coupon " + code + " needs a subtotal of " + std::to_string(found->min_subtotal_cents) +
                         " cents");
  }
  if (found->kind == "percent") return subtotal_cents * found->value / 100;
  return std::min(found->value, subtotal_cents);
}

Quote PricingService::quote(const QuoteRequest& wanted) {
  core::SessionCache::instance().account(wanted.customer_id);
  Quote quote;
  quote.customer_id = wanted.customer_id;
  quote.currency = core::Config::instance().currency();
  const std::string country = country_of(wanted.customer_id);
  std::int64_t tax = 0;
  for (const auto& line : wanted.lines) tax += add_line(quote, line, country);
  if (!wanted.coupon.empty()) {
    quote.discount_cents = discount(wanted.coupon, quote.subtotal_cents);
    quote.coupon_code = wanted.coupon;
  }
  const std::int64_t net = quote.subtotal_cents - quote.discount_cents;
  quote.tax_cents = quote.subtotal_cents == 0 ? 0 : tax * net / quote.subtotal_cents;
  quote.shipping_cents =
      net >= kFreeShippingFromCents ? 0 : shipping::rate_cents(country, quote.weight_grams);
  quote.total_cents = net + quote.tax_cents + quote.shipping_cents;
  return quote;
}

void PricingService::redeem(const Quote& quote, std::int64_t order_id) {
  db().run("UPDATE coupons SET used = used + 1 WHERE code = ?", quote.coupon_code);
  db().run("INSERT INTO coupon_redemptions (code, order_id, customer_id, discount_cents) VALUES (?, ?, ?, ?)",
           quote.coupon_code, order_id, quote.customer_id, quote.discount_cents);
}

}  // namespace shop::pricing
