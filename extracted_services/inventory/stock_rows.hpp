// Rows of the inventory's tables, as they are read and as they stand in answers (members in the order of the
// JSON). On the database thread that owns the connection.
#pragma once
#include "extracted_services/store/connection.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace banyan::inventory {

struct StockRow {
  std::int64_t product_id = 0;
  std::string sku;
  std::string name;
  std::string warehouse;
  std::int64_t on_hand = 0;
  std::int64_t reserved = 0;
  std::int64_t sold = 0;
  std::int64_t received = 0;
  std::int64_t reorder_level = 0;
  bool low = false;
};
BOOST_DESCRIBE_STRUCT(StockRow, (),
                      (product_id, sku, name, warehouse, on_hand, reserved, sold, received, reorder_level,
                       low))

struct Movement {
  std::int64_t id = 0;
  std::string kind;
  std::int64_t quantity = 0;
  std::string reference;
  std::string on;
};
BOOST_DESCRIBE_STRUCT(Movement, (), (id, kind, quantity, reference, on))

struct Reservation {
  std::int64_t id = 0;
  std::string order_ref;
  std::int64_t product_id = 0;
  std::int64_t quantity = 0;
  std::string status;
};
BOOST_DESCRIBE_STRUCT(Reservation, (), (id, order_ref, product_id, quantity, status))

struct Warehouse {
  std::string code;
  std::string city;
  std::int64_t products = 0;
  std::int64_t units = 0;
};
BOOST_DESCRIBE_STRUCT(Warehouse, (), (code, city, products, units))

// Stock, its movements and its reservations change together: one aggregate per product.
std::string aggregate_of(const StockRow& row);
std::string aggregate_of(const Reservation& reservation);

std::optional<StockRow> find_stock(store::Connection& db, std::int64_t product_id);
std::vector<StockRow> list_stock(store::Connection& db, bool only_low, const std::string& warehouse,
                                 std::int64_t limit, std::int64_t offset);
std::vector<Movement> list_movements(store::Connection& db, std::int64_t product_id, std::int64_t limit,
                                     std::int64_t offset);
std::optional<Reservation> find_reservation(store::Connection& db, std::int64_t id);
std::vector<Reservation> reservations_of(store::Connection& db, const std::string& order_ref);
std::vector<Warehouse> list_warehouses(store::Connection& db);

}  // namespace banyan::inventory
