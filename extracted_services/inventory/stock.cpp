#include "extracted_services/inventory/stock.hpp"

#include "extracted_services/inventory/announce.hpp"
#include "extracted_services/shop_dialect/settings.hpp"

namespace banyan::inventory {
namespace {

constexpr std::size_t longest_order_ref = 200;

void move(store::Connection& db, std::int64_t product_id, std::string_view kind, std::int64_t quantity,
          const std::string& reference) {
  db.run(
      "INSERT INTO stock_movements(product_id, kind, quantity, reference, on_date) VALUES (?1, ?2, ?3, ?4, "
      "?5)",
      product_id, kind, quantity, reference, shop_dialect::today(db));
}

// The amounts by which one product's row changes.
struct Change {
  std::int64_t on_hand = 0;
  std::int64_t reserved = 0;
  std::int64_t sold = 0;
  std::int64_t received = 0;
};

void apply(store::Connection& db, std::int64_t product_id, const Change& change) {
  db.run(
      "UPDATE stock SET on_hand = on_hand + ?2, reserved = reserved + ?3, sold = sold + ?4,"
      " received = received + ?5 WHERE product_id = ?1",
      product_id, change.on_hand, change.reserved, change.sold, change.received);
}

std::optional<service::Fault> shortage(const StockRow& stock, std::int64_t wanted) {
  if (stock.on_hand >= wanted) return std::nullopt;
  return service::conflict("out_of_stock", "product " + std::to_string(stock.product_id) + ": " +
                                               std::to_string(stock.on_hand) + " available, " +
                                               std::to_string(wanted) + " wanted");
}

Outcome<Reservation> require_held(store::Connection& db, std::int64_t id) {
  auto reservation = require_reservation(db, id);
  if (reservation && reservation->status != "held")
    return service::conflict("reservation_closed",
                             "reservation " + std::to_string(id) + " is " + reservation->status);
  return reservation;
}

// The row as it is now, and everybody is told so.
Outcome<StockRow> announced(store::Connection& db, std::int64_t product_id, std::string_view what,
                            const std::string& traceparent) {
  auto stock = require_stock(db, product_id);
  if (stock) announce(db, *stock, std::nullopt, what, traceparent);
  return stock;
}

Outcome<Reservation> announced_reservation(store::Connection& db, std::int64_t id, std::string_view what,
                                           const std::string& traceparent) {
  auto reservation = require_reservation(db, id);
  if (!reservation) return reservation;
  const auto stock = require_stock(db, reservation->product_id);
  if (stock) announce(db, *stock, *reservation, what, traceparent);
  return reservation;
}

}  // namespace

std::optional<service::Fault> wrong_order_ref(const std::string& order_ref) {
  if (order_ref.size() <= longest_order_ref) return std::nullopt;
  return service::bad_request("order_ref must be at most 200 bytes", "/order_ref");
}

Outcome<StockRow> require_stock(store::Connection& db, std::int64_t product_id) {
  auto stock = find_stock(db, product_id);
  if (!stock) return service::not_found("product " + std::to_string(product_id) + " not found");
  return std::move(*stock);
}

Outcome<Reservation> require_reservation(store::Connection& db, std::int64_t id) {
  auto reservation = find_reservation(db, id);
  if (!reservation) return service::not_found("reservation " + std::to_string(id) + " not found");
  return std::move(*reservation);
}

Outcome<StockRow> receive(store::Connection& db, std::int64_t product_id, std::int64_t quantity,
                          const std::string& reference, const std::string& traceparent) {
  const auto stock = require_stock(db, product_id);
  if (!stock) return stock.error();
  apply(db, product_id, {.on_hand = quantity, .received = quantity});
  move(db, product_id, "receive", quantity, reference);
  return announced(db, product_id, "received", traceparent);
}

Outcome<StockRow> adjust(store::Connection& db, std::int64_t product_id, std::int64_t delta,
                         const std::string& reason, const std::string& traceparent) {
  const auto stock = require_stock(db, product_id);
  if (!stock) return stock.error();
  if (const auto missing = shortage(*stock, -delta); delta < 0 && missing) return *missing;
  apply(db, product_id, {.on_hand = delta, .received = delta});
  move(db, product_id, "adjust", delta, reason);
  return announced(db, product_id, "adjusted", traceparent);
}

Outcome<Reservation> reserve(store::Connection& db, const std::string& order_ref, std::int64_t product_id,
                             std::int64_t quantity, const std::string& traceparent) {
  if (auto wrong = wrong_order_ref(order_ref)) return std::move(*wrong);
  const auto stock = require_stock(db, product_id);
  if (!stock) return stock.error();
  if (const auto missing = shortage(*stock, quantity)) return *missing;
  apply(db, product_id, {.on_hand = -quantity, .reserved = quantity});
  db.run("INSERT INTO reservations(order_ref, product_id, quantity) VALUES (?1, ?2, ?3)", order_ref,
         product_id, quantity);
  const auto id = db.last_insert_id();
  move(db, product_id, "reserve", -quantity, order_ref);
  return announced_reservation(db, id, "reserved", traceparent);
}

Outcome<Reservation> commit(store::Connection& db, std::int64_t reservation_id, const std::string& traceparent) {
  const auto held = require_held(db, reservation_id);
  if (!held) return held;
  apply(db, held->product_id, {.reserved = -held->quantity, .sold = held->quantity});
  // 0: what is on hand changed when the goods were reserved.
  move(db, held->product_id, "sale", 0, held->order_ref);
  db.run("UPDATE reservations SET status = 'committed' WHERE id = ?1", held->id);
  return announced_reservation(db, held->id, "sold", traceparent);
}

Outcome<Reservation> release(store::Connection& db, std::int64_t reservation_id, const std::string& traceparent) {
  const auto held = require_held(db, reservation_id);
  if (!held) return held;
  apply(db, held->product_id, {.on_hand = held->quantity, .reserved = -held->quantity});
  move(db, held->product_id, "release", held->quantity, held->order_ref);
  db.run("UPDATE reservations SET status = 'released' WHERE id = ?1", held->id);
  return announced_reservation(db, held->id, "released", traceparent);
}

Outcome<Reservation> take_back(store::Connection& db, std::int64_t reservation_id, const std::string& traceparent) {
  const auto sold = require_reservation(db, reservation_id);
  if (!sold) return sold;
  if (sold->status != "committed")
    return service::conflict("reservation_not_sold",
                             "reservation " + std::to_string(reservation_id) + " is " + sold->status);
  apply(db, sold->product_id, {.on_hand = sold->quantity, .sold = -sold->quantity});
  move(db, sold->product_id, "return", sold->quantity, sold->order_ref);
  db.run("UPDATE reservations SET status = 'released' WHERE id = ?1", sold->id);
  return announced_reservation(db, sold->id, "returned", traceparent);
}

}  // namespace banyan::inventory
