#include "extracted_services/orders/announce.hpp"

#include "extracted_services/outbox/outbox.hpp"
#include "extracted_services/service/fields.hpp"

namespace banyan::orders {

// Version 1 of the data. Members may be added; a member that changes its meaning makes version 2.
struct ToldItem {
  std::int64_t product_id = 0;
  std::int64_t quantity = 0;
};
BOOST_DESCRIBE_STRUCT(ToldItem, (), (product_id, quantity))

struct ToldOrder {
  std::int64_t order_id = 0;
  std::string number;
  std::int64_t customer_id = 0;
  std::string status;
  std::string currency;
  std::int64_t total_cents = 0;
  std::int64_t refunded_cents = 0;
  std::optional<std::int64_t> payment_id;
  std::vector<ToldItem> items;
};
BOOST_DESCRIBE_STRUCT(ToldOrder, (),
                      (order_id, number, customer_id, status, currency, total_cents, refunded_cents, payment_id, items))

void announce(store::Connection& db, const Order& order, std::string_view what, const std::string& traceparent) {
  ToldOrder told{order.id,          order.number,         order.customer_id, order.status, order.currency,
                 order.total_cents, order.refunded_cents, order.payment_id,  {}};
  for (const auto& item : order.items) told.items.push_back({item.product_id, item.quantity});
  outbox::append(db, {.type = "banyan.orders.order-" + std::string(what) + ".v1",
                      .key = aggregate_of(order),
                      .data = service::write_json(told),
                      .traceparent = traceparent,
                      .time = {}});
}

}  // namespace banyan::orders
