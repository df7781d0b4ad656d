#pragma once

#include "core/http.hpp"
#include "core/json.hpp"
#include "orders/order.hpp"

namespace shop::core {
class Router;
class Database;
}  // namespace shop::core

namespace shop::orders {

class OrderController {
 public:
  core::Response list(const core::Request& request);
  core::Response show(const core::Request& request);
  core::Response items(const core::Request& request);
  core::Response events(const core::Request& request);
  core::Response create(const core::Request& request);
  core::Response cancel(const core::Request& request);
};

core::json::object to_json(const Order& order);
core::json::object summary_json(const Order& order);
core::json::array to_json(const std::vector<OrderItem>& items);

void register_routes(core::Router& router);
void seed(core::Database& db);

}  // namespace shop::orders
