#pragma once

#include "core/http.hpp"

namespace shop::core {
class Router;
class Database;
}  // namespace shop::core

namespace shop::pricing {

class PricingController {
 public:
  core::Response prices(const core::Request& request);
  core::Response set_price(const core::Request& request);
  core::Response coupon(const core::Request& request);
  core::Response add_coupon(const core::Request& request);
  core::Response quote(const core::Request& request);
};

void register_routes(core::Router& router);
void seed(core::Database& db);

}  // namespace shop::pricing
