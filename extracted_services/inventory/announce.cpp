#include "extracted_services/inventory/announce.hpp"

#include "extracted_services/outbox/outbox.hpp"
#include "extracted_services/service/fields.hpp"

namespace banyan::inventory {

// Version 1 of the data.
struct ToldReservation {
  std::int64_t reservation_id = 0;
  std::string order_ref;
  std::int64_t quantity = 0;
  std::string status;
};
BOOST_DESCRIBE_STRUCT(ToldReservation, (), (reservation_id, order_ref, quantity, status))

struct ToldStock {
  std::int64_t product_id = 0;
  std::int64_t on_hand = 0;
  std::int64_t reserved = 0;
  std::int64_t sold = 0;
  std::int64_t received = 0;
  bool low = false;
  std::optional<ToldReservation> reservation;
};
BOOST_DESCRIBE_STRUCT(ToldStock, (), (product_id, on_hand, reserved, sold, received, low, reservation))

void announce(store::Connection& db, const StockRow& stock, const std::optional<Reservation>& reservation,
              std::string_view what, const std::string& traceparent) {
  ToldStock told{stock.product_id, stock.on_hand, stock.reserved, stock.sold, stock.received, stock.low, {}};
  if (reservation)
    told.reservation = ToldReservation{reservation->id, reservation->order_ref, reservation->quantity,
                                       reservation->status};
  outbox::append(db, {.type = "banyan.inventory.stock-" + std::string(what) + ".v1",
                      .key = aggregate_of(stock),
                      .data = service::write_json(told),
                      .traceparent = traceparent,
                      .time = {}});
}

}  // namespace banyan::inventory
