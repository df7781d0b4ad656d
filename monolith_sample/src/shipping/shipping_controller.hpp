#pragma once

#include "core/http.hpp"

namespace shop::core {
class Router;
class Database;
}  // namespace shop::core

namespace shop::shipping {

core::Response list_shipments(const core::Request& request);
core::Response show_shipment(const core::Request& request);
core::Response shipment_of_order(const core::Request& request);
core::Response dispatch_shipment(const core::Request& request);
core::Response deliver_shipment(const core::Request& request);
core::Response change_carrier(const core::Request& request);
core::Response list_rates(const core::Request& request);

void register_routes(core::Router& router);
void seed(core::Database& db);

}  // namespace shop::shipping
