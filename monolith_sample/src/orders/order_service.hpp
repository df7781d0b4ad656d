// Orders from the first click to the door. Pulls payments in for PaymentService, payments pull inventory in, and
// inventory pulls this file in: whoever comes first sees only forward declarations of the others. It builds; leave it.
#pragma once

#include "orders/order.hpp"
#include "payments/payment_service.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace shop::payments {
class PaymentService;
}
namespace shop::pricing {
struct Quote;
struct QuoteRequest;
}  // namespace shop::pricing

namespace shop::orders {

struct PaymentChoice {
  std::string method;
  std::string token;
};

class OrderService {
 public:
  static OrderService& instance();

  Order get(std::int64_t id);  // throws not_found
  std::vector<Order> list(const OrderFilter& filter);  // without items
  std::vector<OrderItem> items(std::int64_t order_id);
  std::vector<OrderEvent> events(std::int64_t order_id);

  // Quote, order, stock and payment in one transaction: all or nothing.
  Order place(const pricing::QuoteRequest& wanted, const PaymentChoice& choice);
  Order cancel(std::int64_t id, const std::string& reason);

  // A pending order has got its money; called by payments inside their transaction.
  void mark_paid(std::int64_t order_id, std::int64_t payment_id);
  void record_event(std::int64_t order_id, const std::string& event, const std::string& detail);
  // A refund that is not a row of this database. In the caller's transaction.
  void note_refund(std::int64_t order_id, std::int64_t cents);
  // It was noted, and is not made after all.
  void note_refused_refund(std::int64_t order_id, std::int64_t cents, const std::string& why);

 private:
  OrderService() = default;
  std::int64_t insert_order(const pricing::Quote& quote);
  void insert_lines(std::int64_t order_id, const std::string& number, const pricing::Quote& quote);
};

// Hangs mark_paid into the payments. Once, at start.
void install_settlement();

bool is_status(const std::string& status);

}  // namespace shop::orders
