// What is paid back of a payment that was charged at the bank, and what the bank has still to be told of it. The ledger
// has a refund at once; the bank is asked under the refund's own key until it has answered.
//
//   asking -> done        also when the whole charge has gone back meanwhile: this part went with it
//          -> refused     stays, with the bank's reason
//
// In the transaction of the caller, on the writer thread.
#pragma once
#include "extracted_services/courier/work.hpp"
#include "extracted_services/payments/ledger.hpp"

namespace banyan::payments {

// Without an amount: all that is left. Of a payment that the bank does not know, it stands in the ledger alone.
Outcome<Refund> pay_back(store::Connection& db, std::int64_t payment_id, std::optional<std::int64_t> amount_cents,
                         const std::string& reason, const std::string& traceparent);

struct UnsettledRefund {
  std::int64_t refund_id = 0;
  std::int64_t payment_id = 0;
  std::string charge;
  std::int64_t amount_cents = 0;
  std::string status;
  std::string reason;  // of the bank's refusal
};
BOOST_DESCRIBE_STRUCT(UnsettledRefund, (), (refund_id, payment_id, charge, amount_cents, status, reason))

// Not done yet, or refused; oldest first.
std::vector<UnsettledRefund> unsettled_refunds(store::Connection& db, std::int64_t limit, std::int64_t offset);

// The bank's part: as courier::Work has it.
std::vector<courier::Parcel> refunds_due(store::Connection& db, courier::Millis now, std::size_t limit);
bool is_refund(const courier::Parcel& parcel);
void refund_answered(store::Connection& db, const courier::Parcel& parcel, const client::Result& result, courier::Millis now,
                     std::uint64_t random);
std::optional<courier::Millis> next_refund(store::Connection& db);

}  // namespace banyan::payments
