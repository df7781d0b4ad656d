#include "inventory/stock_controller.hpp"

namespace shop::inventory {

namespace json = core::json;

json::object to_json(const Reservation& reservation) {
  return {{"id", reservation.id},
          {"order_ref", reservation.order_ref},
          {"product_id", reservation.product_id},
          {"quantity", reservation.quantity},
          {"status", reservation.status}};
}

core::Response ReservationController::create(const core::Request& request) {
  const json::object body = core::parse_body(request);
  const std::string order_ref = core::need_text(body, "order_ref");
  const std::int64_t product_id = core::need_positive(body, "product_id");
  const std::int64_t quantity = core::need_int(body, "quantity");
  if (quantity < 1 || quantity > 999) throw core::bad_request("quantity must be between 1 and 999");
  return core::json_response(to_json(stock().reserve(order_ref, product_id, quantity)), 201);
}

core::Response ReservationController::show(const core::Request& request) {
  return core::json_response(to_json(stock().reservation(request.id())));
}

core::Response ReservationController::of_order(const core::Request& request) {
  const std::string order_ref = request.query_value("order_ref");
  if (order_ref.empty()) throw core::bad_request("order_ref is required");
  json::array rows;
  for (const auto& reservation : stock().reservations_of(order_ref)) {
    rows.push_back(to_json(reservation));
  }
  return core::json_response({{"order_ref", order_ref}, {"reservations", std::move(rows)}});
}

core::Response ReservationController::commit(const core::Request& request) {
  return core::json_response(to_json(stock().commit(request.id())));
}

core::Response ReservationController::release(const core::Request& request) {
  return core::json_response(to_json(stock().release(request.id())));
}

}  // namespace shop::inventory
