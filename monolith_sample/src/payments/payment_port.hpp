// What the rest of the shop asks of the payments, wherever they run. Two adapters answer: PaymentService in this
// process, RemotePayments over HTTP; the process chooses one at start. Errors are the same: ApiError, and with
// RemotePayments also 503 payments_unavailable.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace shop::orders {
struct Order;
}

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
  std::int64_t id = 0;  // 0: written down here, and not told to the payments yet
  std::int64_t payment_id = 0;
  std::int64_t order_id = 0;
  std::int64_t amount_cents = 0;
  std::string reason;
  std::string refunded_on;
};

struct Totals {
  std::int64_t payments = 0, captured_cents = 0, refunded_cents = 0;
};

class PaymentPort {
 public:
  virtual ~PaymentPort() = default;

  virtual Payment get(std::int64_t id) = 0;  // throws not_found
  virtual std::vector<Payment> list(std::optional<std::int64_t> order_id, std::int64_t limit, std::int64_t offset) = 0;
  virtual std::vector<Refund> refunds(std::int64_t payment_id) = 0;
  virtual Totals totals() = 0;

  // Part of the caller's transaction. Throws payment_declined and leaves no trace.
  virtual Payment charge(const orders::Order& order, const std::string& method, const std::string& token) = 0;

  // A transaction of its own. In process, a declined attempt is kept.
  virtual Payment pay(std::int64_t order_id, const std::string& method, const std::string& token) = 0;

  virtual Refund refund(std::int64_t payment_id, std::optional<std::int64_t> amount_cents, const std::string& reason) = 0;

  // Whatever is left of the order's payment; part of the caller's transaction.
  virtual void refund_rest(const orders::Order& order, const std::string& reason) = 0;
};

// The adapter in use: PaymentService unless another one was given.
PaymentPort& ledger();
void use_ledger(PaymentPort* adapter);  // nullptr: PaymentService. At start, before requests come

}  // namespace shop::payments
