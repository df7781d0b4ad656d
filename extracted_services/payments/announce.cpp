#include "extracted_services/payments/announce.hpp"

#include "extracted_services/outbox/outbox.hpp"
#include "extracted_services/service/fields.hpp"

namespace banyan::payments {

// Version 1 of the data.
struct ToldPayment {
  std::int64_t payment_id = 0;
  std::int64_t order_id = 0;
  std::string reference;
  std::string method;
  std::string status;
  std::string currency;
  std::int64_t amount_cents = 0;
  std::int64_t refunded_cents = 0;
};
BOOST_DESCRIBE_STRUCT(ToldPayment, (),
                      (payment_id, order_id, reference, method, status, currency, amount_cents, refunded_cents))

void announce(store::Connection& db, const Payment& payment, std::string_view what, const std::string& traceparent) {
  const ToldPayment told{payment.id,     payment.order_id, payment.reference,    payment.method,
                         payment.status, payment.currency, payment.amount_cents, payment.refunded_cents};
  outbox::append(db, {.type = "banyan.payments.payment-" + std::string(what) + ".v1",
                      .key = aggregate_of(payment),
                      .data = service::write_json(told),
                      .traceparent = traceparent,
                      .time = {}});
}

}  // namespace banyan::payments
