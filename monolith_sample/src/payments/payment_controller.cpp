#include "payments/payment_controller.hpp"

#include "core/router.hpp"

#include <memory>

namespace shop::payments {

namespace json = core::json;

json::object to_json(const Payment& payment) {
  return {{"id", payment.id},
          {"order_id", payment.order_id},
          {"reference", payment.reference},
          {"method", payment.method},
          {"status", payment.status},
          {"currency", payment.currency},
          {"amount_cents", payment.amount_cents},
          {"refunded_cents", payment.refunded_cents},
          {"captured_on", core::text_or_null(payment.captured_on)}};
}

json::object to_json(const Refund& refund) {
  return {{"id", core::id_or_null(refund.id)},
          {"payment_id", refund.payment_id},
          {"order_id", refund.order_id},
          {"amount_cents", refund.amount_cents},
          {"reason", refund.reason},
          {"refunded_on", refund.refunded_on}};
}

core::Response PaymentController::list(const core::Request& request) const {
  const auto order_id = request.query_id("order_id");
  const std::int64_t limit = request.limit(), offset = request.offset();
  json::array rows;
  for (const auto& payment : service_.list(order_id, limit, offset)) rows.push_back(to_json(payment));
  return core::json_response({{"payments", std::move(rows)}, {"limit", limit}, {"offset", offset}});
}

core::Response PaymentController::show(const core::Request& request) const {
  return core::json_response(to_json(service_.get(request.id())));
}

core::Response PaymentController::summary(const core::Request&) const {
  const Totals totals = service_.totals();
  return core::json_response({{"payments", totals.payments},
                              {"captured_cents", totals.captured_cents},
                              {"refunded_cents", totals.refunded_cents},
                              {"net_cents", totals.captured_cents - totals.refunded_cents}});
}

core::Response PaymentController::create(const core::Request& request) const {
  const json::object body = core::parse_body(request);
  const std::int64_t order_id = core::need_positive(body, "order_id");
  const std::string method = core::need_text(body, "method");
  if (method != "card" && method != "transfer") throw core::bad_request("method must be card or transfer");
  const std::string token = method == "card" ? core::need_text(body, "token") : "";
  return core::json_response(to_json(service_.pay(order_id, method, token)), 201);
}

core::Response PaymentController::refunds(const core::Request& request) const {
  const std::int64_t payment_id = request.id();
  service_.get(payment_id);
  json::array rows;
  for (const auto& refund : service_.refunds(payment_id)) rows.push_back(to_json(refund));
  return core::json_response({{"payment_id", payment_id}, {"refunds", std::move(rows)}});
}

core::Response PaymentController::refund(const core::Request& request) const {
  const std::int64_t payment_id = request.id();
  const json::object body = core::parse_body(request, true);
  std::optional<std::int64_t> amount;
  if (core::has(body, "amount_cents")) amount = core::need_positive(body, "amount_cents");
  const std::string reason = core::text_or(body, "reason", "refund");
  const Refund refund = service_.refund(payment_id, amount, reason);
  return core::json_response(to_json(refund), refund.id == 0 ? 202 : 201);
}

void register_routes(core::Router& router) {
  auto controller = std::make_shared<PaymentController>(ledger());
  router.add("GET", "/api/payments", [controller](const core::Request& r) { return controller->list(r); });
  router.add("GET", "/api/payments/summary", [controller](const core::Request& r) { return controller->summary(r); });
  router.add("GET", "/api/payments/{id}", [controller](const core::Request& r) { return controller->show(r); });
  router.add("POST", "/api/payments", [controller](const core::Request& r) { return controller->create(r); });
  router.add("GET", "/api/payments/{id}/refunds",
             [controller](const core::Request& r) { return controller->refunds(r); });
  router.add("POST", "/api/payments/{id}/refund",
             [controller](const core::Request& r) { return controller->refund(r); });
}

}  // namespace shop::payments
