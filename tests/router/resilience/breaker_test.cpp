#include "router/resilience/breaker.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>
#include <vector>

namespace banyan::resilience {
namespace {

using State = Breaker::State;
using Outcome = Breaker::Outcome;
using std::chrono::milliseconds;

const BreakerRule consecutive{.consecutive = 3, .open_for = milliseconds(1000), .probes = 2};
const BreakerRule rate{.failure_rate = 0.5, .min_requests = 10, .window = milliseconds(1000), .open_for = milliseconds(1000)};

bool one(Breaker& breaker, const BreakerRule& rule, Outcome outcome, std::int64_t now) {
  const auto permit = breaker.enter(rule, now);
  breaker.leave(rule, permit, outcome, now);
  return permit.allowed;
}

// 'g' good, 'b' bad, 'u' unknown.
State after(const BreakerRule& rule, const std::string& outcomes, std::int64_t step_ms = 0) {
  Breaker breaker;
  std::int64_t now = 5000;
  for (const char c : outcomes) {
    one(breaker, rule, c == 'g' ? Outcome::good : c == 'b' ? Outcome::bad : Outcome::unknown, now);
    now += step_ms;
  }
  return breaker.state();
}

TEST(Breaker, OpensAfterSoManyInARow) {
  EXPECT_EQ(after(consecutive, "bb"), State::closed);
  EXPECT_EQ(after(consecutive, "bbgbb"), State::closed);
  EXPECT_EQ(after(consecutive, "bubub"), State::open);  // who leaves says nothing about the upstream
  EXPECT_EQ(after(consecutive, "gggbbb"), State::open);
}

TEST(Breaker, OpensAtAShareOfEnoughRequests) {
  EXPECT_EQ(after(rate, "bbbbbbbbb"), State::closed);  // nine are too few to judge
  EXPECT_EQ(after(rate, "bbbbbbbbbb"), State::open);
  EXPECT_EQ(after(rate, "ggggggbbbb"), State::closed);
  EXPECT_EQ(after(rate, "gbgbgbgbgb"), State::open);
  EXPECT_EQ(after(rate, "ggggggbbbbbb"), State::open);
}

TEST(Breaker, ForgetsWhatIsOlderThanTheWindow) {
  EXPECT_EQ(after(rate, "bbbbbbbbbbbb", 150), State::closed);  // never more than seven in one window
  EXPECT_EQ(after(rate, "bbbbbbbbbbbb", 50), State::open);
}

TEST(Breaker, OpenSaysHowLongItStays) {
  Breaker breaker;
  for (int i = 0; i < 3; ++i) one(breaker, consecutive, Outcome::bad, 100);
  const auto refused = breaker.enter(consecutive, 400);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.retry_after_ms, 700);
  EXPECT_EQ(breaker.times_opened(), 1u);
}

Breaker& opened_at(Breaker& breaker, std::int64_t now) {
  for (int i = 0; i < 3; ++i) one(breaker, consecutive, Outcome::bad, now);
  return breaker;
}

TEST(Breaker, HalfOpenLetsOnlyItsProbesIn) {
  Breaker breaker;
  opened_at(breaker, 0);
  const auto first = breaker.enter(consecutive, 1000);
  const auto second = breaker.enter(consecutive, 1000);
  EXPECT_TRUE(first.probe && second.probe);
  EXPECT_FALSE(breaker.enter(consecutive, 1000).allowed);
  breaker.leave(consecutive, first, Outcome::good, 1001);
  EXPECT_FALSE(breaker.enter(consecutive, 1001).allowed);  // one good, one under way: that is all it takes
  breaker.leave(consecutive, second, Outcome::good, 1002);
  EXPECT_EQ(breaker.state(), State::closed);
}

TEST(Breaker, OneBadProbeOpensAgainForTheWholeTime) {
  Breaker breaker;
  opened_at(breaker, 0);
  const auto probe = breaker.enter(consecutive, 1500);
  breaker.leave(consecutive, probe, Outcome::bad, 1600);
  EXPECT_EQ(breaker.state(), State::open);
  EXPECT_EQ(breaker.enter(consecutive, 1700).retry_after_ms, 900);
}

TEST(Breaker, ProbeThatLearntNothingGivesItsPlaceBack) {
  Breaker breaker;
  opened_at(breaker, 0);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(one(breaker, consecutive, Outcome::unknown, 1000 + i));
  EXPECT_EQ(breaker.state(), State::half_open);
}

TEST(Breaker, OutcomesOfAnEarlierEraChangeNothing) {
  Breaker breaker;
  const auto slow_good = breaker.enter(consecutive, 0);
  const auto slow_bad = breaker.enter(consecutive, 0);
  opened_at(breaker, 0);
  const auto probe = breaker.enter(consecutive, 1000);
  breaker.leave(consecutive, slow_bad, Outcome::bad, 1000);
  breaker.leave(consecutive, slow_good, Outcome::good, 1000);
  EXPECT_EQ(breaker.state(), State::half_open);
  breaker.leave(consecutive, probe, Outcome::good, 1000);
  one(breaker, consecutive, Outcome::good, 1000);
  EXPECT_EQ(breaker.state(), State::closed);
}

TEST(Breaker, OffLetsEverythingIn) {
  EXPECT_EQ(after({}, "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"), State::closed);
  Breaker breaker;
  opened_at(breaker, 0);
  EXPECT_TRUE(breaker.enter({}, 1).allowed);  // a reload that takes the rule away
}

// Whatever happens in whatever order: never more probes than allowed, never one let in while open.
TEST(Breaker, HoldsItsPromisesInAnyOrder) {
  EXPECT_TRUE(rc::check([] {
    Breaker breaker;
    std::vector<Breaker::Permit> held;
    std::int64_t now = 0, open_until = 0;
    for (int i = 0; i < 300; ++i) {
      now += *rc::gen::inRange(0, 400);
      if (held.empty() || *rc::gen::inRange(0, 2) == 0) {
        const auto permit = breaker.enter(consecutive, now);
        if (permit.allowed) held.push_back(permit);
        if (now < open_until) RC_ASSERT(!permit.allowed);
      } else {
        const auto at = static_cast<std::size_t>(*rc::gen::inRange<int>(0, static_cast<int>(held.size())));
        const auto before = breaker.times_opened();
        breaker.leave(consecutive, held[at], static_cast<Outcome>(*rc::gen::inRange(0, 3)), now);
        held.erase(held.begin() + static_cast<std::ptrdiff_t>(at));
        if (breaker.times_opened() != before) open_until = now + 1000;
      }
      std::uint32_t last_era = 0, probes = 0;
      for (const auto& permit : held) last_era = std::max(last_era, permit.era);
      for (const auto& permit : held) probes += permit.probe && permit.era == last_era ? 1 : 0;
      RC_ASSERT(probes <= consecutive.probes);
    }
  }));
}

}  // namespace
}  // namespace banyan::resilience
