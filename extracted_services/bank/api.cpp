#include "extracted_services/bank/bank.hpp"
#include "extracted_services/bank/faults.hpp"
#include "extracted_services/bank/ledger.hpp"
#include "extracted_services/bank/schema.hpp"

namespace banyan::bank {

using service::Bounded;
using service::Call;
using service::None;

struct ChargeWish {
  service::Key key;
  Bounded<1, 1'000'000'000'000> amount_cents;
  std::string currency;
  std::string method;
  std::optional<std::string> token;
};
BOOST_DESCRIBE_STRUCT(ChargeWish, (), (key, amount_cents, currency, method, token))

struct RefundWish {
  service::Key key;
  service::Key charge;
  Bounded<1, 1'000'000'000'000> amount_cents;
};
BOOST_DESCRIBE_STRUCT(RefundWish, (), (key, charge, amount_cents))

struct ChargeName {
  service::Key key;
};
BOOST_DESCRIBE_STRUCT(ChargeName, (), (key))

struct ChargeQuery {
  std::string key;
};
BOOST_DESCRIBE_STRUCT(ChargeQuery, (), (key))

struct PageQuery {
  service::Limit limit;
  service::Offset offset;
};
BOOST_DESCRIBE_STRUCT(PageQuery, (), (limit, offset))

struct EntryPage {
  std::vector<Entry> entries;
  std::int64_t limit;
  std::int64_t offset;
};
BOOST_DESCRIBE_STRUCT(EntryPage, (), (entries, limit, offset))

struct FaultWish {
  std::string kind;
  std::optional<Bounded<1, 1'000'000>> count;
  std::optional<Bounded<0, 600'000>> delay_ms;
};
BOOST_DESCRIBE_STRUCT(FaultWish, (), (kind, count, delay_ms))

struct FaultPlan {
  std::vector<PlannedFault> planned;
  std::int64_t suffered;
};
BOOST_DESCRIBE_STRUCT(FaultPlan, (), (planned, suffered))

namespace {

Outcome<Charge> on_find(const Call<ChargeQuery>& call, store::Connection& db) {
  auto found = find_charge(db, call.query.key);
  if (!found) return service::not_found("charge " + call.query.key + " not found");
  return std::move(*found);
}

Outcome<Charge> on_void(const Call<None, ChargeName>& call, store::Connection& db) {
  return void_charge(db, call.body.key.value);
}

Outcome<Refund> on_refund(const Call<None, RefundWish>& call, store::Connection& db) {
  return refund(db, {call.body.key.value, call.body.charge.value, call.body.amount_cents.value});
}

Outcome<Totals> on_totals(const Call<>&, store::Connection& db) { return totals(db); }

Outcome<EntryPage> on_entries(const Call<PageQuery>& call, store::Connection& db) {
  const auto limit = call.query.limit.value, offset = call.query.offset.value;
  return EntryPage{list_entries(db, limit, offset), limit, offset};
}

void add_money(service::Api& api, const std::shared_ptr<Faults>& faults) {
  using service::endpoint;
  const std::function<Outcome<Charge>(const Call<None, ChargeWish>&, store::Connection&)> on_charge =
      [faults](const Call<None, ChargeWish>& call, store::Connection& db) {
        const auto& wish = call.body;
        const bool decline = faults->take_decline();
        return charge(db,
                      {wish.key.value, wish.amount_cents.value, wish.currency, wish.method, wish.token.value_or("")},
                      decline ? std::optional<std::string>("declined on command") : std::nullopt);
      };
  api.add(endpoint({"POST", "/v1/charges", "charge", "Take money, once per key", 201, {402, 409}}, on_charge));
  api.add(endpoint({"GET", "/v1/charges", "getCharge", "What has become of a key", 200, {404}}, on_find));
  api.add(endpoint({"POST", "/v1/charges/void", "voidCharge",
                    "Give the money back; of an unknown key: it can never be charged", 200, {409}},
                   on_void));
  api.add(endpoint({"POST", "/v1/refunds", "refund", "Give back a part of a charge, once per key", 201, {404, 409}}, on_refund));
  api.add(endpoint({"GET", "/v1/ledger", "getTotals", "The money that has moved, in sums"}, on_totals));
  api.add(endpoint({"GET", "/v1/ledger/entries", "listEntries", "The money that has moved, oldest first"}, on_entries));
}

void add_control(service::Api& api, const std::shared_ptr<Faults>& faults) {
  using service::endpoint;
  const auto plan = [faults] { return FaultPlan{faults->planned(), faults->suffered()}; };
  const std::function<Outcome<FaultPlan>(const Call<None, FaultWish>&, store::Connection&)> on_add =
      [faults, plan](const Call<None, FaultWish>& call, store::Connection&) -> Outcome<FaultPlan> {
    const auto& wish = call.body;
    if (!is_fault_kind(wish.kind))
      return service::bad_request("kind must be decline, delay_before, delay_after, cut_before or cut_after",
                                  "/kind");
    faults->add({wish.kind, wish.count ? wish.count->value : 1, wish.delay_ms ? wish.delay_ms->value : 0});
    return plan();
  };
  const std::function<Outcome<FaultPlan>(const Call<>&, store::Connection&)> on_list =
      [plan](const Call<>&, store::Connection&) -> Outcome<FaultPlan> { return plan(); };
  const std::function<Outcome<FaultPlan>(const Call<>&, store::Connection&)> on_clear =
      [faults, plan](const Call<>&, store::Connection&) -> Outcome<FaultPlan> {
    faults->clear();
    return plan();
  };
  api.add(endpoint({"POST", "/v1/faults", "planFault", "Misbehave with the next charges and refunds", 201}, on_add));
  api.add(endpoint({"GET", "/v1/faults", "listFaults", "What is still planned"}, on_list));
  api.add(endpoint({"DELETE", "/v1/faults", "clearFaults", "Behave again"}, on_clear));
}

service::Api make_api(const std::shared_ptr<Faults>& faults) {
  service::Api api("Bank", "1.0.0");
  add_money(api, faults);
  add_control(api, faults);
  return api;
}

}  // namespace

service::Definition definition() {
  const auto faults = std::make_shared<Faults>();
  service::Definition made{.name = "bank",
                           .summary = "A bank that can be told to misbehave",
                           .version = "1.0.0",
                           .port = 8099,
                           .migrations = migrations(),
                           .api = [faults] { return make_api(faults); }};
  made.disturb = [faults](const service::Request& request) { return faults->on_request(request); };
  return made;
}

}  // namespace banyan::bank
