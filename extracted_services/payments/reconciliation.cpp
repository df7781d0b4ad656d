#include "extracted_services/payments/reconciliation.hpp"

#include "extracted_services/events/reading.hpp"

namespace banyan::payments {
using service::Outcome;

// What is needed of an order's event.
struct OrderClaim {
  service::Positive order_id;
  std::string number;
  std::string status;
  service::Bounded<0, 1'000'000'000'000'000> total_cents;
  service::Bounded<0, 1'000'000'000'000'000> refunded_cents;
};
BOOST_DESCRIBE_STRUCT(OrderClaim, (), (order_id, number, status, total_cents, refunded_cents))

struct ReconciliationQuery {
  service::Flag different;
  service::Limit limit;
  service::Offset offset;
};
BOOST_DESCRIBE_STRUCT(ReconciliationQuery, (), (different, limit, offset))

struct Comparison {
  std::int64_t order_id = 0;
  std::string number;
  std::string status;
  std::int64_t owed_cents = 0;  // as the orders say
  std::int64_t net_cents = 0;   // captured, less what was paid back
  std::int64_t difference_cents = 0;
  std::int64_t events = 0;  // of this order that were applied
};
BOOST_DESCRIBE_STRUCT(Comparison, (), (order_id, number, status, owed_cents, net_cents, difference_cents, events))

struct Reconciliation {
  std::int64_t known_orders = 0;
  std::int64_t different_orders = 0;
  std::vector<Comparison> orders;
  std::int64_t limit = 0;
  std::int64_t offset = 0;
};
BOOST_DESCRIBE_STRUCT(Reconciliation, (), (known_orders, different_orders, orders, limit, offset))

namespace {

// Only an order that stands is owed for.
bool is_owed_for(const std::string& status) {
  return status == "paid" || status == "shipped" || status == "delivered";
}

constexpr const char* compared =
    "SELECT c.order_id, c.number, c.status, c.owed_cents,"
    " coalesce((SELECT sum(amount_cents - refunded_cents) FROM payments p WHERE p.order_id = c.order_id"
    " AND p.status IN ('captured', 'partly_refunded', 'refunded')), 0) AS net, c.events FROM order_claims c";

Outcome<Reconciliation> on_reconcile(const service::Call<ReconciliationQuery>& call, store::Connection& db) {
  const auto& query = call.query;
  Reconciliation made{0, 0, {}, query.limit.value, query.offset.value};
  auto sums = db.query(std::string("SELECT count(*), coalesce(sum(owed_cents <> net), 0) FROM (") + compared + ")");
  sums.next();
  made.known_orders = sums.integer(0);
  made.different_orders = sums.integer(1);
  auto row = db.query(std::string("SELECT * FROM (") + compared +
                          ") WHERE ?1 = 0 OR owed_cents <> net ORDER BY order_id LIMIT ?2 OFFSET ?3",
                      query.different.value ? 1 : 0, made.limit, made.offset);
  while (row.next())
    made.orders.push_back({row.integer(0), row.text(1), row.text(2), row.integer(3), row.integer(4),
                           row.integer(4) - row.integer(3), row.integer(5)});
  return made;
}

}  // namespace

void follow_orders(store::Connection& db, const event_log::Envelope& event) {
  if (!events::is_first_version(event, "banyan.orders.order-")) return;
  const auto claim = events::data_of<OrderClaim>(event);
  const auto owed = is_owed_for(claim.status) ? claim.total_cents.value - claim.refunded_cents.value : 0;
  db.run(
      "INSERT INTO order_claims(order_id, number, status, owed_cents, events) VALUES (?1, ?2, ?3, ?4, 1)"
      " ON CONFLICT(order_id) DO UPDATE SET number = excluded.number, status = excluded.status,"
      " owed_cents = excluded.owed_cents, events = events + 1",
      claim.order_id.value, claim.number, claim.status, owed);
}

void add_reconciliation(service::Api& api) {
  api.add(service::endpoint({"GET", "/v1/payments/reconciliation", "reconcile",
                             "What the orders say is owed, against the ledger; only what differs with different=true"},
                            on_reconcile));
}

}  // namespace banyan::payments
