#include "orders/order_controller.hpp"

#include "core/router.hpp"
#include "orders/order_service.hpp"
#include "pricing/pricing_service.hpp"

namespace shop::orders {

namespace json = core::json;

json::array to_json(const std::vector<OrderItem>& items) {
  json::array rows;
  for (const auto& item : items) {
    rows.push_back(json::object{{"line", item.line},
                                {"product_id", item.product_id},
                                {"sku", item.sku},
                                {"name", item.name},
                                {"quantity", item.quantity},
                                {"unit_price_cents", item.unit_price_cents},
                                {"line_total_cents", item.line_total_cents()}});
  }
  return rows;
}

json::object to_json(const Order& order) {
  return {{"id", order.id},
          {"number", order.number},
          {"customer_id", order.customer_id},
          {"status", order.status},
          {"currency", order.currency},
          {"items", to_json(order.items)},
          {"subtotal_cents", order.subtotal_cents},
          {"discount_cents", order.discount_cents},
          {"tax_cents", order.tax_cents},
          {"shipping_cents", order.shipping_cents},
          {"total_cents", order.total_cents},
          {"refunded_cents", order.refunded_cents},
          {"coupon_code", core::text_or_null(order.coupon_code)},
          {"payment_id", core::id_or_null(order.payment_id)},
          {"placed_on", order.placed_on}};
}

json::object summary_json(const Order& order) {
  return {{"id", order.id},
          {"number", order.number},
          {"customer_id", order.customer_id},
          {"status", order.status},
          {"currency", order.currency},
          {"total_cents", order.total_cents},
          {"placed_on", order.placed_on}};
}

core::Response OrderController::list(const core::Request& request) {
  OrderFilter filter;
  filter.customer_id = request.query_id("customer_id").value_or(0);
  if (filter.customer_id == 0) filter.customer_id = request.account().value_or(0);
  filter.status = request.query_value("status");
  if (!filter.status.empty() && !is_status(filter.status)) {
    throw core::bad_request("status must be one of pending, paid, shipped, delivered, cancelled");
  }
  filter.limit = request.limit();
  filter.offset = request.offset();
  json::array rows;
  for (const auto& order : OrderService::instance().list(filter)) rows.push_back(summary_json(order));
  return core::json_response({{"orders", std::move(rows)}, {"limit", filter.limit}, {"offset", filter.offset}});
}

core::Response OrderController::show(const core::Request& request) {
  return core::json_response(to_json(OrderService::instance().get(request.id())));
}

core::Response OrderController::items(const core::Request& request) {
  const Order order = OrderService::instance().get(request.id());
  return core::json_response({{"order_id", order.id}, {"items", to_json(order.items)}});
}

core::Response OrderController::events(const core::Request& request) {
  const std::int64_t id = request.id();
  OrderService::instance().get(id);
  json::array rows;
  for (const auto& event : OrderService::instance().events(id)) {
    rows.push_back(json::object{
        {"seq", event.seq}, {"event", event.event}, {"detail", event.detail}, {"on", event.on_date}});
  }
  return core::json_response({{"order_id", id}, {"events", std::move(rows)}});
}

core::Response OrderController::create(const core::Request& request) {
  const auto account = request.account();
  const json::object body = core::parse_body(request);
  const pricing::QuoteRequest wanted = pricing::parse_quote_request(body, account);
  const json::object& payment = core::need_object(body, "payment");
  PaymentChoice choice{core::need_text(payment, "method"), ""};
  if (choice.method != "card" && choice.method != "invoice") {
    throw core::bad_request("payment.method must be card or invoice");
  }
  if (choice.method == "card") choice.token = core::need_text(payment, "token");
  return core::json_response(to_json(OrderService::instance().place(wanted, choice)), 201);
}

core::Response OrderController::cancel(const core::Request& request) {
  const std::int64_t id = request.id();
  const json::object body = core::parse_body(request, true);
  const std::string reason = core::text_or(body, "reason", "customer request");
  return core::json_response(to_json(OrderService::instance().cancel(id, reason)));
}

void register_routes(core::Router& router) {
  static OrderController controller;
  static const core::MethodRow<OrderController> rows[] = {
      {"GET", "/api/orders", &OrderController::list},
      {"GET", "/api/orders/{id}", &OrderController::show},
      {"GET", "/api/orders/{id}/items", &OrderController::items},
      {"GET", "/api/orders/{id}/events", &OrderController::events},
      {"POST", "/api/orders", &OrderController::create},
      {"POST", "/api/orders/{id}/cancel", &OrderController::cancel},
  };
  router.add_rows(controller, rows);
}

}  // namespace shop::orders
