// Rows of the ledger, as they are read and as they stand in answers (members in the order of the JSON).
// On the database thread that owns the connection.
#pragma once
#include "extracted_services/store/connection.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace banyan::payments {

struct Payment {
  std::int64_t id = 0;
  std::int64_t order_id = 0;
  std::string reference;
  std::string method;
  std::string status;
  std::string currency;
  std::int64_t amount_cents = 0;
  std::int64_t refunded_cents = 0;
  std::optional<std::string> captured_on;
};
BOOST_DESCRIBE_STRUCT(Payment, (),
                      (id, order_id, reference, method, status, currency, amount_cents, refunded_cents,
                       captured_on))

struct Refund {
  std::int64_t id = 0;
  std::int64_t payment_id = 0;
  std::int64_t order_id = 0;
  std::int64_t amount_cents = 0;
  std::string reason;
  std::string refunded_on;
};
BOOST_DESCRIBE_STRUCT(Refund, (), (id, payment_id, order_id, amount_cents, reason, refunded_on))

struct Totals {
  std::int64_t payments = 0;
  std::int64_t captured_cents = 0;
  std::int64_t refunded_cents = 0;
  std::int64_t net_cents = 0;
};
BOOST_DESCRIBE_STRUCT(Totals, (), (payments, captured_cents, refunded_cents, net_cents))

std::string aggregate_of(const Payment& payment);
std::string aggregate_of(const Refund& refund);

std::optional<Payment> find_payment(store::Connection& db, std::int64_t id);
std::vector<Payment> list_payments(store::Connection& db, std::optional<std::int64_t> order_id,
                                   std::int64_t limit, std::int64_t offset);
std::optional<Refund> find_refund(store::Connection& db, std::int64_t id);
std::vector<Refund> list_refunds(store::Connection& db, std::int64_t payment_id);
Totals totals(store::Connection& db);

}  // namespace banyan::payments
