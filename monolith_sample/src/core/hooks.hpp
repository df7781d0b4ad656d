// "Tell me when": std::function hooks that modules hang into each other.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace shop::core {

struct Hooks {
  using OrderHook = std::function<void(std::int64_t order_id)>;
  using ShipmentHook = std::function<void(std::int64_t order_id, const std::string& number)>;

  std::vector<OrderHook> order_placed;
  std::vector<OrderHook> order_paid;
  std::vector<OrderHook> order_cancelled;
  std::vector<ShipmentHook> shipment_dispatched;

  static Hooks& instance();
  void clear();
};

void fire(const std::vector<Hooks::OrderHook>& hooks, std::int64_t order_id);

}  // namespace shop::core
