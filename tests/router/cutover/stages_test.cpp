#include "router/cutover/stages.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace banyan::cutover {
namespace {

PlanStep step(Stage stage, Weight weight = full_weight) {
  PlanStep out;
  out.stage = stage;
  out.weight = weight;
  return out;
}

const Plan plan = {step(Stage::shadow, 2000), step(Stage::canary, 100), step(Stage::canary, 2500),
                   step(Stage::live), step(Stage::retired)};
const RollbackNote note{"too many errors", "ada", "2026-01-01T00:00:00.000Z"};

State at(Stage stage, Weight weight = 0) {
  State state;
  state.stage = stage;
  state.weight = weight;
  if (stage == Stage::rolled_back) state.note = note;
  return state;
}

State held(Stage before, Weight weight) {
  State state = at(Stage::held, weight);
  state.before_hold = before;
  return state;
}

Command command(Verb verb) {
  Command out;
  out.verb = verb;
  out.weight = 5000;
  out.note = note;
  return out;
}

struct Row {
  State from;
  Verb verb;
  Refusal refusal;
  State to;  // when not refused
};

const State legacy = at(Stage::legacy), shadow = at(Stage::shadow, 2000), canary = at(Stage::canary, 2500),
            live = at(Stage::live, full_weight), retired = at(Stage::retired, full_weight),
            frozen = held(Stage::canary, 2500), back = at(Stage::rolled_back);

// Every stage with every verb.
const Row table[] = {
    {legacy, Verb::promote, Refusal::none, shadow},
    {legacy, Verb::promote_full, Refusal::none, live},
    {legacy, Verb::rollback, Refusal::already_there, {}},
    {legacy, Verb::hold, Refusal::none, held(Stage::legacy, 0)},
    {legacy, Verb::resume, Refusal::not_held, {}},
    {legacy, Verb::set_weight, Refusal::none, at(Stage::canary, 5000)},
    {shadow, Verb::promote, Refusal::none, at(Stage::canary, 100)},
    {shadow, Verb::promote_full, Refusal::none, live},
    {shadow, Verb::rollback, Refusal::none, back},
    {shadow, Verb::hold, Refusal::none, held(Stage::shadow, 2000)},
    {shadow, Verb::resume, Refusal::not_held, {}},
    {shadow, Verb::set_weight, Refusal::none, at(Stage::canary, 5000)},
    {canary, Verb::promote, Refusal::none, live},
    {canary, Verb::promote_full, Refusal::none, live},
    {canary, Verb::rollback, Refusal::none, back},
    {canary, Verb::hold, Refusal::none, frozen},
    {canary, Verb::resume, Refusal::not_held, {}},
    {canary, Verb::set_weight, Refusal::none, at(Stage::canary, 5000)},
    {live, Verb::promote, Refusal::none, retired},
    {live, Verb::promote_full, Refusal::already_there, {}},
    {live, Verb::rollback, Refusal::none, back},
    {live, Verb::hold, Refusal::none, held(Stage::live, full_weight)},
    {live, Verb::resume, Refusal::not_held, {}},
    {live, Verb::set_weight, Refusal::none, at(Stage::canary, 5000)},
    {retired, Verb::promote, Refusal::plan_done, {}},
    {retired, Verb::promote_full, Refusal::already_there, {}},
    {retired, Verb::rollback, Refusal::none, back},
    {retired, Verb::hold, Refusal::none, held(Stage::retired, full_weight)},
    {retired, Verb::resume, Refusal::not_held, {}},
    {retired, Verb::set_weight, Refusal::retired, {}},
    {frozen, Verb::promote, Refusal::held, {}},
    {frozen, Verb::promote_full, Refusal::held, {}},
    {frozen, Verb::rollback, Refusal::none, back},
    {frozen, Verb::hold, Refusal::already_there, {}},
    {frozen, Verb::resume, Refusal::none, canary},
    {frozen, Verb::set_weight, Refusal::held, {}},
    {back, Verb::promote, Refusal::none, shadow},
    {back, Verb::promote_full, Refusal::none, live},
    {back, Verb::rollback, Refusal::already_there, {}},
    {back, Verb::hold, Refusal::rolled_back, {}},
    {back, Verb::resume, Refusal::rolled_back, {}},
    {back, Verb::set_weight, Refusal::none, at(Stage::canary, 5000)},
};

TEST(Transitions, CoverEveryStageAndVerb) {
  std::size_t pairs = 0;
  for (const Stage stage : all_stages)
    for (const Verb verb : all_verbs) {
      ++pairs;
      const auto rows = std::count_if(std::begin(table), std::end(table), [&](const Row& row) {
        return row.from.stage == stage && row.verb == verb;
      });
      EXPECT_EQ(rows, 1) << to_string(stage) << " " << to_string(verb);
    }
  EXPECT_EQ(pairs, std::size(table));
}

TEST(Transitions, AreAsTheTableSays) {
  for (const Row& row : table) {
    const Transition got = apply(row.from, plan, command(row.verb));
    const std::string name = describe(row.from) + " " + std::string(to_string(row.verb));
    EXPECT_EQ(got.refusal, row.refusal) << name << ": " << explain(got.refusal);
    EXPECT_EQ(got.next, row.refusal == Refusal::none ? row.to : row.from)
        << name << " -> " << describe(got.next);
  }
}

TEST(Transitions, RollbackReachesWeightZeroFromEverywhere) {
  for (const Row& row : table) {
    const State next = apply(row.from, plan, command(Verb::rollback)).next;
    EXPECT_EQ(next.new_weight(), 0) << describe(row.from);
    EXPECT_EQ(next.shadow_weight(), 0) << describe(row.from);
  }
}

TEST(Transitions, PromoteWalksThePlanAndNeverLowersTheWeight) {
  State state;
  std::vector<std::string> seen;
  for (;;) {
    const Transition next = apply(state, plan, command(Verb::promote));
    if (next.refusal != Refusal::none) break;
    EXPECT_GE(next.next.new_weight(), state.new_weight());
    state = next.next;
    seen.push_back(describe(state));
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"shadow 20 %", "canary 1 %", "canary 25 %", "live", "retired"}));
}

TEST(Transitions, PromoteAfterSetWeightGoesToTheNextLargerStep) {
  EXPECT_EQ(apply(at(Stage::canary, 200), plan, command(Verb::promote)).next, at(Stage::canary, 2500));
  EXPECT_EQ(apply(at(Stage::canary, 6000), plan, command(Verb::promote)).next, live);
}

TEST(Transitions, WeightZeroAndMoreThanAllAreRefused) {
  for (const Weight weight : {Weight{0}, Weight{10'001}}) {
    Command change = command(Verb::set_weight);
    change.weight = weight;
    EXPECT_EQ(apply(canary, plan, change).refusal, Refusal::weight_not_usable);
  }
}

TEST(State, HeldTrafficFollowsTheStageBefore) {
  EXPECT_EQ(frozen.new_weight(), 2500);
  EXPECT_EQ(held(Stage::shadow, 2000).shadow_weight(), 2000);
  EXPECT_EQ(held(Stage::shadow, 2000).new_weight(), 0);
  EXPECT_EQ(describe(frozen), "held (canary 25 %)");
  EXPECT_EQ(percent(5), "0.05 %");
  EXPECT_EQ(percent(1250), "12.5 %");
}

}  // namespace
}  // namespace banyan::cutover
