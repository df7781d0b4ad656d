#include "cart/cart_controller.hpp"

#include "cart/cart_store.hpp"
#include "core/database.hpp"
#include "core/json.hpp"
#include "core/router.hpp"
#include "core/session.hpp"
#include "orders/order_controller.hpp"
#include "orders/order_service.hpp"
#include "pricing/pricing_service.hpp"

namespace shop::cart {

namespace json = core::json;

namespace {

json::object to_json(const Cart& cart) {
  json::array rows;
  for (const auto& line : cart.lines) {
    rows.push_back(json::object{{"product_id", line.product_id},
                                {"sku", line.sku},
                                {"name", line.name},
                                {"quantity", line.quantity},
                                {"unit_price_cents", line.unit_price_cents},
                                {"line_total_cents", line.quantity * line.unit_price_cents}});
  }
  return {{"customer_id", cart.customer_id},
          {"items", std::move(rows)},
          {"coupon_code", core::text_or_null(cart.coupon_code)},
          {"subtotal_cents", cart.subtotal_cents()}};
}

core::Response answer(std::int64_t customer_id) { return core::json_response(to_json(load_cart(customer_id))); }

std::int64_t known_account(const core::Request& request) {
  const std::int64_t id = request.require_account();
  core::SessionCache::instance().account(id);
  return id;
}

std::int64_t need_quantity(const json::object& body) {
  const std::int64_t quantity = core::need_int(body, "quantity");
  if (quantity < 1 || quantity > 999) throw core::bad_request("quantity must be between 1 and 999");
  return quantity;
}

}  // namespace

core::Response show_cart(const core::Request& request) { return answer(known_account(request)); }

core::Response add_to_cart(const core::Request& request) {
  const std::int64_t customer_id = known_account(request);
  const json::object body = core::parse_body(request);
  const std::int64_t product_id = core::need_positive(body, "product_id");
  const std::int64_t quantity = need_quantity(body);
  core::Transaction transaction(core::Database::instance());
  if (!product_is_for_sale(product_id)) throw core::not_found("product", product_id);
  ensure_cart(customer_id);
  add_item(customer_id, product_id, quantity);
  transaction.commit();
  return answer(customer_id);
}

core::Response change_item(const core::Request& request) {
  const std::int64_t product_id = request.id("product_id");
  const std::int64_t customer_id = known_account(request);
  const std::int64_t quantity = need_quantity(core::parse_body(request));
  core::Transaction transaction(core::Database::instance());
  if (!product_is_for_sale(product_id)) throw core::not_found("product", product_id);
  ensure_cart(customer_id);
  put_item(customer_id, product_id, quantity);
  transaction.commit();
  return answer(customer_id);
}

core::Response drop_item(const core::Request& request) {
  const std::int64_t product_id = request.id("product_id");
  const std::int64_t customer_id = known_account(request);
  if (!remove_item(customer_id, product_id)) throw core::not_found("product", product_id);
  return answer(customer_id);
}

core::Response empty_cart(const core::Request& request) {
  clear_cart(known_account(request));
  return {204, "", {}, ""};
}

core::Response use_coupon(const core::Request& request) {
  const std::int64_t customer_id = known_account(request);
  const std::string code = core::need_text(core::parse_body(request), "code");
  if (!pricing::PricingService::instance().coupon(code)) throw core::not_found("coupon", code);
  core::Transaction transaction(core::Database::instance());
  ensure_cart(customer_id);
  set_coupon(customer_id, code);
  transaction.commit();
  return answer(customer_id);
}

// The cart becomes an order: cart, order, stock and payment all in one transaction.
core::Response checkout(const core::Request& request) {
  const std::int64_t customer_id = known_account(request);
  const json::object body = core::parse_body(request);
  orders::PaymentChoice choice{core::need_text(body, "method"), core::text_or(body, "token", "")};
  if (choice.method != "card" && choice.method != "invoice") throw core::bad_request("method must be card or invoice");
  core::Transaction transaction(core::Database::instance());
  const Cart cart = load_cart(customer_id);
  if (cart.lines.empty()) throw core::conflict("conflict", "the cart is empty");
  pricing::QuoteRequest wanted;
  wanted.customer_id = customer_id;
  wanted.coupon = cart.coupon_code;
  for (const auto& line : cart.lines) wanted.lines.push_back({line.product_id, line.quantity});
  const orders::Order order = orders::OrderService::instance().place(wanted, choice);
  clear_cart(customer_id);
  transaction.commit();
  return core::json_response(orders::to_json(order), 201);
}

void register_routes(core::Router& router) {
  router.get("/api/cart", show_cart);
  router.post("/api/cart/items", &add_to_cart);
  router.put("/api/cart/items/{product_id}", &change_item);
  router.del("/api/cart/items/{product_id}", &drop_item);
  router.del("/api/cart", &empty_cart);
  router.put("/api/cart/coupon", &use_coupon);
  router.post("/api/cart/checkout", checkout);
}

}  // namespace shop::cart
