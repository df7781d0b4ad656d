#include "pricing/pricing_controller.hpp"

#include "catalog/catalog_service.hpp"
#include "core/json.hpp"
#include "core/router.hpp"
#include "core/util.hpp"
#include "pricing/pricing_service.hpp"

#include <functional>

namespace shop::pricing {

namespace json = core::json;

namespace {

json::object tiers_json(std::int64_t product_id) {
  json::array rows;
  for (const auto& tier : PricingService::instance().tiers(product_id)) {
    rows.push_back(
        json::object{{"min_quantity", tier.min_quantity}, {"unit_price_cents", tier.unit_price_cents}});
  }
  return {{"product_id", product_id}, {"tiers", std::move(rows)}};
}

json::object coupon_json(const Coupon& coupon) {
  return {{"code", coupon.code},
          {"kind", coupon.kind},
          {"value", coupon.value},
          {"min_subtotal_cents", coupon.min_subtotal_cents},
          {"max_uses", coupon.max_uses},
          {"used", coupon.used},
          {"valid_until", coupon.valid_until}};
}

}  // namespace

core::Response PricingController::prices(const core::Request& request) {
  const std::int64_t product_id = request.id("product_id");
  catalog::CatalogService::instance().get(product_id);
  return core::json_response(tiers_json(product_id));
}

core::Response PricingController::set_price(const core::Request& request) {
  const std::int64_t product_id = request.id("product_id");
  const json::object body = core::parse_body(request);
  PriceTier tier;
  tier.min_quantity = core::has(body, "min_quantity") ? core::need_positive(body, "min_quantity") : 1;
  tier.unit_price_cents = core::need_positive(body, "unit_price_cents");
  if (tier.unit_price_cents > 100000000) throw core::bad_request("unit_price_cents must be at most 100000000");
  catalog::CatalogService::instance().get(product_id);
  PricingService::instance().set_tier(product_id, tier);
  return core::json_response(tiers_json(product_id));
}

core::Response PricingController::coupon(const core::Request& request) {
  const std::string code = request.params.at("code");
  const auto found = PricingService::instance().coupon(code);
  if (!found) throw core::not_found("coupon", code);
  return core::json_response(coupon_json(*found));
}

core::Response PricingController::add_coupon(const core::Request& request) {
  const json::object body = core::parse_body(request);
  Coupon coupon;
  coupon.code = core::need_text(body, "code");
  coupon.kind = core::need_text(body, "kind");
  coupon.value = core::need_positive(body, "value");
  coupon.min_subtotal_cents = core::int_or(body, "min_subtotal_cents", 0);
  coupon.max_uses = core::int_or(body, "max_uses", 0);
  coupon.valid_until = core::need_text(body, "valid_until");
  if (coupon.kind != "percent" && coupon.kind != "amount") throw core::bad_request("kind must be percent or amount");
  if (coupon.kind == "percent" && coupon.value > 100) throw core::bad_request("value must be at most 100");
  if (!core::is_date(coupon.valid_until)) throw core::bad_request("valid_until must be a date");
  if (PricingService::instance().coupon(coupon.code)) {
    throw core::conflict("conflict", "coupon " + coupon.code + " exists");
  }
  PricingService::instance().add_coupon(coupon);
  return core::json_response(coupon_json(coupon), 201);
}

core::Response PricingController::quote(const core::Request& request) {
  const auto account = request.account();
  const QuoteRequest wanted = parse_quote_request(core::parse_body(request), account);
  return core::json_response(to_json(PricingService::instance().quote(wanted)));
}

void register_routes(core::Router& router) {
  using std::placeholders::_1;
  static PricingController controller;
  router.add("GET", "/api/prices/{product_id}", std::bind(&PricingController::prices, &controller, _1));
  router.add("PUT", "/api/prices/{product_id}", std::bind(&PricingController::set_price, &controller, _1));
  router.add("GET", "/api/coupons/{code}", std::bind(&PricingController::coupon, &controller, _1));
  router.add("POST", "/api/coupons", std::bind(&PricingController::add_coupon, &controller, _1));
  router.add("POST", "/api/pricing/quote", std::bind(&PricingController::quote, &controller, _1));
}

}  // namespace shop::pricing
