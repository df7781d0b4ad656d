#include "extracted_services/events/companion.hpp"
#include "extracted_services/payments/bank_companion.hpp"
#include "extracted_services/payments/ledger.hpp"
#include "extracted_services/payments/payments.hpp"
#include "extracted_services/payments/reconciliation.hpp"
#include "extracted_services/payments/schema.hpp"
#include "extracted_services/shop_dialect/dialect.hpp"

namespace banyan::payments {

using service::Bounded;
using service::Call;
using service::None;
using service::Positive;

struct PaymentQuery {
  std::optional<Positive> order_id;
  service::Limit limit;
  service::Offset offset;
};
BOOST_DESCRIBE_STRUCT(PaymentQuery, (), (order_id, limit, offset))

// What a card can be charged with at most is the bank's business; this bound keeps sums far from overflow.
using Cents = Bounded<1, 1'000'000'000'000>;

struct ChargeWish {
  Positive order_id;
  Cents amount_cents;
  std::string method;
  std::optional<std::string> token;
  std::optional<std::string> currency;
  std::optional<bool> capture;
};
BOOST_DESCRIBE_STRUCT(ChargeWish, (), (order_id, amount_cents, method, token, currency, capture))

struct PaymentPage {
  std::vector<Payment> payments;
  std::int64_t limit;
  std::int64_t offset;
};
BOOST_DESCRIBE_STRUCT(PaymentPage, (), (payments, limit, offset))

struct PaymentRefunds {
  std::int64_t payment_id;
  std::vector<Refund> refunds;
};
BOOST_DESCRIBE_STRUCT(PaymentRefunds, (), (payment_id, refunds))

namespace {

Outcome<PaymentPage> on_list(const Call<PaymentQuery>& call, store::Connection& db) {
  const auto limit = call.query.limit.value, offset = call.query.offset.value;
  const auto order_id =
      call.query.order_id ? std::optional<std::int64_t>(call.query.order_id->value) : std::nullopt;
  return PaymentPage{list_payments(db, order_id, limit, offset), limit, offset};
}

Outcome<Payment> on_show(const Call<>& call, store::Connection& db) { return require_payment(db, call.id()); }
Outcome<Totals> on_summary(const Call<>&, store::Connection& db) { return totals(db); }

Outcome<PaymentRefunds> on_refunds(const Call<>& call, store::Connection& db) {
  if (const auto payment = require_payment(db, call.id()); !payment) return payment.error();
  return PaymentRefunds{call.id(), list_refunds(db, call.id())};
}

Outcome<Payment> on_charge(const Call<None, ChargeWish>& call, store::Connection& db) {
  const auto& wish = call.body;
  if (wish.method != "card" && wish.method != "transfer")
    return service::bad_request("method must be card or transfer", "/method");
  if (wish.method == "card" && !wish.token) return service::bad_request("token is required", "/token");
  return charge(db, {wish.order_id.value, wish.amount_cents.value, wish.currency.value_or("EUR"), wish.method,
                     wish.token.value_or(""), wish.capture.value_or(true)},
                call.traceparent);
}

Outcome<Payment> on_capture(const Call<>& call, store::Connection& db) {
  return capture(db, call.id(), call.traceparent);
}
Outcome<Payment> on_void(const Call<>& call, store::Connection& db) {
  return cancel_authorization(db, call.id(), call.traceparent);
}

void add_reads(service::Api& api) {
  using shop_dialect::add_both;
  add_both(api, {"GET", "/payments", "listPayments", "Payments, lowest id first"}, on_list);
  add_both(api, {"GET", "/payments/summary", "summarizePayments", "What was captured and paid back in all"},
           on_summary);
  add_both(api, {"GET", "/payments/{id}", "getPayment", "One payment", 200, {404}}, on_show);
  add_both(api, {"GET", "/payments/{id}/refunds", "listRefunds", "A payment's refunds", 200, {404}},
           on_refunds);
}

void add_steps(service::Api& api) {
  using service::endpoint;
  api.add(endpoint(
      {"POST", "/v1/payments", "charge", "Authorise and, unless capture is false, capture", 201, {402, 409}},
      on_charge));
  api.add(endpoint({"POST",
                    "/v1/payments/{id}/capture",
                    "capturePayment",
                    "Take the money that was authorised",
                    200,
                    {404, 409}},
                   on_capture));
  api.add(endpoint(
      {"POST", "/v1/payments/{id}/void", "voidPayment", "Give an authorisation back", 200, {404, 409}},
      on_void));
}

service::Api make_api() {
  service::Api api("Payments", "1.0.0");
  api.use_dialect("/api/", shop_dialect::errors());
  add_reads(api);
  add_steps(api);
  add_reconciliation(api);
  return api;
}

}  // namespace

service::Definition definition() {
  return {.name = "payments",
          .summary = "The payment ledger as a service of its own",
          .version = "1.0.0",
          .port = 8092,
          .migrations = migrations(),
          .api = make_api,
          .import = copies(),
          .companions = [] {
            service::Companions all;
            all.push_back(make_bank_companion());
            all.push_back(events::make_companion("payments", {{"orders", follow_orders}}));
            return all;
          }};
}

}  // namespace banyan::payments
