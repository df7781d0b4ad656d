#include "router/plan/simulate.hpp"

#include "router/routing/explain.hpp"
#include "tests/router/plan/fixture.hpp"

namespace banyan::plan {
namespace {

using cutover::Stage;

TEST(Simulate, CountsRequestsAndCallersOfEveryStep) {
  const auto config = shop();
  const auto now = at(config, {});
  Simulator simulator(now, now);
  for (int caller = 0; caller < 2000; ++caller)
    for (int again = 0; again < 3; ++again) simulator.add(asked("GET", "/orders/" + std::to_string(again), std::to_string(caller)));
  simulator.add(asked("GET", "/login", "x"));
  simulator.add(asked("GET", "/orders/../x", "x"));
  const auto result = simulator.result();
  EXPECT_EQ(result.requests, 6002u);
  EXPECT_EQ(result.unmatched, 2u);
  EXPECT_EQ(result.ambiguous, 1u);
  EXPECT_EQ(result.load.at("monolith"), 6002u);
  EXPECT_TRUE(result.moved.empty());
  const auto& orders = result.rules.at(0);
  EXPECT_EQ(orders.requests, 6000u);
  EXPECT_EQ(orders.callers, 2000u);
  ASSERT_EQ(orders.plan.size(), 3u);
  EXPECT_NEAR(static_cast<double>(orders.plan[0].copies), 3000, 300) << "shadow 50 %";
  EXPECT_EQ(orders.plan[0].callers, 0u) << "a shadow exposes nobody";
  EXPECT_NEAR(static_cast<double>(orders.plan[1].callers), 500, 80) << "canary 25 %";
  EXPECT_EQ(orders.plan[1].requests, 3 * orders.plan[1].callers) << "a caller stays on its side";
  EXPECT_EQ(orders.plan[2].callers, 2000u) << "live";
}

TEST(Simulate, SaysWhoWouldAnswerInstead) {
  const auto config = shop();
  Simulator simulator(at(config, {}), at(config, {{"orders", state(Stage::live)}}));
  simulator.add(asked("GET", "/orders/1?secret=1", "a"));
  simulator.add(asked("GET", "/orders/2", "b"));
  simulator.add(asked("POST", "/orders/2", "b"));
  auto recorded = asked("GET", "/stock/1", "c");
  recorded.upstream = "old-stock";  // the log knows better than the stages of now
  simulator.add(recorded);
  const auto result = simulator.result();
  ASSERT_EQ(result.moved.size(), 2u);
  EXPECT_EQ(result.moved[0].from + ">" + result.moved[0].to, "monolith>shop");
  EXPECT_EQ(result.moved[0].requests, 2u);
  EXPECT_EQ(result.moved[0].callers, 2u);
  EXPECT_EQ(result.moved[0].sample, "GET /orders/1") << "without its query";
  EXPECT_EQ(result.moved[1].from, "old-stock");
}

TEST(Simulate, TakesTheBucketThatTheLogHas) {
  const auto config = shop();
  const auto canary = at(config, {{"orders", state(Stage::canary, 2500)}});
  Simulator simulator(canary, canary);
  for (const int bucket : {0, 2499, 2500, 9999}) {
    auto request = asked("GET", "/orders/1", "caller " + std::to_string(bucket));
    request.cutover = "orders";
    request.bucket = bucket;
    simulator.add(request);
  }
  EXPECT_EQ(simulator.result().load.at("shop"), 2u);
  EXPECT_EQ(simulator.result().rules[0].plan[1].callers, 2u);
}

}  // namespace
}  // namespace banyan::plan
