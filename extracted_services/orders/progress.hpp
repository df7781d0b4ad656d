// How far an order is with the others: a read model of what payments and inventory have told, so no table of
// theirs is read and no call of theirs is waited for. As fresh as the events (GET /v1/events/inbox).
#pragma once
#include "extracted_services/events/following.hpp"
#include "extracted_services/service/api.hpp"

namespace banyan::orders {

// The effects of one event: the payment, or the reservation, as it is now.
void follow_payments(store::Connection& db, const event_log::Envelope& event);
void follow_inventory(store::Connection& db, const event_log::Envelope& event);

// GET /v1/orders/{id}/progress
void add_progress(service::Api& api);

}  // namespace banyan::orders
