#pragma once

#include "core/http.hpp"
#include "customers/customer_service.hpp"

namespace shop::core {
class Router;
}

namespace shop::customers {

class CustomerController {
 public:
  explicit CustomerController(core::Database& db) : service_(db) {}

  core::Response list(const core::Request& request);
  core::Response create(const core::Request& request);
  core::Response show(const core::Request& request);
  core::Response update(const core::Request& request);
  core::Response remove(const core::Request& request);
  core::Response me(const core::Request& request);

  core::Response addresses(const core::Request& request);
  core::Response add_address(const core::Request& request);
  core::Response remove_address(const core::Request& request);
  core::Response default_address(const core::Request& request);

 private:
  CustomerService service_;
};

void register_routes(core::Router& router);
void seed(core::Database& db);

}  // namespace shop::customers
