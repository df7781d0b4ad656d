// What can be done with stock. Every change keeps on_hand + reserved + sold = received, writes a movement
// that says why, is told to the others (announce.hpp), and happens in the transaction of its caller: all of it
// or nothing. On the writer thread. `traceparent`: of the cause.
//
//   held -> committed (goods are sold)
//   held, committed -> released  (goods are back on hand)
#pragma once
#include "extracted_services/inventory/stock_rows.hpp"
#include "extracted_services/service/fault.hpp"

namespace banyan::inventory {

using service::Outcome;

// A fault if an order cannot be called so.
std::optional<service::Fault> wrong_order_ref(const std::string& order_ref);

Outcome<StockRow> require_stock(store::Connection& db, std::int64_t product_id);
Outcome<Reservation> require_reservation(store::Connection& db, std::int64_t id);

Outcome<StockRow> receive(store::Connection& db, std::int64_t product_id, std::int64_t quantity,
                          const std::string& reference, const std::string& traceparent = {});
Outcome<StockRow> adjust(store::Connection& db, std::int64_t product_id, std::int64_t delta,
                         const std::string& reason, const std::string& traceparent = {});
Outcome<Reservation> reserve(store::Connection& db, const std::string& order_ref, std::int64_t product_id,
                             std::int64_t quantity, const std::string& traceparent = {});
Outcome<Reservation> commit(store::Connection& db, std::int64_t reservation_id, const std::string& traceparent = {});
Outcome<Reservation> release(store::Connection& db, std::int64_t reservation_id, const std::string& traceparent = {});
// Sold goods come back on hand.
Outcome<Reservation> take_back(store::Connection& db, std::int64_t reservation_id, const std::string& traceparent = {});

}  // namespace banyan::inventory
