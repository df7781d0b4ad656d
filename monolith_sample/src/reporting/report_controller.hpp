#pragma once

#include "core/http.hpp"

namespace shop::core {
class Router;
}

namespace shop::reporting {

class ReportController {
 public:
  core::Response sales(const core::Request& request) const;
  core::Response daily(const core::Request& request) const;
  core::Response rebuild(const core::Request& request) const;
  core::Response top_products(const core::Request& request) const;
  core::Response stock_value(const core::Request& request) const;
  core::Response customer(const core::Request& request) const;
  core::Response coupons(const core::Request& request) const;
  core::Response dashboard(const core::Request& request) const;
  core::Response table_count(const core::Request& request) const;
  core::Response archive(const core::Request& request) const;
};

void register_routes(core::Router& router);

}  // namespace shop::reporting
