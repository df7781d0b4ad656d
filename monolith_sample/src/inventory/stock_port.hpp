// What the rest of the shop asks of the inventory, wherever it runs. Two adapters answer: StockService in this process,
// RemoteStock over HTTP; the process chooses one at start. Errors are the same: ApiError, and with RemoteStock also
// 503 inventory_unavailable.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace shop::orders {
struct Order;
struct OrderItem;
}  // namespace shop::orders

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

class StockPort {
 public:
  virtual ~StockPort() = default;

  virtual std::optional<StockLevel> find(std::int64_t product_id) = 0;
  virtual StockLevel get(std::int64_t product_id) = 0;  // throws not_found
  virtual std::vector<StockLevel> list(bool only_low, const std::string& warehouse, std::int64_t limit,
                                       std::int64_t offset) = 0;
  virtual std::vector<Movement> movements(std::int64_t product_id, std::int64_t limit, std::int64_t offset) = 0;
  virtual std::vector<WarehouseSummary> warehouses() = 0;

  virtual StockLevel receive(std::int64_t product_id, std::int64_t quantity, const std::string& reference) = 0;
  virtual StockLevel adjust(std::int64_t product_id, std::int64_t delta, const std::string& reason) = 0;

  virtual Reservation reserve(const std::string& order_ref, std::int64_t product_id, std::int64_t quantity) = 0;
  virtual Reservation reservation(std::int64_t id) = 0;
  virtual std::vector<Reservation> reservations_of(const std::string& order_ref) = 0;
  virtual Reservation commit(std::int64_t reservation_id) = 0;
  virtual Reservation release(std::int64_t reservation_id) = 0;

  // An order takes its goods, all in the caller's transaction: first line by line, then as a whole. Each throws
  // conflict("out_of_stock") when there are too few. If the transaction fails, nothing stays taken.
  virtual void require(std::int64_t product_id, std::int64_t quantity) = 0;
  virtual void note_order_line(const std::string& order_number, std::int64_t product_id, std::int64_t quantity) = 0;
  virtual void hold(const std::string& order_number, const std::vector<orders::OrderItem>& lines) = 0;

  // Reserved goods of an order are sold, or go back on the shelf (sold ones too), if the transaction succeeds.
  virtual void settle(const orders::Order& order) = 0;
  virtual void give_back(const orders::Order& order) = 0;
};

// The adapter in use: StockService unless another one was given.
StockPort& stock();
void use_stock(StockPort* adapter);  // nullptr: StockService. At start, before requests come

}  // namespace shop::inventory
