// Money in and out. The bank is a house rule here: tokens say what it would answer.
#pragma once

#include "core/database.hpp"
#include "payments/payment_port.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace shop::orders {
struct Order;
}
namespace shop::inventory {
class StockPort;
}

// stock_on_hand_for() below asks the inventory: no capture for goods that are gone.
#include "inventory/stock_service.hpp"

namespace shop::payments {

// Called in the transaction of the capture. Orders hang themselves in here to become paid.
using SettlementCallback = void (*)(std::int64_t order_id, std::int64_t payment_id);
void set_settlement_callback(SettlementCallback callback);
void settled(std::int64_t order_id, std::int64_t payment_id);  // calls it

class PaymentService : public PaymentPort {
 public:
  static PaymentService& instance();

  Payment get(std::int64_t id) override;
  std::vector<Payment> list(std::optional<std::int64_t> order_id, std::int64_t limit, std::int64_t offset) override;
  std::vector<Refund> refunds(std::int64_t payment_id) override;
  Totals totals() override;

  Payment charge(const orders::Order& order, const std::string& method, const std::string& token) override;
  Payment pay(std::int64_t order_id, const std::string& method, const std::string& token) override;
  Refund refund(std::int64_t payment_id, std::optional<std::int64_t> amount_cents, const std::string& reason) override;
  void refund_rest(const orders::Order& order, const std::string& reason) override;

 private:
  PaymentService() = default;
  std::int64_t record(std::int64_t order_id, const std::string& method, const std::string& status,
                      const std::string& currency, std::int64_t amount_cents);
  std::int64_t insert_refund(const Payment& payment, std::int64_t amount_cents, const std::string& reason);
};

// The reserved units of an order, asked straight from the inventory before its money is taken.
std::int64_t units_promised(inventory::StockPort& stock, const orders::Order& order);

}  // namespace shop::payments
