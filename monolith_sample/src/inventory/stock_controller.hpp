#pragma once

#include "core/http.hpp"
#include "core/json.hpp"
#include "inventory/stock_service.hpp"

namespace shop::core {
class Router;
}

namespace shop::inventory {

class StockController {
 public:
  static StockController& instance();

  core::Response list(const core::Request& request);
  core::Response show(const core::Request& request);
  core::Response movements(const core::Request& request);
  core::Response receive(const core::Request& request);
  core::Response adjust(const core::Request& request);
  core::Response warehouses(const core::Request& request);
};

class ReservationController {
 public:
  core::Response create(const core::Request& request);
  core::Response show(const core::Request& request);
  core::Response of_order(const core::Request& request);
  core::Response commit(const core::Request& request);
  core::Response release(const core::Request& request);
};

core::json::object to_json(const StockLevel& level);
core::json::object to_json(const Reservation& reservation);

void register_routes(core::Router& router);
void seed(core::Database& db);

}  // namespace shop::inventory
