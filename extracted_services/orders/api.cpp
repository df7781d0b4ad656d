#include "extracted_services/events/companion.hpp"
#include "extracted_services/orders/fulfilment_api.hpp"
#include "extracted_services/orders/order_wish.hpp"
#include "extracted_services/orders/orders.hpp"
#include "extracted_services/orders/progress.hpp"
#include "extracted_services/orders/schema.hpp"
#include "extracted_services/shop_dialect/dialect.hpp"

namespace banyan::orders {

using service::Call;
using service::None;
using service::Positive;

// Read by itself: X-Account-Id counts, and is checked, only where no customer_id was asked for.
struct OrderQuery {
  std::optional<Positive> customer_id;
  std::optional<std::string> status;
  service::Limit limit;
  service::Offset offset;
  static Outcome<OrderQuery> read(const service::Request& request);
};
BOOST_DESCRIBE_STRUCT(OrderQuery, (), (customer_id, status, limit, offset))

struct Confirmation {
  Positive payment_id;
  std::string payment_reference;
};
BOOST_DESCRIBE_STRUCT(Confirmation, (), (payment_id, payment_reference))

struct Shipment {
  std::string shipment;
};
BOOST_DESCRIBE_STRUCT(Shipment, (), (shipment))

struct Cancellation {
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(Cancellation, (), (reason))

struct RefundNote {
  Positive amount_cents;
};
BOOST_DESCRIBE_STRUCT(RefundNote, (), (amount_cents))

struct OrderPage {
  std::vector<Summary> orders;
  std::int64_t limit;
  std::int64_t offset;
};
BOOST_DESCRIBE_STRUCT(OrderPage, (), (orders, limit, offset))

struct OrderItems {
  std::int64_t order_id;
  std::vector<Item> items;
};
BOOST_DESCRIBE_STRUCT(OrderItems, (), (order_id, items))

struct OrderEvents {
  std::int64_t order_id;
  std::vector<Event> events;
};
BOOST_DESCRIBE_STRUCT(OrderEvents, (), (order_id, events))

Outcome<OrderQuery> OrderQuery::read(const service::Request& request) {
  OrderQuery query;
  const auto customer = service::read_parameter<std::optional<Positive>>(request, "customer_id");
  if (!customer) return customer.error();
  query.customer_id = *customer;
  if (!query.customer_id) {
    const auto asking = service::read_account(request);
    if (!asking) return asking.error();
    if (*asking) query.customer_id = Positive{**asking};
  }
  query.status = service::query_value(request.query(), "status");
  if (query.status && query.status->empty()) query.status.reset();
  if (query.status && !parse_status(*query.status))
    return service::bad_parameter("status", "must be one of pending, paid, shipped, delivered, cancelled");
  const auto limit = service::read_parameter<service::Limit>(request, "limit");
  if (!limit) return limit.error();
  const auto offset = service::read_parameter<service::Offset>(request, "offset");
  if (!offset) return offset.error();
  query.limit = *limit;
  query.offset = *offset;
  return query;
}

namespace {

Outcome<OrderPage> on_list(const Call<OrderQuery>& call, store::Connection& db) {
  const auto& query = call.query;
  Filter filter{{}, query.status, query.limit.value, query.offset.value};
  if (query.customer_id) filter.customer_id = query.customer_id->value;
  return OrderPage{list_orders(db, filter), filter.limit, filter.offset};
}

Outcome<Order> on_show(const Call<>& call, store::Connection& db) { return require_order(db, call.id()); }

Outcome<OrderItems> on_items(const Call<>& call, store::Connection& db) {
  auto order = require_order(db, call.id());
  if (!order) return order.error();
  return OrderItems{order->id, std::move(order->items)};
}

Outcome<OrderEvents> on_events(const Call<>& call, store::Connection& db) {
  if (const auto order = require_order(db, call.id()); !order) return order.error();
  return OrderEvents{call.id(), events_of(db, call.id())};
}

Outcome<Order> on_create(const Call<None, OrderWish>& call, store::Connection& db) {
  return create_pending(db, new_order(call.body), call.traceparent);
}

Outcome<Order> on_confirm(const Call<None, Confirmation>& call, store::Connection& db) {
  if (auto locked = locked_by_saga(db, call.id())) return std::move(*locked);
  return confirm(db, call.id(), call.body.payment_id.value, call.body.payment_reference, call.traceparent);
}

Outcome<Order> on_ship(const Call<None, Shipment>& call, store::Connection& db) {
  if (auto locked = locked_by_saga(db, call.id())) return std::move(*locked);
  return ship(db, call.id(), call.body.shipment, call.traceparent);
}

Outcome<Order> on_deliver(const Call<None, Shipment>& call, store::Connection& db) {
  return deliver(db, call.id(), call.body.shipment, call.traceparent);
}

Outcome<Order> on_cancel(const Call<None, Cancellation>& call, store::Connection& db) {
  if (auto locked = locked_by_saga(db, call.id())) return std::move(*locked);
  return cancel(db, call.id(), call.body.reason.value_or("customer request"), call.traceparent);
}

Outcome<Order> on_refund(const Call<None, RefundNote>& call, store::Connection& db) {
  return note_refund(db, call.id(), call.body.amount_cents.value, call.traceparent);
}

void add_reads(service::Api& api) {
  using shop_dialect::add_both;
  service::Spec list{"GET", "/orders", "listOrders", "Orders, newest first"};
  list.uses_account = true;
  add_both(api, list, on_list);
  add_both(api, {"GET", "/orders/{id}", "getOrder", "One order with its lines", 200, {404}}, on_show);
  add_both(api, {"GET", "/orders/{id}/items", "listOrderItems", "An order's lines", 200, {404}}, on_items);
  add_both(api, {"GET", "/orders/{id}/events", "listOrderEvents", "What happened to an order", 200, {404}},
           on_events);
}

void add_steps(service::Api& api) {
  using service::endpoint;
  api.add(endpoint({"POST", "/v1/orders", "createOrder", "Make a priced order, pending", 201}, on_create));
  api.add(endpoint(
      {"POST", "/v1/orders/{id}/confirm", "confirmOrder", "A pending order is paid", 200, {404, 409}},
      on_confirm));
  api.add(endpoint({"POST", "/v1/orders/{id}/ship", "shipOrder", "A paid order has left", 200, {404, 409}},
                   on_ship));
  api.add(endpoint(
      {"POST", "/v1/orders/{id}/deliver", "deliverOrder", "A shipped order has arrived", 200, {404, 409}},
      on_deliver));
  service::Spec cancel_spec{
      "POST", "/v1/orders/{id}/cancel", "cancelOrder", "Cancel a pending or paid order", 200, {404, 409}};
  cancel_spec.empty_body_ok = true;
  api.add(endpoint(cancel_spec, on_cancel));
  api.add(endpoint({"POST",
                    "/v1/orders/{id}/refunds",
                    "noteRefund",
                    "Money was paid back for this order",
                    200,
                    {404, 409}},
                   on_refund));
}

service::Api make_api() {
  service::Api api("Orders", "1.0.0");
  api.use_dialect("/api/", shop_dialect::errors());
  add_reads(api);
  add_steps(api);
  add_progress(api);
  return api;
}

}  // namespace

service::Definition definition() {
  constexpr std::uint16_t port = 8093;
  return {.name = "orders",
          .summary = "Orders and their history as a service of their own",
          .version = "1.0.0",
          .port = port,
          .migrations = migrations(),
          .api = make_api,
          .import = copies(),
          .companions = [] {
            service::Companions all;
            all.push_back(make_fulfilment_companion(port));
            all.push_back(events::make_companion("orders", {{"payments", follow_payments}, {"inventory", follow_inventory}}));
            return all;
          }};
}

}  // namespace banyan::orders
