// Tells the other services what happened to an order: an event in the outbox, in the transaction of the change.
// The topic is "orders", the key "order/7", so the events of one order keep their order.
#pragma once
#include "extracted_services/orders/order_rows.hpp"

#include <string>
#include <string_view>

namespace banyan::orders {

// `what`: "placed", "paid", ... gives banyan.orders.order-placed.v1. The data is the order as it is now, not
// what changed: whoever missed nothing and whoever came late end up with the same.
void announce(store::Connection& db, const Order& order, std::string_view what, const std::string& traceparent);

}  // namespace banyan::orders
