// Tells the other services what happened to a payment: an event in the outbox, in the transaction of the
// change. The topic is "payments", the key "payment/3".
#pragma once
#include "extracted_services/payments/payment_rows.hpp"

#include <string>
#include <string_view>

namespace banyan::payments {

// `what`: "authorized", "captured", "declined", "voided", "refunded" gives
// banyan.payments.payment-captured.v1. The data is the payment as it is now.
void announce(store::Connection& db, const Payment& payment, std::string_view what, const std::string& traceparent);

}  // namespace banyan::payments
