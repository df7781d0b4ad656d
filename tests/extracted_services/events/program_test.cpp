// Orders through the real programs with a real log between them: what each service believes of the others by
// their events, against what the others have in their own databases.
#include "tests/extracted_services/saga/shop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <random>

namespace banyan::services_test {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<std::string> tellers{"orders", "payments", "inventory"};

// Everything that was told has arrived wherever it is followed.
bool caught_up(const SagaShop& shop) {
  std::map<std::string, std::int64_t> told;
  for (const auto& name : tellers) {
    if (shop.number(name, "SELECT count(*) FROM outbox") > 0) return false;
    told[name] = shop.number(name, "SELECT coalesce(sum(last), 0) FROM outbox_keys");
  }
  const auto applied = [&](const std::string& by, const std::string& topic) {
    return shop.number(by, "SELECT coalesce(sum(last), 0) FROM inbox_keys WHERE topic = '" + topic + "'");
  };
  return applied("payments", "orders") == told["orders"] && applied("orders", "payments") == told["payments"] &&
         applied("orders", "inventory") == told["inventory"];
}

// What does not hold between the views and the truth, in words.
std::vector<std::string> differences(const SagaShop& shop) {
  std::vector<std::string> found;
  const auto same = [&](const std::string& what, const std::string& one, const std::string& sql,
                        const std::string& other, const std::string& truth) {
    const auto is = shop.rows(one, sql), must_be = shop.rows(other, truth);
    if (is != must_be) found.push_back(what + ":\n" + is + "instead of\n" + must_be);
  };
  same("payments, as the orders see them", "orders",
       "SELECT payment_id, order_id, status, amount_cents, refunded_cents FROM payment_facts ORDER BY payment_id",
       "payments", "SELECT id, order_id, status, amount_cents, refunded_cents FROM payments ORDER BY id");
  same("reservations, as the orders see them", "orders",
       "SELECT reservation_id, order_ref, quantity, status FROM reservation_facts ORDER BY reservation_id",
       "inventory", "SELECT id, order_ref, quantity, status FROM reservations ORDER BY id");
  same("orders, as the payments see them", "payments",
       "SELECT order_id, number, status, owed_cents FROM order_claims ORDER BY order_id", "orders",
       "SELECT id, number, status, CASE WHEN status IN ('paid', 'shipped', 'delivered')"
       " THEN total_cents - refunded_cents ELSE 0 END FROM orders ORDER BY id");
  // Applied once each: a row counts the events that made it.
  same("events of payments", "orders", "SELECT 'payment/' || payment_id, events FROM payment_facts ORDER BY 1",
       "payments", "SELECT key, last FROM outbox_keys ORDER BY 1");
  same("events of stock", "orders", "SELECT coalesce(sum(events), 0) FROM reservation_facts", "inventory",
       "SELECT coalesce(sum(last), 0) FROM outbox_keys");
  same("events of orders", "payments", "SELECT 'order/' || order_id, events FROM order_claims ORDER BY 1", "orders",
       "SELECT key, last FROM outbox_keys ORDER BY 1");
  for (const auto& name : tellers)
    if (const auto parked = shop.rows(name, "SELECT topic, key, sequence, reason FROM inbox_parked"); !parked.empty())
      found.push_back("parked at " + name + ":\n" + parked);
  return found;
}

// In the log itself: every key of every producer as 1, 2, 3, ... where repetitions only repeat what was there.
std::vector<std::string> disorder(const SagaShop& shop) {
  std::vector<std::string> found;
  for (const auto& topic : tellers) {
    const auto body = shop.client("log").get("/v1/topics/" + topic +
                                             "/events?from=0:0,1:0,2:0,3:0,4:0,5:0,6:0,7:0&limit=10000").body;
    std::map<std::string, std::int64_t> last;
    const auto answer = json::parse(body);
    for (const auto& record : answer.at("events").as_array()) {
      const auto& event = record.at("event").as_object();
      auto& seen = last[std::string(event.at("partitionkey").as_string())];
      const auto sequence = event.at("keysequence").as_int64();
      if (sequence > seen + 1) found.push_back(topic + " " + json::serialize(event));
      seen = std::max(seen, sequence);
    }
  }
  return found;
}

TEST(EventPrograms, AnOrderIsToldInOrderAndTheViewsEqualTheTruth) {
  SagaShop shop(100, {.log = true});
  ASSERT_GT(shop.place("k1", 3, "tok_visa"), 0);
  ASSERT_GT(shop.place("k2", 1, "tok_declined"), 0);
  ASSERT_TRUE(shop.settle(30s));
  ASSERT_TRUE(support::eventually([&] { return caught_up(shop); }, 30s));
  EXPECT_THAT(differences(shop), IsEmpty());
  EXPECT_THAT(disorder(shop), IsEmpty());
  const auto progress = shop.get("orders", "/v1/orders/1/progress");
  EXPECT_EQ(json::serialize(progress),
            R"({"order_id":1,"number":"SO-000001","status":"shipped","captured_cents":7497,"refunded_cents":0,)"
            R"("held_units":0,"sold_units":3,"released_units":0})");
  EXPECT_EQ(shop.get("orders", "/v1/orders/2/progress").at("released_units").as_int64(), 1);
  const auto compared = shop.get("payments", "/v1/payments/reconciliation");
  EXPECT_EQ(compared.at("known_orders").as_int64(), 2);
  EXPECT_EQ(compared.at("different_orders").as_int64(), 0);
  // One trace from the request to the last event of another service.
  const auto body = shop.client("log").get("/v1/topics/inventory/events?from=0:0,1:0,2:0,3:0,4:0,5:0,6:0,7:0").body;
  const auto saga = shop.get("orders", "/v1/sagas/1");
  const std::string trace = std::string(saga.at("traceparent").as_string()).substr(0, 35);
  ASSERT_FALSE(trace.empty());
  EXPECT_THAT(body, HasSubstr(trace));
}

TEST(EventPrograms, MoneyWithoutAnOrderThatOwesItIsADifference) {
  SagaShop shop(100, {.log = true});
  auto orders = shop.client("orders");
  const auto made = orders.request("POST", "/v1/orders", {},
                                   R"({"customer_id":1,"items":[{"product_id":1,"sku":"S","name":"K","quantity":1,)"
                                   R"("unit_price_cents":500}]})");
  ASSERT_EQ(made.status, 201);
  // Charged for an order that nobody confirms.
  const auto charged = shop.client("payments").request(
      "POST", "/v1/payments", {}, R"({"order_id":1,"amount_cents":500,"method":"card","token":"tok_visa"})");
  ASSERT_EQ(charged.status, 201);
  const std::string target = "/v1/payments/reconciliation?different=true";
  ASSERT_TRUE(support::eventually(
      [&] { return shop.get("payments", target).at("different_orders").as_int64() == 1; }, 30s));
  EXPECT_EQ(shop.get("payments", target).at("orders").at(0).at("difference_cents").as_int64(), 500);
  orders.request("POST", "/v1/orders/1/confirm", {}, R"({"payment_id":1,"payment_reference":"PAY-000001"})");
  EXPECT_TRUE(support::eventually(
      [&] { return shop.get("payments", target).at("different_orders").as_int64() == 0; }, 30s));
}

TEST(EventPrograms, WithoutALogEventsWaitAndALogNamedLaterGetsThemAll) {
  SagaShop shop(100, {.log = true, .named_at_start = false});
  ASSERT_GT(shop.place("k1", 2, "tok_visa"), 0);
  ASSERT_TRUE(shop.settle(30s));
  const auto outbox = shop.get("orders", "/v1/events/outbox");
  EXPECT_FALSE(outbox.at("connected").as_bool());
  EXPECT_EQ(outbox.at("waiting").as_int64(), 3);  // placed, paid, shipped
  EXPECT_EQ(shop.get("orders", "/v1/orders/1/progress").at("captured_cents").as_int64(), 0);
  shop.name_log();
  for (const auto& name : tellers) {
    shop.kill(name);
    shop.start(name);
  }
  ASSERT_TRUE(support::eventually([&] { return caught_up(shop); }, 30s));
  EXPECT_THAT(differences(shop), IsEmpty());
}

// An event that cannot be applied parks its order, not the others; an operator replays or skips it.
TEST(EventPrograms, AParkedEventIsSeenReplayedAndSkipped) {
  SagaShop shop(100, {.log = true});
  const auto event = [](int sequence, const std::string& type, const std::string& data) {
    return R"({"specversion":"1.0","id":")" + std::to_string(sequence) +
           R"(","source":"urn:banyan:orders:other","type":")" + type + R"(","partitionkey":"order/77","keysequence":)" +
           std::to_string(sequence) + R"(,"data":)" + data + "}";
  };
  const std::string good = R"({"order_id":77,"number":"X-77","status":"paid","total_cents":5,"refunded_cents":0})";
  const auto append = [&](const std::string& events) {
    EXPECT_EQ(shop.client("log").request("POST", "/v1/topics/orders/events", {}, "{\"events\":[" + events + "]}").status,
              200);
  };
  append(event(1, "banyan.orders.order-placed.v1", R"({"order_id":77})") + "," +
         event(2, "banyan.orders.order-paid.v1", good) + "," + event(3, "banyan.orders.order-shipped.v2", good));
  ASSERT_GT(shop.place("k1", 1, "tok_visa"), 0);
  const auto parked = [&] { return shop.get("payments", "/v1/events/parked").at("parked").as_array(); };
  ASSERT_TRUE(support::eventually([&] { return parked().size() == 3; }, 30s));
  EXPECT_THAT(std::string(parked().at(0).at("reason").as_string()), HasSubstr("/data/number is required"));
  EXPECT_EQ(shop.get("payments", "/v1/events/inbox").at("parked_keys").as_int64(), 1);
  ASSERT_TRUE(shop.settle(30s));
  ASSERT_TRUE(support::eventually(
      [&] { return shop.get("payments", "/v1/payments/reconciliation").at("known_orders").as_int64() == 1; }, 30s));
  auto payments = shop.client("payments");
  const auto act = [&](std::int64_t id, const std::string& what) {
    return payments.request("POST", "/v1/events/parked/" + std::to_string(id) + "/" + what, {},
                            R"({"who":"ada","why":"a test"})");
  };
  const auto first = parked().at(0).at("id").as_int64();
  EXPECT_EQ(act(first, "replay").status, 409);
  EXPECT_EQ(act(first + 1, "replay").status, 409);  // not the next one
  const auto skipped = act(first, "skip");
  EXPECT_EQ(skipped.status, 200) << skipped.body;
  ASSERT_EQ(parked().size(), 1u);  // the second was applied, the third is of a version nobody knows here
  EXPECT_THAT(std::string(parked().at(0).at("reason").as_string()), HasSubstr("version 1 only"));
  EXPECT_EQ(act(first, "skip").status, 404);
  EXPECT_EQ(payments.request("POST", "/v1/events/parked/" + std::to_string(first + 2) + "/skip", {}, "{}").status, 400);
  EXPECT_EQ(shop.get("payments", "/v1/events/audit").at("audit").as_array().size(), 2u);
  EXPECT_THAT(payments.get("/metrics").body, HasSubstr("banyan_inbox_parked_total{topic=\"orders\"} 3"));
}

// Any process is killed at any moment while orders come in and the network between them misbehaves.
TEST(EventPrograms, KilledAtAnyMomentNoEventIsLostAndNoneIsAppliedTwice) {
  const int orders = std::getenv("BANYAN_SAGA_ORDERS") ? std::atoi(std::getenv("BANYAN_SAGA_ORDERS")) : 40;
  const unsigned seed = std::getenv("BANYAN_SEED") ? static_cast<unsigned>(std::atoi(std::getenv("BANYAN_SEED"))) : 7;
  std::mt19937 dice(seed);
  SagaShop shop(10'000, {.faulty_network = true, .seed = seed, .log = true});
  const std::vector<std::string> victims{"log", "orders", "payments", "inventory"};
  std::map<std::string, int> killed;
  for (int i = 0; i < orders; ++i) {
    const std::string key = "order-" + std::to_string(i);
    const std::string token = dice() % 10 == 0 ? "tok_declined" : "tok_visa";
    const int quantity = 1 + static_cast<int>(dice() % 3);
    ASSERT_TRUE(support::eventually([&] { return shop.place(key, quantity, token) > 0; }, 30s)) << "seed " << seed;
    if (i % 3 != 0) continue;
    const auto& victim = victims[static_cast<std::size_t>(i / 3) % victims.size()];
    shop.kill(victim);
    ++killed[victim];
    shop.start(victim);
  }
  for (const auto& victim : victims) EXPECT_GT(killed[victim], 1) << victim;
  const int faults = shop.calm();
  ASSERT_TRUE(shop.settle(60s)) << "seed " << seed;
  ASSERT_TRUE(support::eventually([&] { return caught_up(shop); }, 60s)) << "seed " << seed;
  EXPECT_THAT(shop.violations(10'000), IsEmpty()) << "seed " << seed;
  EXPECT_THAT(differences(shop), IsEmpty()) << "seed " << seed;
  EXPECT_THAT(disorder(shop), IsEmpty()) << "seed " << seed;
  std::int64_t told = 0, kept = 0;
  for (const auto& name : tellers) {
    told += shop.number(name, "SELECT sum(last) FROM outbox_keys");
    kept += shop.number("log", "SELECT sum(next) FROM partitions WHERE topic = '" + name + "'");
  }
  EXPECT_GE(kept, told);
  std::cout << orders << " orders, " << told << " events, " << kept - told << " of them sent again and dropped, "
            << faults << " faults of the network, kills:";
  for (const auto& [victim, times] : killed) std::cout << " " << victim << " " << times;
  std::cout << "\n";
}

}  // namespace
}  // namespace banyan::services_test
