#include "customers/customer_controller.hpp"

#include "core/json.hpp"
#include "core/router.hpp"

namespace shop::customers {

namespace json = core::json;

namespace {

json::object to_json(const Customer& customer) {
  return {{"id", customer.id},
          {"email", customer.email},
          {"name", customer.name},
          {"tier", customer.tier},
          {"loyalty_points", customer.loyalty_points},
          {"created_on", customer.created_on}};
}

json::object to_json(const Address& address) {
  return {{"id", address.id},
          {"customer_id", address.customer_id},
          {"street", address.street},
          {"city", address.city},
          {"zip", address.zip},
          {"country", address.country},
          {"is_default", address.is_default}};
}

std::string need_email(const json::object& body) {
  const std::string email = core::need_text(body, "email");
  if (!looks_like_email(email)) throw core::bad_request("email must be an address");
  return email;
}

std::string need_name(const json::object& body) {
  const std::string name = core::need_text(body, "name");
  if (name.empty()) throw core::bad_request("name must not be empty");
  return name;
}

}  // namespace

core::Response CustomerController::list(const core::Request& request) {
  const std::int64_t limit = request.limit(), offset = request.offset();
  json::array rows;
  for (const auto& customer : service_.repository().list(request.query_value("q"), limit, offset)) {
    rows.push_back(to_json(customer));
  }
  return core::json_response({{"customers", std::move(rows)}, {"limit", limit}, {"offset", offset}});
}

core::Response CustomerController::create(const core::Request& request) {
  const json::object body = core::parse_body(request);
  const std::string email = need_email(body);
  return core::json_response(to_json(service_.create(email, need_name(body))), 201);
}

core::Response CustomerController::show(const core::Request& request) {
  return core::json_response(to_json(service_.get(request.id())));
}

core::Response CustomerController::update(const core::Request& request) {
  const std::int64_t id = request.id();
  const json::object body = core::parse_body(request);
  const std::string email = need_email(body);
  const std::string name = need_name(body);
  const std::string tier = core::text_or(body, "tier", "basic");
  if (tier != "basic" && tier != "silver" && tier != "gold") {
    throw core::bad_request("tier must be basic, silver or gold");
  }
  return core::json_response(to_json(service_.update(id, email, name, tier)));
}

core::Response CustomerController::remove(const core::Request& request) {
  service_.remove(request.id());
  return {204, "", {}, ""};
}

core::Response CustomerController::me(const core::Request& request) {
  return core::json_response(to_json(service_.get(request.require_account())));
}

core::Response CustomerController::addresses(const core::Request& request) {
  const std::int64_t id = request.id();
  service_.get(id);
  json::array rows;
  for (const auto& address : service_.repository().addresses(id)) rows.push_back(to_json(address));
  return core::json_response({{"customer_id", id}, {"addresses", std::move(rows)}});
}

core::Response CustomerController::add_address(const core::Request& request) {
  Address address;
  address.customer_id = request.id();
  const json::object body = core::parse_body(request);
  address.street = core::need_text(body, "street");
  address.city = core::need_text(body, "city");
  address.zip = core::need_text(body, "zip");
  address.country = core::need_text(body, "country");
  if (address.country.size() != 2) throw core::bad_request("country must have two letters");
  return core::json_response(to_json(service_.add_address(address)), 201);
}

core::Response CustomerController::remove_address(const core::Request& request) {
  service_.remove_address(request.id(), request.id("address_id"));
  return {204, "", {}, ""};
}

core::Response CustomerController::default_address(const core::Request& request) {
  return core::json_response(to_json(service_.make_default(request.id(), request.id("address_id"))));
}

void register_routes(core::Router& router) {
  static CustomerController controller(core::Database::instance());
  static const core::MethodRow<CustomerController> rows[] = {
      {"GET", "/api/customers", &CustomerController::list},
      {"POST", "/api/customers", &CustomerController::create},
      {"GET", "/api/customers/{id}", &CustomerController::show},
      {"PUT", "/api/customers/{id}", &CustomerController::update},
      {"DELETE", "/api/customers/{id}", &CustomerController::remove},
      {"GET", "/api/me", &CustomerController::me},
      {"GET", "/api/customers/{id}/addresses", &CustomerController::addresses},
      {"POST", "/api/customers/{id}/addresses", &CustomerController::add_address},
      {"DELETE", "/api/customers/{id}/addresses/{address_id}", &CustomerController::remove_address},
      {"PUT", "/api/customers/{id}/addresses/{address_id}/default", &CustomerController::default_address},
  };
  router.add_rows(controller, rows);
}

}  // namespace shop::customers
