#include "extracted_services/orders/progress.hpp"

#include "extracted_services/events/reading.hpp"
#include "extracted_services/orders/lifecycle.hpp"

namespace banyan::orders {

// What is needed of a payment's event.
struct PaymentFact {
  service::Positive payment_id;
  service::Positive order_id;
  std::string status;
  service::Bounded<0, 1'000'000'000'000> amount_cents;
  service::Bounded<0, 1'000'000'000'000> refunded_cents;
};
BOOST_DESCRIBE_STRUCT(PaymentFact, (), (payment_id, order_id, status, amount_cents, refunded_cents))

// What is needed of the stock's event.
struct ReservationFact {
  service::Positive reservation_id;
  std::string order_ref;
  service::Bounded<1, 1'000'000> quantity;
  std::string status;
};
BOOST_DESCRIBE_STRUCT(ReservationFact, (), (reservation_id, order_ref, quantity, status))

struct StockFact {
  service::Positive product_id;
  std::optional<ReservationFact> reservation;
};
BOOST_DESCRIBE_STRUCT(StockFact, (), (product_id, reservation))

struct OrderProgress {
  std::int64_t order_id = 0;
  std::string number;
  std::string status;
  std::int64_t captured_cents = 0;
  std::int64_t refunded_cents = 0;
  std::int64_t held_units = 0;
  std::int64_t sold_units = 0;
  std::int64_t released_units = 0;
};
BOOST_DESCRIBE_STRUCT(OrderProgress, (),
                      (order_id, number, status, captured_cents, refunded_cents, held_units, sold_units,
                       released_units))

namespace {

void add_money(store::Connection& db, OrderProgress& progress) {
  auto row = db.query(
      "SELECT coalesce(sum(amount_cents), 0), coalesce(sum(refunded_cents), 0) FROM payment_facts"
      " WHERE order_id = ?1 AND status IN ('captured', 'partly_refunded', 'refunded')",
      progress.order_id);
  row.next();
  progress.captured_cents = row.integer(0);
  progress.refunded_cents = row.integer(1);
}

void add_goods(store::Connection& db, OrderProgress& progress) {
  auto row = db.query("SELECT status, sum(quantity) FROM reservation_facts WHERE order_ref = ?1 GROUP BY status",
                      progress.number);
  while (row.next()) {
    if (row.text(0) == "held") progress.held_units = row.integer(1);
    if (row.text(0) == "committed") progress.sold_units = row.integer(1);
    if (row.text(0) == "released") progress.released_units = row.integer(1);
  }
}

Outcome<OrderProgress> on_progress(const service::Call<>& call, store::Connection& db) {
  const auto order = require_order(db, call.id());
  if (!order) return order.error();
  OrderProgress progress;
  progress.order_id = order->id;
  progress.number = order->number;
  progress.status = order->status;
  add_money(db, progress);
  add_goods(db, progress);
  return progress;
}

}  // namespace

void follow_payments(store::Connection& db, const event_log::Envelope& event) {
  if (!events::is_first_version(event, "banyan.payments.payment-")) return;
  const auto fact = events::data_of<PaymentFact>(event);
  db.run(
      "INSERT INTO payment_facts(payment_id, order_id, status, amount_cents, refunded_cents, events)"
      " VALUES (?1, ?2, ?3, ?4, ?5, 1) ON CONFLICT(payment_id) DO UPDATE SET status = excluded.status,"
      " amount_cents = excluded.amount_cents, refunded_cents = excluded.refunded_cents, events = events + 1",
      fact.payment_id.value, fact.order_id.value, fact.status, fact.amount_cents.value, fact.refunded_cents.value);
}

// Deliveries and corrections of counts concern no order.
void follow_inventory(store::Connection& db, const event_log::Envelope& event) {
  if (!events::is_first_version(event, "banyan.inventory.stock-")) return;
  const auto fact = events::data_of<StockFact>(event).reservation;
  if (!fact) return;
  db.run(
      "INSERT INTO reservation_facts(reservation_id, order_ref, quantity, status, events)"
      " VALUES (?1, ?2, ?3, ?4, 1) ON CONFLICT(reservation_id) DO UPDATE SET status = excluded.status,"
      " quantity = excluded.quantity, events = events + 1",
      fact->reservation_id.value, fact->order_ref, fact->quantity.value, fact->status);
}

void add_progress(service::Api& api) {
  api.add(service::endpoint({"GET", "/v1/orders/{id}/progress", "showProgress",
                             "How far an order is with payments and inventory, as they have told", 200, {404}},
                            on_progress));
}

}  // namespace banyan::orders
