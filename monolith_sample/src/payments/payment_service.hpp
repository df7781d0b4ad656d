// Money in and out. The bank is a house rule here: tokens say what it would answer.
#pragma once

#include "core/database.hpp"

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

struct Payment {
  std::int64_t id = 0;
  std::int64_t order_id = 0;
  std::string reference;
  std::string method;
  std::string status;
  std::string currency;
  std::int64_t amount_cents = 0;
  std::int64_t refunded_cents = 0;
  std::string captured_on;  // empty: never
};

struct Refund {
  std::int64_t id = 0;
  std::int64_t payment_id = 0;
  std::int64_t order_id = 0;
  std::int64_t amount_cents = 0;
  std::string reason;
  std::string refunded_on;
};

struct Totals {
  std::int64_t payments = 0, captured_cents = 0, refunded_cents = 0;
};

// Called in the transaction of the capture. Orders hang themselves in here to become paid.
using SettlementCallback = void (*)(std::int64_t order_id, std::int64_t payment_id);
void set_settlement_callback(SettlementCallback callback);

class PaymentService {
 public:
  static PaymentService& instance();

  Payment get(std::int64_t id);  // throws not_found
  std::vector<Payment> list(std::optional<std::int64_t> order_id, std::int64_t limit, std::int64_t offset);
  std::vector<Refund> refunds(std::int64_t payment_id);
  Totals totals();

  // Part of the caller's transaction. Throws payment_declined and leaves no trace.
  Payment charge(const orders::Order& order, const std::string& method, const std::string& token);

  // A transaction of its own. A declined attempt is kept.
  Payment pay(std::int64_t order_id, const std::string& method, const std::string& token);

  Refund refund(std::int64_t payment_id, std::optional<std::int64_t> amount_cents, const std::string& reason);

  // Whatever is left of the order's payment; part of the caller's transaction.
  void refund_rest(const orders::Order& order, const std::string& reason);

 private:
  PaymentService() = default;
  std::int64_t record(std::int64_t order_id, const std::string& method, const std::string& status,
                      const std::string& currency, std::int64_t amount_cents);
  std::int64_t insert_refund(const Payment& payment, std::int64_t amount_cents, const std::string& reason);
};

// The reserved units of an order, asked straight from the inventory before its money is taken.
std::int64_t units_promised(inventory::StockPort& stock, const orders::Order& order);

}  // namespace shop::payments
