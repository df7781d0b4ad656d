// What the orders say is owed against what the ledger has: follows the topic "orders", so no table of the
// orders is read. An order that is paid and whose event has not come yet is a difference for that long.
#pragma once
#include "extracted_services/events/following.hpp"
#include "extracted_services/service/api.hpp"

namespace banyan::payments {

// The effect of one event of the orders: the order's claim, as it is now.
void follow_orders(store::Connection& db, const event_log::Envelope& event);

// GET /v1/payments/reconciliation
void add_reconciliation(service::Api& api);

}  // namespace banyan::payments
