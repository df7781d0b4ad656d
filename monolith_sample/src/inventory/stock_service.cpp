#include "inventory/stock_service.hpp"

#include "core/clock.hpp"
#include "core/http.hpp"
#include "core/util.hpp"
#include "orders/order.hpp"

namespace shop::inventory {
namespace {

LowStockCallback low_stock_callback = nullptr;

core::Database& db() { return core::Database::instance(); }

}  // namespace

void set_low_stock_callback(LowStockCallback callback) { low_stock_callback = callback; }

void StockService::move(std::int64_t product_id, const char* kind, std::int64_t quantity,
                        const std::string& reference) {
  db().run(
      "INSERT INTO stock_movements (product_id, kind, quantity, reference, on_date) "
      "VALUES (?, ?, ?, ?, ?)",
      product_id, kind, quantity, reference, core::today());
}

void StockService::warn_when_low(std::int64_t product_id) {
  if (low_stock_callback == nullptr) return;
  std::int64_t on_hand = 0;
  {
    auto row = db().select("SELECT on_hand FROM stock WHERE product_id = ? AND on_hand < reorder_level", product_id);
    if (!row.next()) return;
    on_hand = row.integer(0);
  }
  low_stock_callback(product_id, on_hand);
}

StockLevel StockService::receive(std::int64_t product_id, std::int64_t quantity, const std::string& reference) {
  core::Transaction transaction(db());
  if (db().run("UPDATE stock SET on_hand = on_hand + ?, received = received + ? WHERE product_id = ?", quantity,
               quantity, product_id) == 0) {
    throw core::not_found("product", product_id);
  }
  move(product_id, "receive", quantity, reference);
  core::audit("receive", "stock", product_id);
  transaction.commit();
  return get(product_id);
}

StockLevel StockService::adjust(std::int64_t product_id, std::int64_t delta, const std::string& reason) {
  core::Transaction transaction(db());
  get(product_id);
  if (delta < 0) require(product_id, -delta);
  db().run("UPDATE stock SET on_hand = on_hand + ?, received = received + ? WHERE product_id = ?", delta, delta,
           product_id);
  move(product_id, "adjust", delta, reason);
  core::audit("adjust", "stock", product_id);
  warn_when_low(product_id);
  transaction.commit();
  return get(product_id);
}

void StockService::require(std::int64_t product_id, std::int64_t quantity) {
  const std::int64_t on_hand = available(product_id);
  if (on_hand >= quantity) return;
  throw core::conflict("out_of_stock", core::format("product %lld: %lld available, %lld wanted",
                                                    static_cast<long long>(product_id),
                                                    static_cast<long long>(on_hand),
                                                    static_cast<long long>(quantity)));
}

Reservation StockService::reserve(const std::string& order_ref, std::int64_t product_id, std::int64_t quantity) {
  core::Transaction transaction(db());
  get(product_id);
  require(product_id, quantity);
  db().run("UPDATE stock SET on_hand = on_hand - ?, reserved = reserved + ? WHERE product_id = ?", quantity,
           quantity, product_id);
  db().run("INSERT INTO reservations (order_ref, product_id, quantity) VALUES (?, ?, ?)", order_ref, product_id,
           quantity);
  const std::int64_t id = db().last_id();
  move(product_id, "reserve", -quantity, order_ref);
  warn_when_low(product_id);
  transaction.commit();
  return reservation(id);
}

void StockService::note_order_line(const std::string& order_number, std::int64_t product_id,
                                   std::int64_t quantity) {
  db().run("INSERT INTO reservations (order_ref, product_id, quantity) VALUES (?, ?, ?)", order_number, product_id,
           quantity);
  move(product_id, "reserve", -quantity, order_number);
  warn_when_low(product_id);
}

void StockService::close(const Reservation& reservation, const char* status) {
  db().run("UPDATE reservations SET status = ? WHERE id = ?", status, reservation.id);
}

Reservation StockService::commit(std::int64_t reservation_id) {
  core::Transaction transaction(db());
  const Reservation held = reservation(reservation_id);
  if (held.status != "held") {
    throw core::conflict("reservation_closed",
                         "reservation " + std::to_string(reservation_id) + " is " + held.status);
  }
  db().run("UPDATE stock SET reserved = reserved - ?, sold = sold + ? WHERE product_id = ?", held.quantity,
           held.quantity, held.product_id);
  close(held, "committed");
  move(held.product_id, "sale", 0, held.order_ref);
  transaction.commit();
  return reservation(reservation_id);
}

Reservation StockService::release(std::int64_t reservation_id) {
  core::Transaction transaction(db());
  const Reservation held = reservation(reservation_id);
  if (held.status != "held") {
    throw core::conflict("reservation_closed",
                         "reservation " + std::to_string(reservation_id) + " is " + held.status);
  }
  db().run("UPDATE stock SET reserved = reserved - ?, on_hand = on_hand + ? WHERE product_id = ?", held.quantity,
           held.quantity, held.product_id);
  close(held, "released");
  move(held.product_id, "release", held.quantity, held.order_ref);
  transaction.commit();
  return reservation(reservation_id);
}

void StockService::settle(const orders::Order& order) {
  for (const auto& held : reservations_of(order.number)) {
    if (held.status == "held") commit(held.id);
  }
}

void StockService::give_back(const orders::Order& order) {
  for (const auto& taken : reservations_of(order.number)) {
    if (taken.status == "held") release(taken.id);
    if (taken.status != "committed") continue;
    db().run("UPDATE stock SET sold = sold - ?, on_hand = on_hand + ? WHERE product_id = ?", taken.quantity,
             taken.quantity, taken.product_id);
    close(taken, "released");
    move(taken.product_id, "return", taken.quantity, order.number);
  }
}

}  // namespace shop::inventory
