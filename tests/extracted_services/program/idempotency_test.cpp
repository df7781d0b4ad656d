// Retries over real HTTP against the real program, which is killed in between.
#include "extracted_services/store/connection.hpp"
#include "tests/extracted_services/program/fixture.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace banyan::services_test {
namespace {

const std::string take_one = R"({"order_ref":"SO-1","product_id":1,"quantity":1})";

struct IdempotencyTest : testing::Test {
  support::TempDir dir;
  std::filesystem::path db = dir / "inventory.db";
  std::unique_ptr<Running> service;

  void start(std::vector<std::string> more = {}) {
    service = run_service("inventory", db, dir / "log", std::move(more));
  }
  support::HttpResponse reserve(const std::string& key, const std::string& body = take_one) {
    return service->client().request("POST", "/api/inventory/reservations", {{"Idempotency-Key", key}}, body);
  }
  std::int64_t number(const std::string& sql) {
    const auto reader = store::open_reader(db);
    auto row = reader->query(sql);
    row.next();
    return row.integer(0);
  }
};

TEST_F(IdempotencyTest, TenAtOnceWithOneKeyActOnce) {
  make_inventory(db, 500);
  start();
  for (int round = 0; round < 20; ++round) {
    const std::string key = "round-" + std::to_string(round);
    std::vector<support::HttpResponse> answers(10);
    std::vector<std::thread> callers;
    for (auto& answer : answers) callers.emplace_back([&] { answer = reserve(key); });
    for (auto& caller : callers) caller.join();
    std::set<std::string> bodies;
    for (const auto& answer : answers) {
      ASSERT_TRUE(answer.status == 201 || answer.status == 409) << answer.body;
      if (answer.status == 201) bodies.insert(answer.body);
    }
    EXPECT_EQ(bodies.size(), 1u) << "two different answers for one key, or none";
    EXPECT_EQ(reserve(key).body, *bodies.begin());
  }
  EXPECT_EQ(number("SELECT count(*) FROM reservations"), 20);
  EXPECT_EQ(number("SELECT on_hand FROM stock"), 480);
}

TEST_F(IdempotencyTest, AnotherBodyOrPathOrAccountUnderTheSameKeyIsRefused) {
  make_inventory(db, 5);
  start();
  EXPECT_EQ(reserve("k").status, 201);
  EXPECT_EQ(reserve("k", R"({"order_ref":"SO-1","product_id":1,"quantity":2})").status, 422);
  auto client = service->client();
  EXPECT_EQ(client.request("POST", "/v1/inventory/reservations", {{"Idempotency-Key", "k"}}, take_one).status,
            422);
  const support::HttpHeaders other{{"Idempotency-Key", "k"}, {"X-Account-Id", "9"}};
  EXPECT_EQ(client.request("POST", "/api/inventory/reservations", other, take_one).status, 422);
  EXPECT_EQ(number("SELECT count(*) FROM reservations"), 1);
}

TEST_F(IdempotencyTest, KeysLieWithTheAggregateTheyActedOn) {
  make_inventory(db, 5);
  start();
  reserve("k");
  EXPECT_EQ(number("SELECT count(*) FROM idempotency_keys WHERE key = 'k' AND aggregate = 'stock/1'"), 1);
}

TEST_F(IdempotencyTest, KilledWhileWorkingTheRetryStillActsOnce) {
  constexpr int callers = 4, rounds = 5;
  make_inventory(db, 100'000);
  std::vector<std::pair<std::string, std::string>> acknowledged;
  std::mutex mutex;
  int asked = 0;
  for (int round = 0; round < rounds; ++round) {
    start();
    std::atomic<int> answered = 0;
    std::vector<std::thread> threads;
    for (int caller = 0; caller < callers; ++caller)
      threads.emplace_back([&, caller] {
        for (int i = 0;; ++i) try {
            const auto key = std::to_string(round) + "-" + std::to_string(caller) + "-" + std::to_string(i);
            const auto answer = reserve(key);
            if (answer.status != 201) return;
            const std::lock_guard lock(mutex);
            acknowledged.emplace_back(key, answer.body);
            ++answered;
          } catch (const std::exception&) {
            return;  // killed
          }
      });
    EXPECT_TRUE(support::eventually([&] { return answered > 60; }));
    service->process().kill_hard();
    for (auto& thread : threads) thread.join();
    asked = static_cast<int>(acknowledged.size());
  }
  ASSERT_GT(asked, rounds * 60);
  start();
  for (const auto& [key, body] : acknowledged) {
    const auto again = reserve(key);
    ASSERT_EQ(again.status, 201);
    ASSERT_EQ(again.body, body) << "an acknowledged answer changed or acted twice";
  }
  // One reservation per key, whether its answer arrived or was cut off by a kill.
  EXPECT_EQ(number("SELECT count(*) FROM reservations"), number("SELECT count(*) FROM idempotency_keys"));
  EXPECT_EQ(number("SELECT 100000 - on_hand FROM stock"), number("SELECT count(*) FROM reservations"));
}

TEST_F(IdempotencyTest, WithoutAKeyTheMonolithsCallersStillWorkUnlessKeysAreRequired) {
  make_inventory(db, 5);
  start();
  EXPECT_EQ(service->client().request("POST", "/api/inventory/reservations", {}, take_one).status, 201);
  service->process().stop();
  start({"--require-idempotency-key"});
  const auto refused = service->client().request("POST", "/api/inventory/reservations", {}, take_one);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.body,
            R"({"error":{"code":"idempotency_key_required","message":"Idempotency-Key is required"}})");
  EXPECT_EQ(reserve("k").status, 201);
  EXPECT_EQ(service->client().get("/api/inventory/1").status, 200);
}

}  // namespace
}  // namespace banyan::services_test
