// What is in the warehouses. Stock rows are also changed by the trigger trg_order_items_stock.
#pragma once

#include "core/database.hpp"
#include "inventory/stock_port.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace shop::orders {
struct Order;
class OrderService;
}  // namespace shop::orders

// For settle(); see the note in orders/order_service.hpp.
#include "orders/order_service.hpp"

namespace shop::inventory {

// Called whenever a product falls below its reorder level. One listener, set once at start.
using LowStockCallback = void (*)(std::int64_t product_id, std::int64_t on_hand);
void set_low_stock_callback(LowStockCallback callback);

class StockService : public StockPort {
 public:
  static StockService& instance();

  std::optional<StockLevel> find(std::int64_t product_id) override;
  StockLevel get(std::int64_t product_id) override;
  std::vector<StockLevel> list(bool only_low, const std::string& warehouse, std::int64_t limit,
                               std::int64_t offset) override;
  std::vector<Movement> movements(std::int64_t product_id, std::int64_t limit, std::int64_t offset) override;
  std::vector<WarehouseSummary> warehouses() override;
  std::int64_t available(std::int64_t product_id);

  StockLevel receive(std::int64_t product_id, std::int64_t quantity, const std::string& reference) override;
  StockLevel adjust(std::int64_t product_id, std::int64_t delta, const std::string& reason) override;

  void require(std::int64_t product_id, std::int64_t quantity) override;

  Reservation reserve(const std::string& order_ref, std::int64_t product_id, std::int64_t quantity) override;
  Reservation reservation(std::int64_t id) override;
  std::vector<Reservation> reservations_of(const std::string& order_ref) override;
  Reservation commit(std::int64_t reservation_id) override;
  Reservation release(std::int64_t reservation_id) override;

  // The trigger has already taken the goods: this writes the reservation and the movement, and hold() has nothing to do.
  void note_order_line(const std::string& order_number, std::int64_t product_id, std::int64_t quantity) override;
  void hold(const std::string&, const std::vector<orders::OrderItem>&) override {}
  void settle(const orders::Order& order) override;
  void give_back(const orders::Order& order) override;

 private:
  StockService() = default;
  void move(std::int64_t product_id, const char* kind, std::int64_t quantity, const std::string& reference);
  void close(const Reservation& reservation, const char* status);
  void warn_when_low(std::int64_t product_id);
};

}  // namespace shop::inventory
