#include "extracted_services/payments/charge_api.hpp"

#include "extracted_services/payments/bank_refunds.hpp"
#include "extracted_services/payments/charges.hpp"

namespace banyan::payments {

using service::Bounded;
using service::Call;
using service::None;

struct BankChargeWish {
  service::Key key;
  service::Positive order_id;
  Bounded<1, 1'000'000'000'000> amount_cents;
  std::string method;
  std::optional<std::string> token;
  std::optional<std::string> currency;
};
BOOST_DESCRIBE_STRUCT(BankChargeWish, (), (key, order_id, amount_cents, method, token, currency))

struct ChargeName {
  service::Key key;
};
BOOST_DESCRIBE_STRUCT(ChargeName, (), (key))

struct ChargeQuery {
  std::string key;
};
BOOST_DESCRIBE_STRUCT(ChargeQuery, (), (key))

struct RefundWish {
  std::optional<Bounded<1, 1'000'000'000'000>> amount_cents;
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(RefundWish, (), (amount_cents, reason))

struct UnsettledQuery {
  service::Limit limit;
  service::Offset offset;
};
BOOST_DESCRIBE_STRUCT(UnsettledQuery, (), (limit, offset))

struct UnsettledPage {
  std::vector<UnsettledRefund> refunds;
  std::int64_t limit;
  std::int64_t offset;
};
BOOST_DESCRIBE_STRUCT(UnsettledPage, (), (refunds, limit, offset))

namespace {

service::Fault no_bank() {
  return {503, "no_bank", "no bank is configured", {}, "start the service with --bank HOST:PORT"};
}

Outcome<BankCharge> on_find(const Call<ChargeQuery>& call, store::Connection& db) {
  auto found = find_charge(db, call.query.key);
  if (!found) return service::not_found("charge " + call.query.key + " not found");
  return std::move(*found);
}

Outcome<BankCharge> on_charge(const Call<None, BankChargeWish>& call, store::Connection& db) {
  const auto& wish = call.body;
  if (wish.method != "card" && wish.method != "transfer")
    return service::bad_request("method must be card or transfer", "/method");
  if (wish.method == "card" && !wish.token) return service::bad_request("token is required", "/token");
  if (auto wrong = wrong_currency(wish.currency.value_or("EUR"))) return std::move(*wrong);
  return ask_for(db, wish.key.value,
                 {wish.order_id.value, wish.amount_cents.value, wish.currency.value_or("EUR"), wish.method,
                  wish.token.value_or(""), true},
                 call.traceparent);
}

Outcome<Refund> on_refund(const Call<None, RefundWish>& call, store::Connection& db) {
  const auto amount =
      call.body.amount_cents ? std::optional<std::int64_t>(call.body.amount_cents->value) : std::nullopt;
  return pay_back(db, call.id(), amount, call.body.reason.value_or("refund"), call.traceparent);
}

Outcome<UnsettledPage> on_unsettled(const Call<UnsettledQuery>& call, store::Connection& db) {
  const auto limit = call.query.limit.value, offset = call.query.offset.value;
  return UnsettledPage{unsettled_refunds(db, limit, offset), limit, offset};
}

// Without a bank the row waits for one.
void add_refunds(service::Api& api, const WakeBank& wake) {
  const std::function<Outcome<Refund>(const Call<None, RefundWish>&, store::Connection&)> refund =
      [wake](const auto& call, store::Connection& db) {
        auto made = on_refund(call, db);
        wake();
        return made;
      };
  service::Spec spec{"POST", "/v1/payments/{id}/refunds", "refundPayment", "Pay back all or a part", 201, {404, 409}};
  spec.empty_body_ok = true;
  api.add(service::endpoint(spec, refund));
  api.add(service::endpoint({"GET", "/v1/refunds/unsettled", "listUnsettledRefunds",
                             "Refunds that the bank has not made yet, or refuses"},
                            on_unsettled));
}

}  // namespace

void add_charges(service::Api& api, const WakeBank& wake) {
  using service::endpoint;
  const std::function<Outcome<BankCharge>(const Call<None, BankChargeWish>&, store::Connection&)> charge =
      [wake](const auto& call, store::Connection& db) -> Outcome<BankCharge> {
    if (!wake()) return no_bank();
    return on_charge(call, db);
  };
  const std::function<Outcome<BankCharge>(const Call<None, ChargeName>&, store::Connection&)> cancel =
      [wake](const auto& call, store::Connection& db) -> Outcome<BankCharge> {
    if (!wake()) return no_bank();
    return cancel_charge(db, call.body.key.value);
  };
  service::Spec charge_spec{"POST",  "/v1/charges", "chargeAtBank", "Charge at the bank, once per key",
                            201, {402, 409}};
  charge_spec.may_be_pending = true;
  api.add(endpoint(charge_spec, charge));
  api.add(endpoint({"GET", "/v1/charges", "getCharge", "What has become of a key", 200, {404}}, on_find));
  service::Spec cancel_spec{"POST", "/v1/charges/cancel", "cancelCharge",
                            "Give the money back; of an unknown key: it can never be charged", 200, {409}};
  cancel_spec.may_be_pending = true;
  api.add(endpoint(cancel_spec, cancel));
  add_refunds(api, wake);
}

}  // namespace banyan::payments
