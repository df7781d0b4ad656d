// Tells the other services what happened to stock: an event in the outbox, in the transaction of the change.
// The topic is "inventory", the key "stock/1": one product's events keep their order.
#pragma once
#include "extracted_services/inventory/stock_rows.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace banyan::inventory {

// `what`: "received", "adjusted", "reserved", "sold", "released", "returned" gives
// banyan.inventory.stock-reserved.v1. The data is the product's stock as it is now and, of the last four, the
// reservation as it is now.
void announce(store::Connection& db, const StockRow& stock, const std::optional<Reservation>& reservation,
              std::string_view what, const std::string& traceparent);

}  // namespace banyan::inventory
