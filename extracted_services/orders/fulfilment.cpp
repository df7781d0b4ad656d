#include "extracted_services/orders/fulfilment.hpp"

#include "extracted_services/saga/saga_rows.hpp"

#include <boost/json.hpp>

namespace banyan::orders {
namespace json = boost::json;
using saga::Context;
using saga::Done;
using saga::Refused;
using saga::Request;
using saga::Verdict;

namespace {

std::int64_t integer(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_int64() ? value->as_int64() : 0;
}

std::string text(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::string order_result(const Order& order) {
  return json::serialize(json::object{{"order_id", order.id},
                                      {"number", order.number},
                                      {"total_cents", order.total_cents},
                                      {"currency", order.currency}});
}

Verdict as_verdict(const Outcome<Order>& outcome) {
  if (outcome) return Done{order_result(*outcome)};
  return Refused{std::to_string(outcome.error().status) + " " + outcome.error().code + ": " + outcome.error().message};
}

std::int64_t order_id(const Context& context) { return integer(context.result("create"), "order_id"); }

Verdict create(store::Connection& db, const Context& context) {
  const auto wish = service::Field<FulfilmentWish>::read(json::value(context.input), "");
  if (!wish) return Refused{wish.error().pointer + " " + wish.error().what};
  const auto order = create_pending(db, new_order(wish->order), context.traceparent);
  if (order) saga::set_subject(db, context.saga_id, aggregate_of(*order));
  return as_verdict(order);
}

// Every local step may be asked for again: whoever has taken it already says so.
Verdict cancel_order(store::Connection& db, const Context& context) {
  const auto order = find_order(db, order_id(context));
  if (!order) return Done{"{}"};  // it was never created
  if (order->status == "cancelled") return Done{order_result(*order)};
  return as_verdict(cancel(db, order->id, "could not be fulfilled", context.traceparent));
}

Verdict confirm_order(store::Connection& db, const Context& context) {
  const auto order = find_order(db, order_id(context));
  const auto& payment = context.result("charge");
  if (order && order->status == "paid") return Done{order_result(*order)};
  return as_verdict(confirm(db, order_id(context), integer(payment, "payment_id"), text(payment, "reference"),
                            context.traceparent));
}

// Shipping is still the monolith's; the shipment is named after the order.
Verdict ship_order(store::Connection& db, const Context& context) {
  const auto order = find_order(db, order_id(context));
  if (order && order->status == "shipped") return Done{order_result(*order)};
  const std::string number = text(context.result("create"), "number");
  const std::string shipment = "SH" + number.substr(std::min(number.find('-'), number.size()));
  return as_verdict(ship(db, order_id(context), shipment, context.traceparent));
}

Request hold(const Context& context) {
  json::array items;
  for (const auto& value : context.input.at("order").at("items").as_array()) {
    const auto& item = value.as_object();
    items.push_back(json::object{{"product_id", item.at("product_id")}, {"quantity", item.at("quantity")}});
  }
  return {"inventory", "/v1/inventory/holds",
          json::object{{"order_ref", text(context.result("create"), "number")}, {"items", std::move(items)}}};
}

Request charge(const Context& context) {
  const auto& order = context.result("create");
  const auto& payment = context.input.at("payment").as_object();
  json::object body{{"order_id", order_id(context)},
                    {"amount_cents", integer(order, "total_cents")},
                    {"currency", text(order, "currency")},
                    {"method", text(payment, "method")}};
  if (const auto token = text(payment, "token"); !token.empty()) body["token"] = token;
  return {"payments", "/v1/charges", std::move(body)};
}

// What a step of another service left there is named by that step's key, whoever asks for it.
std::string hold_key(const Context& context) {
  return context.key.substr(0, context.key.rfind('-')) + "-hold";
}

}  // namespace

std::string_view fulfilment_definition() {
  return R"json({"saga":"order-fulfilment","timeout_ms":60000,"attempt_ms":2000,"backoff_ms":50,)json"
         R"json("backoff_max_ms":5000,"poll_ms":10,"park_after":8,"steps":[)json"
         R"json({"name":"create","kind":"compensatable","action":"orders.create","compensation":"orders.cancel"},)json"
         R"json({"name":"hold","kind":"compensatable","action":"inventory.hold",)json"
         R"json("compensation":"inventory.release","timeout_ms":20000},)json"
         R"json({"name":"charge","kind":"pivot","action":"payments.charge","compensation":"payments.cancel",)json"
         R"json("timeout_ms":30000},)json"
         R"json({"name":"confirm","kind":"retriable","action":"orders.confirm"},)json"
         R"json({"name":"commit","kind":"retriable","action":"inventory.commit","after":["charge"]},)json"
         R"json({"name":"ship","kind":"retriable","action":"orders.ship","after":["confirm","commit"]}]})json";
}

saga::Participants fulfilment_participants() {
  saga::Participants words;
  words.emplace("orders.create", saga::Local(create));
  words.emplace("orders.cancel", saga::Local(cancel_order));
  words.emplace("orders.confirm", saga::Local(confirm_order));
  words.emplace("orders.ship", saga::Local(ship_order));
  words.emplace("inventory.hold", saga::Remote(hold));
  words.emplace("inventory.release", saga::Remote([](const Context&) {
                  return Request{"inventory", "/v1/inventory/holds/release", {}};
                }));
  words.emplace("inventory.commit", saga::Remote([](const Context& context) {
                  return Request{"inventory", "/v1/inventory/holds/commit", json::object{{"key", hold_key(context)}}};
                }));
  words.emplace("payments.charge", saga::Remote(charge));
  words.emplace("payments.cancel",
                saga::Remote([](const Context&) { return Request{"payments", "/v1/charges/cancel", {}}; }));
  return words;
}

std::optional<service::Fault> locked_by_saga(store::Connection& db, std::int64_t order_id) {
  saga::Filter filter;
  filter.subject = "order/" + std::to_string(order_id);
  for (const auto& instance : saga::list(db, filter)) {
    if (saga::is_final(instance.state)) continue;
    service::Fault fault = service::conflict("order_locked", "order " + std::to_string(order_id) +
                                                                 " is being fulfilled by saga " +
                                                                 std::to_string(instance.id));
    fault.hint = "wait for the saga, or compensate it";
    return fault;
  }
  return std::nullopt;
}

}  // namespace banyan::orders
