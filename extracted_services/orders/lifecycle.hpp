// The steps of an order that are the orders' own. Each changes the order, writes its history and tells the
// others (announce.hpp), in the transaction of its caller, on the writer thread. `traceparent`: of the cause. Stock and money are other services' steps of the same
// saga.
#pragma once
#include "extracted_services/orders/order_rows.hpp"
#include "extracted_services/orders/status.hpp"
#include "extracted_services/service/fault.hpp"

namespace banyan::orders {

using service::Outcome;

// A priced order: quoting is the pricing module's business.
struct NewOrder {
  std::int64_t customer_id;
  std::string currency;
  std::vector<Item> items;  // line and line_total_cents are set here
  std::int64_t discount_cents;
  std::int64_t tax_cents;
  std::int64_t shipping_cents;
  std::optional<std::string> coupon_code;
};

Outcome<Order> require_order(store::Connection& db, std::int64_t id);
Outcome<Order> create_pending(store::Connection& db, const NewOrder& wanted, const std::string& traceparent = {});
Outcome<Order> confirm(store::Connection& db, std::int64_t id, std::int64_t payment_id,
                       const std::string& payment_reference, const std::string& traceparent = {});
Outcome<Order> ship(store::Connection& db, std::int64_t id, const std::string& shipment,
                    const std::string& traceparent = {});
Outcome<Order> deliver(store::Connection& db, std::int64_t id, const std::string& shipment,
                       const std::string& traceparent = {});
Outcome<Order> cancel(store::Connection& db, std::int64_t id, const std::string& reason,
                      const std::string& traceparent = {});
Outcome<Order> note_refund(store::Connection& db, std::int64_t id, std::int64_t amount_cents,
                           const std::string& traceparent = {});

}  // namespace banyan::orders
