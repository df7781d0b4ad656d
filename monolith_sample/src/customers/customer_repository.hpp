// Rows of customers and addresses.
#pragma once

#include "core/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace shop::customers {

struct Customer {
  std::int64_t id = 0;
  std::string email;
  std::string name;
  std::string tier = "basic";
  std::int64_t loyalty_points = 0;
  bool active = true;
  std::string created_on;
};

struct Address {
  std::int64_t id = 0;
  std::int64_t customer_id = 0;
  std::string street;
  std::string city;
  std::string zip;
  std::string country;
  bool is_default = false;
};

class CustomerRepository {
 public:
  explicit CustomerRepository(core::Database& db) : db_(db) {}

  std::optional<Customer> find(std::int64_t id);
  std::optional<Customer> find_by_email(const std::string& email);
  std::vector<Customer> list(const std::string& search, std::int64_t limit, std::int64_t offset);
  std::int64_t insert(const Customer& customer);
  void update(const Customer& customer);
  void deactivate(std::int64_t id);

  std::vector<Address> addresses(std::int64_t customer_id);
  std::int64_t insert_address(const Address& address);
  bool delete_address(std::int64_t customer_id, std::int64_t address_id);
  void make_default(std::int64_t customer_id, std::int64_t address_id);

  // Orders that still wait for money or parcels; such a customer must stay.
  std::int64_t open_orders(std::int64_t customer_id);

 private:
  core::Database& db_;
};

}  // namespace shop::customers
