// Parcels: created when an order is paid (a hook), dispatched and delivered by hand.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace shop::shipping {

struct Shipment {
  std::int64_t id = 0;
  std::int64_t order_id = 0;
  std::string number;
  std::string carrier;
  std::string status;  // created, dispatched, delivered, cancelled
  std::int64_t weight_grams = 0;
  std::string address;
  std::string created_on;
  std::string dispatched_on;
  std::string delivered_on;
};

class ShipmentService {
 public:
  static ShipmentService& instance();

  Shipment get(std::int64_t id);
  std::optional<Shipment> of_order(std::int64_t order_id);
  std::vector<Shipment> list(const std::string& status, std::int64_t limit, std::int64_t offset);

  void create_for_order(std::int64_t order_id);
  void cancel_for_order(std::int64_t order_id);
  Shipment dispatch(std::int64_t id);
  Shipment deliver(std::int64_t id);
  Shipment set_carrier(std::int64_t id, const std::string& carrier);

  // Hangs the two above into the order hooks.
  static void install_hooks();

 private:
  ShipmentService() = default;
  std::vector<Shipment> query(const std::string& where, std::int64_t value);
  void append_manifest(const Shipment& shipment);
};

}  // namespace shop::shipping
