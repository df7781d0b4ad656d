// What is in the warehouses. Stock rows are also changed by the trigger trg_order_items_stock.
#pragma once

#include "core/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace shop::orders {
struct Order;
class OrderService;
}  // namespace shop::orders

// For settle(); see the note in orders/order_service.hpp.
#include "orders/order_service.hpp"

namespace shop::inventory {

struct StockLevel {
  std::int64_t product_id = 0;
  std::string sku;
  std::string name;
  std::string warehouse;
  std::int64_t on_hand = 0;
  std::int64_t reserved = 0;
  std::int64_t sold = 0;
  std::int64_t received = 0;
  std::int64_t reorder_level = 0;
  bool low() const { return on_hand < reorder_level; }
};

struct Movement {
  std::int64_t id = 0;
  std::string kind;
  std::int64_t quantity = 0;
  std::string reference;
  std::string on_date;
};

struct Reservation {
  std::int64_t id = 0;
  std::string order_ref;
  std::int64_t product_id = 0;
  std::int64_t quantity = 0;
  std::string status;
};

struct WarehouseSummary {
  std::string code, city;
  std::int64_t products = 0, units = 0;
};

// Called whenever a product falls below its reorder level. One listener, set once at start.
using LowStockCallback = void (*)(std::int64_t product_id, std::int64_t on_hand);
void set_low_stock_callback(LowStockCallback callback);

class StockService {
 public:
  static StockService& instance();

  std::optional<StockLevel> find(std::int64_t product_id);
  StockLevel get(std::int64_t product_id);  // throws not_found
  std::vector<StockLevel> list(bool only_low, const std::string& warehouse, std::int64_t limit, std::int64_t offset);
  std::vector<Movement> movements(std::int64_t product_id, std::int64_t limit, std::int64_t offset);
  std::vector<WarehouseSummary> warehouses();
  std::int64_t available(std::int64_t product_id);

  StockLevel receive(std::int64_t product_id, std::int64_t quantity, const std::string& reference);
  StockLevel adjust(std::int64_t product_id, std::int64_t delta, const std::string& reason);

  // Throws conflict("out_of_stock") unless that many are on hand.
  void require(std::int64_t product_id, std::int64_t quantity);

  Reservation reserve(const std::string& order_ref, std::int64_t product_id, std::int64_t quantity);
  Reservation reservation(std::int64_t id);
  std::vector<Reservation> reservations_of(const std::string& order_ref);
  Reservation commit(std::int64_t reservation_id);
  Reservation release(std::int64_t reservation_id);

  // For the orders: the trigger has already taken the goods, this writes the reservation and the movement.
  void note_order_line(const std::string& order_number, std::int64_t product_id, std::int64_t quantity);
  // Reserved goods of an order are sold, or go back on the shelf (sold ones too).
  void settle(const orders::Order& order);
  void give_back(const orders::Order& order);

 private:
  StockService() = default;
  void move(std::int64_t product_id, const char* kind, std::int64_t quantity, const std::string& reference);
  void close(const Reservation& reservation, const char* status);
  void warn_when_low(std::int64_t product_id);
};

}  // namespace shop::inventory
