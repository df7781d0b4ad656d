#include "extracted_services/inventory/hold_api.hpp"

#include "extracted_services/inventory/holds.hpp"

namespace banyan::inventory {

using service::Bounded;
using service::Call;
using service::None;

struct LineWish {
  service::Positive product_id;
  Bounded<1, 999> quantity;
};
BOOST_DESCRIBE_STRUCT(LineWish, (), (product_id, quantity))

struct HoldWish {
  service::Key key;
  std::string order_ref;
  service::List<LineWish, 1, 50> items;
};
BOOST_DESCRIBE_STRUCT(HoldWish, (), (key, order_ref, items))

struct HoldName {
  service::Key key;
};
BOOST_DESCRIBE_STRUCT(HoldName, (), (key))

struct HoldQuery {
  std::string key;
};
BOOST_DESCRIBE_STRUCT(HoldQuery, (), (key))

namespace {

Outcome<Hold> on_hold(const Call<None, HoldWish>& call, store::Connection& db) {
  std::vector<Line> lines;
  for (const auto& item : call.body.items.values) lines.push_back({item.product_id.value, item.quantity.value});
  return hold(db, call.body.key.value, call.body.order_ref, lines, call.traceparent);
}

Outcome<Hold> on_release_hold(const Call<None, HoldName>& call, store::Connection& db) {
  return release_hold(db, call.body.key.value, call.traceparent);
}

Outcome<Hold> on_commit_hold(const Call<None, HoldName>& call, store::Connection& db) {
  return commit_hold(db, call.body.key.value, call.traceparent);
}

Outcome<Hold> on_return_hold(const Call<None, HoldName>& call, store::Connection& db) {
  return return_hold(db, call.body.key.value, call.traceparent);
}

Outcome<Hold> on_find_hold(const Call<HoldQuery>& call, store::Connection& db) {
  auto found = find_hold(db, call.query.key);
  if (!found) return service::not_found("hold " + call.query.key + " not found");
  return std::move(*found);
}

}  // namespace

void add_holds(service::Api& api) {
  using service::endpoint;
  const std::string path = "/v1/inventory/holds";
  api.add(endpoint({"POST", path, "holdGoods", "Hold all lines for an order or none; once per key", 201, {404, 409}},
                   on_hold));
  api.add(endpoint({"GET", path, "getHold", "What a key holds", 200, {404}}, on_find_hold));
  api.add(endpoint({"POST", path + "/release", "releaseHold",
                    "The goods go back on hand; of an unknown key: it can never be held", 200, {409}},
                   on_release_hold));
  api.add(endpoint({"POST", path + "/commit", "commitHold", "The goods are sold", 200, {404, 409}}, on_commit_hold));
  api.add(endpoint({"POST", path + "/return", "returnHold",
                    "The goods go back on hand, sold ones too; of an unknown key: it can never be held", 200, {409}},
                   on_return_hold));
}

}  // namespace banyan::inventory
