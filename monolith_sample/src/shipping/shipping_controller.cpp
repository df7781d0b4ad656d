#include "shipping/shipping_controller.hpp"

#include "core/database.hpp"
#include "core/json.hpp"
#include "core/router.hpp"
#include "shipping/shipment_service.hpp"
#include "shipping/shipping_rates.hpp"

namespace shop::shipping {

namespace json = core::json;

namespace {

json::object to_json(const Shipment& shipment) {
  return {{"id", shipment.id},
          {"order_id", shipment.order_id},
          {"number", shipment.number},
          {"carrier", shipment.carrier},
          {"status", shipment.status},
          {"weight_grams", shipment.weight_grams},
          {"address", shipment.address},
          {"created_on", shipment.created_on},
          {"dispatched_on", core::text_or_null(shipment.dispatched_on)},
          {"delivered_on", core::text_or_null(shipment.delivered_on)}};
}

}  // namespace

core::Response list_shipments(const core::Request& request) {
  const std::int64_t limit = request.limit(), offset = request.offset();
  json::array rows;
  for (const auto& shipment : ShipmentService::instance().list(request.query_value("status"), limit, offset)) {
    rows.push_back(to_json(shipment));
  }
  return core::json_response({{"shipments", std::move(rows)}, {"limit", limit}, {"offset", offset}});
}

core::Response show_shipment(const core::Request& request) {
  return core::json_response(to_json(ShipmentService::instance().get(request.id())));
}

core::Response shipment_of_order(const core::Request& request) {
  const std::int64_t order_id = request.id();
  const auto shipment = ShipmentService::instance().of_order(order_id);
  if (!shipment) throw core::not_found("shipment of order", order_id);
  return core::json_response(to_json(*shipment));
}

core::Response dispatch_shipment(const core::Request& request) {
  return core::json_response(to_json(ShipmentService::instance().dispatch(request.id())));
}

core::Response deliver_shipment(const core::Request& request) {
  return core::json_response(to_json(ShipmentService::instance().deliver(request.id())));
}

core::Response change_carrier(const core::Request& request) {
  const std::int64_t id = request.id();
  const std::string carrier = core::need_text(core::parse_body(request), "carrier");
  if (carrier != "letter" && carrier != "parcel" && carrier != "freight") {
    throw core::bad_request("carrier must be letter, parcel or freight");
  }
  return core::json_response(to_json(ShipmentService::instance().set_carrier(id, carrier)));
}

core::Response list_rates(const core::Request& request) {
  json::array rows;
  for (const auto& rate : rates(request.query_value("country"))) {
    rows.push_back(json::object{
        {"country", rate.country}, {"up_to_grams", rate.up_to_grams}, {"price_cents", rate.price_cents}});
  }
  return core::json_response({{"rates", std::move(rows)}});
}

void register_routes(core::Router& router) {
  router.get("/api/shipments", list_shipments);
  router.get("/api/shipments/{id}", show_shipment);
  router.get("/api/orders/{id}/shipment", shipment_of_order);
  router.post("/api/shipments/{id}/dispatch", dispatch_shipment);
  router.post("/api/shipments/{id}/deliver", deliver_shipment);
  router.put("/api/shipments/{id}/carrier", change_carrier);
  router.get("/api/shipping/rates", list_rates);
}

void seed(core::Database& db) {
  struct Row {
    const char* country;
    std::int64_t factor;
  };
  static const Row rows[] = {{"DE", 100}, {"AT", 150}, {"FR", 180}, {"NL", 160}, {"CH", 240}};
  for (const auto& row : rows) {
    for (const std::int64_t grams : {1000, 5000, 10000, 31500}) {
      db.run("INSERT INTO shipping_rates (country, up_to_grams, price_cents) VALUES (?, ?, ?)", row.country, grams,
             (390 + grams / 20) * row.factor / 100);
    }
  }
}

}  // namespace shop::shipping
