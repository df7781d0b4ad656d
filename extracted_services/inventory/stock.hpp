// What can be done with stock. Every change keeps on_hand + reserved + sold = received, writes a movement
// that says why, and happens in the transaction of its caller: all of it or nothing. On the writer thread.
//
//   held -> committed (goods are sold)
//   held, committed -> released  (goods are back on hand)
#pragma once
#include "extracted_services/inventory/stock_rows.hpp"
#include "extracted_services/service/fault.hpp"

namespace banyan::inventory {

using service::Outcome;

Outcome<StockRow> require_stock(store::Connection& db, std::int64_t product_id);
Outcome<Reservation> require_reservation(store::Connection& db, std::int64_t id);

Outcome<StockRow> receive(store::Connection& db, std::int64_t product_id, std::int64_t quantity,
                          const std::string& reference);
Outcome<StockRow> adjust(store::Connection& db, std::int64_t product_id, std::int64_t delta,
                         const std::string& reason);
Outcome<Reservation> reserve(store::Connection& db, const std::string& order_ref, std::int64_t product_id,
                             std::int64_t quantity);
Outcome<Reservation> commit(store::Connection& db, std::int64_t reservation_id);
Outcome<Reservation> release(store::Connection& db, std::int64_t reservation_id);
// Sold goods come back on hand.
Outcome<Reservation> take_back(store::Connection& db, std::int64_t reservation_id);

}  // namespace banyan::inventory
