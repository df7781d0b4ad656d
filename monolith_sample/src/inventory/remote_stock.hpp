// The inventory as a service of its own, asked over HTTP: the port's other adapter. What an order takes goes through
// RemoteHolds. Nothing of it touches this shop's stock, reservations and stock_movements tables any more; what else
// reads them (search, cart, reports) sees them as they were on the day of the move.
#pragma once

#include "core/remote.hpp"
#include "inventory/remote_holds.hpp"
#include "inventory/stock_port.hpp"

namespace shop::inventory {

class RemoteStock : public StockPort {
 public:
  using Port = StockPort;

  // The database must be open. Throws std::invalid_argument for a bad address.
  RemoteStock(const std::string& address, const std::string& db_path, core::RemoteOptions options = {});

  std::optional<StockLevel> find(std::int64_t product_id) override;
  StockLevel get(std::int64_t product_id) override;
  std::vector<StockLevel> list(bool only_low, const std::string& warehouse, std::int64_t limit,
                               std::int64_t offset) override;
  std::vector<Movement> movements(std::int64_t product_id, std::int64_t limit, std::int64_t offset) override;
  std::vector<WarehouseSummary> warehouses() override;

  StockLevel receive(std::int64_t product_id, std::int64_t quantity, const std::string& reference) override;
  StockLevel adjust(std::int64_t product_id, std::int64_t delta, const std::string& reason) override;

  Reservation reserve(const std::string& order_ref, std::int64_t product_id, std::int64_t quantity) override;
  Reservation reservation(std::int64_t id) override;
  std::vector<Reservation> reservations_of(const std::string& order_ref) override;
  Reservation commit(std::int64_t reservation_id) override;
  Reservation release(std::int64_t reservation_id) override;

  // One call for the whole order instead of two for each line: only the service can say what is there.
  void require(std::int64_t, std::int64_t) override {}
  void note_order_line(const std::string&, std::int64_t, std::int64_t) override {}
  void hold(const std::string& order_number, const std::vector<orders::OrderItem>& lines) override;

  void settle(const orders::Order& order) override;
  void give_back(const orders::Order& order) override;

 private:
  core::RemoteService service_;
  RemoteHolds holds_;
};

}  // namespace shop::inventory
