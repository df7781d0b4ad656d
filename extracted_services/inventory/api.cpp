#include "extracted_services/events/companion.hpp"
#include "extracted_services/inventory/hold_api.hpp"
#include "extracted_services/inventory/inventory.hpp"
#include "extracted_services/inventory/schema.hpp"
#include "extracted_services/inventory/stock.hpp"
#include "extracted_services/shop_dialect/dialect.hpp"

namespace banyan::inventory {

using service::Bounded;
using service::Call;
using service::None;

struct StockQuery {
  service::Flag low;
  std::optional<std::string> warehouse;
  service::Limit limit;
  service::Offset offset;
};
BOOST_DESCRIBE_STRUCT(StockQuery, (), (low, warehouse, limit, offset))

struct PageQuery {
  service::Limit limit;
  service::Offset offset;
};
BOOST_DESCRIBE_STRUCT(PageQuery, (), (limit, offset))

struct OrderQuery {
  std::string order_ref;
};
BOOST_DESCRIBE_STRUCT(OrderQuery, (), (order_ref))

struct Receipt {
  Bounded<1, 100'000> quantity;
  std::optional<std::string> reference;
};
BOOST_DESCRIBE_STRUCT(Receipt, (), (quantity, reference))

struct Adjustment {
  service::NonZero<-1'000'000, 1'000'000> delta;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(Adjustment, (), (delta, reason))

struct ReservationWish {
  std::string order_ref;
  service::Positive product_id;
  Bounded<1, 999> quantity;
};
BOOST_DESCRIBE_STRUCT(ReservationWish, (), (order_ref, product_id, quantity))

struct StockPage {
  std::vector<StockRow> stock;
  std::int64_t limit;
  std::int64_t offset;
};
BOOST_DESCRIBE_STRUCT(StockPage, (), (stock, limit, offset))

struct MovementPage {
  std::int64_t product_id;
  std::vector<Movement> movements;
  std::int64_t limit;
  std::int64_t offset;
};
BOOST_DESCRIBE_STRUCT(MovementPage, (), (product_id, movements, limit, offset))

struct OrderReservations {
  std::string order_ref;
  std::vector<Reservation> reservations;
};
BOOST_DESCRIBE_STRUCT(OrderReservations, (), (order_ref, reservations))

struct Warehouses {
  std::vector<Warehouse> warehouses;
};
BOOST_DESCRIBE_STRUCT(Warehouses, (), (warehouses))

namespace {

Outcome<StockPage> on_list(const Call<StockQuery>& call, store::Connection& db) {
  const auto& query = call.query;
  auto rows =
      list_stock(db, query.low.value, query.warehouse.value_or(""), query.limit.value, query.offset.value);
  return StockPage{std::move(rows), query.limit.value, query.offset.value};
}

Outcome<StockRow> on_show(const Call<>& call, store::Connection& db) {
  return require_stock(db, call.id("product_id"));
}

Outcome<MovementPage> on_movements(const Call<PageQuery>& call, store::Connection& db) {
  const auto id = call.id("product_id");
  if (const auto stock = require_stock(db, id); !stock) return stock.error();
  const auto limit = call.query.limit.value, offset = call.query.offset.value;
  return MovementPage{id, list_movements(db, id, limit, offset), limit, offset};
}

Outcome<StockRow> on_receive(const Call<None, Receipt>& call, store::Connection& db) {
  return receive(db, call.id("product_id"), call.body.quantity.value,
                 call.body.reference.value_or("delivery"), call.traceparent);
}

Outcome<StockRow> on_adjust(const Call<None, Adjustment>& call, store::Connection& db) {
  return adjust(db, call.id("product_id"), call.body.delta.value, call.body.reason, call.traceparent);
}

Outcome<Reservation> on_reserve(const Call<None, ReservationWish>& call, store::Connection& db) {
  return reserve(db, call.body.order_ref, call.body.product_id.value, call.body.quantity.value,
                 call.traceparent);
}

Outcome<OrderReservations> on_reservations(const Call<OrderQuery>& call, store::Connection& db) {
  return OrderReservations{call.query.order_ref, reservations_of(db, call.query.order_ref)};
}

Outcome<Reservation> on_reservation(const Call<>& call, store::Connection& db) {
  return require_reservation(db, call.id());
}

Outcome<Reservation> on_commit(const Call<>& call, store::Connection& db) {
  return commit(db, call.id(), call.traceparent);
}
Outcome<Reservation> on_release(const Call<>& call, store::Connection& db) {
  return release(db, call.id(), call.traceparent);
}
Outcome<Reservation> on_take_back(const Call<>& call, store::Connection& db) {
  return take_back(db, call.id(), call.traceparent);
}
Outcome<Warehouses> on_warehouses(const Call<>&, store::Connection& db) {
  return Warehouses{list_warehouses(db)};
}

void add_stock(service::Api& api) {
  using shop_dialect::add_both;
  add_both(api, {"GET", "/inventory", "listStock", "Stock rows, lowest product id first"}, on_list);
  add_both(api, {"GET", "/inventory/{product_id}", "getStock", "One product's stock", 200, {404}}, on_show);
  add_both(api,
           {"GET",
            "/inventory/{product_id}/movements",
            "listMovements",
            "Why stock changed, oldest first",
            200,
            {404}},
           on_movements);
  add_both(api, {"POST", "/inventory/{product_id}/receive", "receiveStock", "Goods have arrived", 200, {404}},
           on_receive);
  add_both(api, {"POST", "/inventory/{product_id}/adjust", "adjustStock", "Correct a count", 200, {404, 409}},
           on_adjust);
  add_both(api, {"GET", "/warehouses", "listWarehouses", "Warehouses and what lies in them"}, on_warehouses);
}

void add_reservations(service::Api& api) {
  using shop_dialect::add_both;
  add_both(api, {"POST", "/inventory/reservations", "reserve", "Promise goods to an order", 201, {404, 409}},
           on_reserve);
  add_both(api, {"GET", "/inventory/reservations", "listReservations", "The reservations of an order"},
           on_reservations);
  add_both(api, {"GET", "/inventory/reservations/{id}", "getReservation", "One reservation", 200, {404}},
           on_reservation);
  add_both(api,
           {"POST",
            "/inventory/reservations/{id}/commit",
            "commitReservation",
            "The goods are sold",
            200,
            {404, 409}},
           on_commit);
  add_both(api,
           {"DELETE",
            "/inventory/reservations/{id}",
            "releaseReservation",
            "The goods go back on hand",
            200,
            {404, 409}},
           on_release);
  api.add(service::endpoint({"POST", "/v1/inventory/reservations/{id}/return", "returnReservation",
                             "Sold goods come back on hand", 200, {404, 409}},
                            on_take_back));
}

service::Api make_api() {
  service::Api api("Inventory", "1.0.0");
  api.use_dialect("/api/", shop_dialect::errors());
  add_stock(api);
  add_reservations(api);
  add_holds(api);
  return api;
}

}  // namespace

service::Definition definition() {
  return {.name = "inventory",
          .summary = "Stock, reservations and warehouses as a service of their own",
          .version = "1.0.0",
          .port = 8091,
          .migrations = migrations(),
          .api = make_api,
          .import = copies(),
          .companions = [] {
            service::Companions all;
            all.push_back(events::make_companion("inventory", {}));
            return all;
          }};
}

}  // namespace banyan::inventory
