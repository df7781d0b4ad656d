#pragma once

#include "core/http.hpp"
#include "core/json.hpp"
#include "payments/payment_service.hpp"

namespace shop::core {
class Router;
}

namespace shop::payments {

class PaymentController {
 public:
  explicit PaymentController(PaymentPort& service) : service_(service) {}

  core::Response list(const core::Request& request) const;
  core::Response show(const core::Request& request) const;
  core::Response summary(const core::Request& request) const;
  core::Response create(const core::Request& request) const;
  core::Response refunds(const core::Request& request) const;
  core::Response refund(const core::Request& request) const;

 private:
  PaymentPort& service_;
};

core::json::object to_json(const Payment& payment);
core::json::object to_json(const Refund& refund);

void register_routes(core::Router& router);

}  // namespace shop::payments
