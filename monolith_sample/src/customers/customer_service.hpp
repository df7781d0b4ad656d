// The rules about customers, above the rows.
#pragma once

#include "customers/customer_repository.hpp"

namespace shop::customers {

class CustomerService {
 public:
  explicit CustomerService(core::Database& db) : db_(db), repository_(db) {}

  Customer get(std::int64_t id);  // throws not_found
  Customer create(const std::string& email, const std::string& name);
  Customer update(std::int64_t id, const std::string& email, const std::string& name, const std::string& tier);
  void remove(std::int64_t id);  // deactivates; throws conflict while orders are open

  Address add_address(Address address);
  void remove_address(std::int64_t customer_id, std::int64_t address_id);
  Address make_default(std::int64_t customer_id, std::int64_t address_id);

  CustomerRepository& repository() { return repository_; }

 private:
  core::Database& db_;
  CustomerRepository repository_;
};

// "a@b" with something on both sides; the mail server knows the rest.
bool looks_like_email(const std::string& text);

}  // namespace shop::customers
