#include "inventory/stock_controller.hpp"

#include "core/router.hpp"

namespace shop::inventory {

namespace json = core::json;

StockController& StockController::instance() {
  static StockController controller;
  return controller;
}

json::object to_json(const StockLevel& level) {
  return {{"product_id", level.product_id},
          {"sku", level.sku},
          {"name", level.name},
          {"warehouse", level.warehouse},
          {"on_hand", level.on_hand},
          {"reserved", level.reserved},
          {"sold", level.sold},
          {"received", level.received},
          {"reorder_level", level.reorder_level},
          {"low", level.low()}};
}

core::Response StockController::list(const core::Request& request) {
  const std::int64_t limit = request.limit(), offset = request.offset();
  const std::string low = request.query_value("low");
  json::array rows;
  for (const auto& level : stock().list(low == "1" || low == "true",
                                                         request.query_value("warehouse"), limit, offset)) {
    rows.push_back(to_json(level));
  }
  return core::json_response({{"stock", std::move(rows)}, {"limit", limit}, {"offset", offset}});
}

core::Response StockController::show(const core::Request& request) {
  return core::json_response(to_json(stock().get(request.id("product_id"))));
}

core::Response StockController::movements(const core::Request& request) {
  const std::int64_t product_id = request.id("product_id");
  const std::int64_t limit = request.limit(), offset = request.offset();
  stock().get(product_id);
  json::array rows;
  for (const auto& move : stock().movements(product_id, limit, offset)) {
    rows.push_back(json::object{{"id", move.id},
                                {"kind", move.kind},
                                {"quantity", move.quantity},
                                {"reference", move.reference},
                                {"on", move.on_date}});
  }
  return core::json_response(
      {{"product_id", product_id}, {"movements", std::move(rows)}, {"limit", limit}, {"offset", offset}});
}

core::Response StockController::receive(const core::Request& request) {
  const std::int64_t product_id = request.id("product_id");
  const json::object body = core::parse_body(request);
  const std::int64_t quantity = core::need_int(body, "quantity");
  if (quantity < 1 || quantity > 100000) throw core::bad_request("quantity must be between 1 and 100000");
  const std::string reference = core::text_or(body, "reference", "delivery");
  return core::json_response(to_json(stock().receive(product_id, quantity, reference)));
}

core::Response StockController::adjust(const core::Request& request) {
  const std::int64_t product_id = request.id("product_id");
  const json::object body = core::parse_body(request);
  const std::int64_t delta = core::need_int(body, "delta");
  if (delta == 0) throw core::bad_request("delta must not be 0");
  if (delta < -1000000 || delta > 1000000) throw core::bad_request("delta must be between -1000000 and 1000000");
  const std::string reason = core::need_text(body, "reason");
  return core::json_response(to_json(stock().adjust(product_id, delta, reason)));
}

core::Response StockController::warehouses(const core::Request&) {
  json::array rows;
  for (const auto& house : stock().warehouses()) {
    rows.push_back(json::object{
        {"code", house.code}, {"city", house.city}, {"products", house.products}, {"units", house.units}});
  }
  return core::json_response({{"warehouses", std::move(rows)}});
}

void register_routes(core::Router& router) {
  static ReservationController reservations;
  SHOP_ROUTE(router, GET, "/api/inventory", StockController, list);
  SHOP_ROUTE(router, GET, "/api/inventory/{product_id}", StockController, show);
  SHOP_ROUTE(router, GET, "/api/inventory/{product_id}/movements", StockController, movements);
  SHOP_ROUTE(router, POST, "/api/inventory/{product_id}/receive", StockController, receive);
  SHOP_ROUTE(router, POST, "/api/inventory/{product_id}/adjust", StockController, adjust);
  SHOP_ROUTE(router, GET, "/api/warehouses", StockController, warehouses);

  static const core::MethodRow<ReservationController> rows[] = {
      {"POST", "/api/inventory/reservations", &ReservationController::create},
      {"GET", "/api/inventory/reservations", &ReservationController::of_order},
      {"GET", "/api/inventory/reservations/{id}", &ReservationController::show},
      {"POST", "/api/inventory/reservations/{id}/commit", &ReservationController::commit},
      {"DELETE", "/api/inventory/reservations/{id}", &ReservationController::release},
  };
  router.add_rows(reservations, rows);
}

}  // namespace shop::inventory
