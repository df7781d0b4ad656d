// The steps of a payment. Each happens, and is told to the others (announce.hpp), in the transaction of its
// caller, on the writer thread. `traceparent`: of the cause.
//
//   authorized -> captured -> partly_refunded -> refunded
//        \--> voided                    declined (its own end: the attempt is kept)
#pragma once
#include "extracted_services/payments/payment_rows.hpp"
#include "extracted_services/service/fault.hpp"

namespace banyan::payments {

using service::Outcome;

struct Charge {
  std::int64_t order_id;
  std::int64_t amount_cents;
  std::string currency;
  std::string method;
  std::string token;
  bool capture;
};

// The caller's currency; a fault if it cannot be one.
std::optional<service::Fault> wrong_currency(const std::string& currency);

Outcome<Payment> require_payment(store::Connection& db, std::int64_t id);
// An order is paid once: a second live payment for it is a conflict. One that was wholly paid back is not live.
Outcome<Payment> charge(store::Connection& db, const Charge& wanted, const std::string& traceparent = {});
// Money that the bank has already taken for this charge.
Payment record_captured(store::Connection& db, const Charge& charge, const std::string& traceparent = {});
// The live payment that an order has, if it has one: its reference.
std::optional<std::string> paid_by(store::Connection& db, std::int64_t order_id);
Outcome<Payment> capture(store::Connection& db, std::int64_t id, const std::string& traceparent = {});
Outcome<Payment> cancel_authorization(store::Connection& db, std::int64_t id, const std::string& traceparent = {});
// Without an amount: all that is left.
Outcome<Refund> refund(store::Connection& db, std::int64_t id, std::optional<std::int64_t> amount_cents,
                       const std::string& reason, const std::string& traceparent = {});

}  // namespace banyan::payments
