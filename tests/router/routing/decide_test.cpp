#include "tests/router/routing/fixture.hpp"

#include <thread>

namespace banyan::routing {
namespace {

using cutover::Stage;

const Question stock{"GET", "/api/inventory/42", {{"x-account-id", "7"}}, "10.0.0.1"};
const Question anonymous{"GET", "/api/inventory/42", {}, "10.0.0.1"};

TEST(Decide, FollowsTheStage) {
  const auto config = shop_config();
  const auto to = [&](const cutover::State& state) {
    const Decision decision = ask(with(config, {{"inventory", state}}), stock);
    return config->upstreams[decision.upstream].name + " " + std::string(to_string(decision.reason));
  };
  EXPECT_EQ(to(at(Stage::legacy)), "monolith stage_legacy");
  EXPECT_EQ(to(at(Stage::shadow, 10'000)), "monolith stage_shadow");
  EXPECT_EQ(to(at(Stage::canary, 10'000)), "inventory bucket_below");
  EXPECT_EQ(to(at(Stage::live, 10'000)), "inventory stage_live");
  EXPECT_EQ(to(at(Stage::retired, 10'000)), "inventory stage_retired");
  EXPECT_EQ(to(at(Stage::rolled_back)), "monolith stage_rolled_back");
  cutover::State held = at(Stage::held, 10'000);
  held.before_hold = Stage::live;
  EXPECT_EQ(to(held), "inventory stage_live");
}

TEST(Decide, CanaryCutsExactlyAtTheBucket) {
  const auto config = shop_config();
  const Decision any = ask(with(config, {{"inventory", at(Stage::canary, 1)}}), stock);
  ASSERT_NE(any.bucket, none);
  const auto weight = static_cast<cutover::Weight>(any.bucket);
  EXPECT_EQ(ask(with(config, {{"inventory", at(Stage::canary, weight)}}), stock).side, Side::legacy);
  EXPECT_EQ(
      ask(with(config, {{"inventory", at(Stage::canary, static_cast<cutover::Weight>(weight + 1))}}), stock)
          .side,
      Side::new_side);
}

TEST(Decide, WithoutAKeyACanaryStaysOnLegacy) {
  const Snapshot snapshot = with(shop_config(), {{"inventory", at(Stage::canary, 10'000)}});
  EXPECT_EQ(ask(snapshot, anonymous).reason, Reason::no_cohort_key);
  EXPECT_EQ(ask(snapshot, anonymous).side, Side::legacy);
  Question by_cookie = anonymous;
  by_cookie.headers = {{"Cookie", "a=b; sid=7"}};
  EXPECT_EQ(ask(snapshot, by_cookie).side, Side::new_side);
  EXPECT_EQ(ask(snapshot, by_cookie).key_source, 1u);
}

TEST(Decide, ShadowSamplesCallersAndNeverAnswers) {
  const Snapshot snapshot = with(shop_config(), {{"inventory", at(Stage::shadow, 2000)}});
  int copied = 0;
  for (std::uint32_t draw = 0; draw < 10'000; ++draw) {
    const Decision decision = ask(snapshot, anonymous, draw);
    EXPECT_EQ(decision.side, Side::legacy);
    copied += decision.shadow != none;
  }
  EXPECT_EQ(copied, 2000);
  const Decision keyed = ask(snapshot, stock, 1);
  EXPECT_EQ(keyed.shadow, ask(snapshot, stock, 9999).shadow);
}

TEST(Decide, UnsafeMethodsAreCopiedToASandboxOnly) {
  const auto config = shop_config();
  const Snapshot snapshot =
      with(config, {{"pay", at(Stage::shadow, 10'000)}, {"orders", at(Stage::shadow, 10'000)}});
  const Decision pay = ask(snapshot, {"POST", "/api/pay", {}, ""});
  ASSERT_NE(pay.shadow, none);
  EXPECT_EQ(config->upstreams[pay.shadow].name, "rehearsal");
  EXPECT_EQ(ask(snapshot, {"POST", "/api/orders/1", {}, ""}).shadow, none);
  EXPECT_NE(ask(snapshot, {"GET", "/api/orders/1", {}, ""}).shadow, none);
}

TEST(Decide, LeavesTheRestToTheDefault) {
  const Snapshot snapshot = with(shop_config(), {{"inventory", at(Stage::live, 10'000)}});
  EXPECT_EQ(ask(snapshot, {"GET", "/pages", {}, ""}).reason, Reason::no_match);
  EXPECT_EQ(ask(snapshot, {"POST", "/api/inventory/42", {}, ""}).reason, Reason::no_match);
  EXPECT_EQ(ask(snapshot, {"GET", "/api//inventory/42", {}, ""}).reason, Reason::ambiguous_path);
  EXPECT_EQ(ask(snapshot, {"GET", "/api//inventory/42", {}, ""}).upstream, 0u);
}

TEST(Live, ReadersSeeEachPublishedPairWhole) {
  const auto config = shop_config();
  Live live(config, make_stage_table(*config, {}));
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (cutover::Weight weight = 1; weight <= 2000; ++weight)
      live.publish(config, make_stage_table(*config, {{"inventory", at(Stage::canary, weight)}}));
    stop = true;
  });
  std::uint64_t last = 0;
  while (!stop) {
    const std::uint64_t generation = live.generation();
    const auto snapshot = live.snapshot();
    EXPECT_GE(snapshot->generation, generation);
    EXPECT_GE(snapshot->generation, last);
    last = snapshot->generation;
    EXPECT_EQ(snapshot->stages->states[0].weight, snapshot->generation - 1);
  }
  writer.join();
  EXPECT_EQ(live.generation(), 2001u);
}

}  // namespace
}  // namespace banyan::routing
