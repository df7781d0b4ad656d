#include "customers/customer_service.hpp"

#include "core/clock.hpp"
#include "core/http.hpp"
#include "core/session.hpp"
#include "core/util.hpp"

namespace shop::customers {

bool looks_like_email(const std::string& text) {
  const auto at = text.find('@');
  return at != std::string::npos && at > 0 && at + 1 < text.size() && text.find('@', at + 1) == std::string::npos &&
         text.find_first_of(" \t\r\n") == std::string::npos;
}

Customer CustomerService::get(std::int64_t id) {
  const auto customer = repository_.find(id);
  if (!customer || !customer->active) throw core::not_found("customer", id);
  return *customer;
}

Customer CustomerService::create(const std::string& email, const std::string& name) {
  core::Transaction transaction(db_);
  if (repository_.find_by_email(email)) throw core::conflict("conflict", "email " + email + " is taken");
  Customer customer;
  customer.email = email;
  customer.name = name;
  customer.created_on = core::today();
  const std::int64_t id = repository_.insert(customer);
  core::audit("create", "customer", id);
  transaction.commit();
  return get(id);
}

Customer CustomerService::update(std::int64_t id, const std::string& email, const std::string& name,
                                 const std::string& tier) {
  core::Transaction transaction(db_);
  Customer customer = get(id);
  const auto other = repository_.find_by_email(email);
  if (other && other->id != id) throw core::conflict("conflict", "email " + email + " is taken");
  customer.email = email;
  customer.name = name;
  customer.tier = tier;
  repository_.update(customer);
  core::audit("update", "customer", id);
  transaction.commit();
  core::SessionCache::instance().forget(id);
  return customer;
}

void CustomerService::remove(std::int64_t id) {
  core::Transaction transaction(db_);
  get(id);
  const std::int64_t open = repository_.open_orders(id);
  if (open > 0) {
    throw core::conflict("conflict", "customer " + std::to_string(id) + " has " + std::to_string(open) +
                                         " open order(s)");
  }
  repository_.deactivate(id);
  core::audit("delete", "customer", id);
  transaction.commit();
  core::SessionCache::instance().forget(id);
}

Address CustomerService::add_address(Address address) {
  core::Transaction transaction(db_);
  get(address.customer_id);
  address.is_default = address.is_default || repository_.addresses(address.customer_id).empty();
  address.id = repository_.insert_address(address);
  if (address.is_default) repository_.make_default(address.customer_id, address.id);
  transaction.commit();
  return address;
}

void CustomerService::remove_address(std::int64_t customer_id, std::int64_t address_id) {
  get(customer_id);
  if (!repository_.delete_address(customer_id, address_id)) throw core::not_found("address", address_id);
}

Address CustomerService::make_default(std::int64_t customer_id, std::int64_t address_id) {
  core::Transaction transaction(db_);
  get(customer_id);
  for (Address& address : repository_.addresses(customer_id)) {
    if (address.id != address_id) continue;
    repository_.make_default(customer_id, address_id);
    transaction.commit();
    address.is_default = true;
    return address;
  }
  throw core::not_found("address", address_id);
}

}  // namespace shop::customers
