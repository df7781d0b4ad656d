#include "customers/customer_repository.hpp"

namespace shop::customers {
namespace {

Customer to_customer(const core::Cursor& row) {
  Customer customer;
  customer.id = row.integer(0);
  customer.email = row.text(1);
  customer.name = row.text(2);
  customer.tier = row.text(3);
  customer.loyalty_points = row.integer(4);
  customer.active = row.integer(5) != 0;
  customer.created_on = row.text(6);
  return customer;
}

}  // namespace

std::optional<Customer> CustomerRepository::find(std::int64_t id) {
  auto row = db_.select(
      "SELECT id, email, name, tier, loyalty_points, active, created_on FROM customers WHERE id = ?", id);
  if (!row.next()) return std::nullopt;
  return to_customer(row);
}

std::optional<Customer> CustomerRepository::find_by_email(const std::string& email) {
  auto row = db_.select(
      "SELECT id, email, name, tier, loyalty_points, active, created_on FROM customers WHERE email = ?", email);
  if (!row.next()) return std::nullopt;
  return to_customer(row);
}

std::vector<Customer> CustomerRepository::list(const std::string& search, std::int64_t limit,
                                               std::int64_t offset) {
  const std::string pattern = "%" + search + "%";
  std::vector<Customer> found;
  auto row = db_.select(
      "SELECT id, email, name, tier, loyalty_points, active, created_on FROM customers "
      "WHERE active = 1 AND (name LIKE ? OR email LIKE ?) ORDER BY id LIMIT ? OFFSET ?",
      pattern, pattern, limit, offset);
  while (row.next()) found.push_back(to_customer(row));
  return found;
}

std::int64_t CustomerRepository::insert(const Customer& customer) {
  db_.run("INSERT INTO customers (email, name, tier, created_on) VALUES (?, ?, ?, ?)", customer.email,
          customer.name, customer.tier, customer.created_on);
  return db_.last_id();
}

void CustomerRepository::update(const Customer& customer) {
  db_.run("UPDATE customers SET email = ?, name = ?, tier = ? WHERE id = ?", customer.email, customer.name,
          customer.tier, customer.id);
}

void CustomerRepository::deactivate(std::int64_t id) {
  db_.run("UPDATE customers SET active = 0 WHERE id = ?", id);
}

std::vector<Address> CustomerRepository::addresses(std::int64_t customer_id) {
  std::vector<Address> found;
  auto row = db_.select(
      "SELECT id, customer_id, street, city, zip, country, is_default FROM addresses "
      "WHERE customer_id = ? ORDER BY id",
      customer_id);
  while (row.next()) {
    found.push_back({row.integer(0), row.integer(1), row.text(2), row.text(3), row.text(4), row.text(5),
                     row.integer(6) != 0});
  }
  return found;
}

std::int64_t CustomerRepository::insert_address(const Address& address) {
  db_.run(
      "INSERT INTO addresses (customer_id, street, city, zip, country, is_default) VALUES (?, ?, ?, ?, ?, ?)",
      address.customer_id, address.street, address.city, address.zip, address.country, address.is_default);
  return db_.last_id();
}

bool CustomerRepository::delete_address(std::int64_t customer_id, std::int64_t address_id) {
  return db_.run("DELETE FROM addresses WHERE id = ? AND customer_id = ?", address_id, customer_id) > 0;
}

void CustomerRepository::make_default(std::int64_t customer_id, std::int64_t address_id) {
  db_.run("UPDATE addresses SET is_default = (id = ?) WHERE customer_id = ?", address_id, customer_id);
}

std::int64_t CustomerRepository::open_orders(std::int64_t customer_id) {
  return db_.select_int(
      "SELECT COUNT(*) FROM orders WHERE customer_id = ? AND status IN ('pending', 'paid', 'shipped')", customer_id);
}

}  // namespace shop::customers
