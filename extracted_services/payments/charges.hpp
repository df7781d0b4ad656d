// Charges at the bank under the caller's key: what a saga's steps ask for. The bank is asked by a courier, so
// a charge is first only asked for; whoever wants to know repeats the request. Every function may be called
// again with the same key, in whatever order calls arrive. In the transaction of the caller, on the writer
// thread.
//
//   (none) -> asking -> captured | declined
//             asking, captured -> cancelling -> refunded | cancelled
//   (none) -> cancelled                          tombstone: a late charge is refused
#pragma once
#include "extracted_services/payments/ledger.hpp"

#include <string>

namespace banyan::payments {

struct BankCharge {
  std::string key;
  std::int64_t order_id = 0;
  std::int64_t amount_cents = 0;
  std::string currency;
  std::string status;
  std::string reason;
  std::optional<std::int64_t> payment_id;
  std::optional<std::string> reference;  // of the payment
  int answer = 0;                        // 202 to whoever asked for it, while the bank has not decided
};
BOOST_DESCRIBE_STRUCT(BankCharge, (),
                      (key, order_id, amount_cents, currency, status, reason, payment_id, reference))

int status_of(const BankCharge& charge);
std::string aggregate_of(const BankCharge& charge);

std::optional<BankCharge> find_charge(store::Connection& db, const std::string& key);

// Asks for it; then tells what has become of it. A decline is a fault, 402.
Outcome<BankCharge> ask_for(store::Connection& db, const std::string& key, const Charge& wanted,
                            const std::string& traceparent);
// Takes it back, or makes sure that it never happens. Done when the answer is not pending.
Outcome<BankCharge> cancel_charge(store::Connection& db, const std::string& key);

// What the bank has said.
void bank_charged(store::Connection& db, const std::string& key);
void bank_declined(store::Connection& db, const std::string& key, const std::string& reason);
// `had_charged`: money had moved, and was given back.
void bank_voided(store::Connection& db, const std::string& key, bool had_charged);

}  // namespace banyan::payments
