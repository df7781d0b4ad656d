#include "router/cutover/gates.hpp"
#include "router/cutover/sequential.hpp"
#include "router/cutover/tripwire.hpp"

#include <gtest/gtest.h>

#include <random>

namespace banyan::cutover {
namespace {

std::uint64_t end_us(std::size_t bucket) { return 1000 * (bucket + 1); }

Gate healthy() {
  Gate gate;
  gate.name = "healthy";
  gate.min_samples = 500;
  gate.error_rate_worse_by = 0.002;
  return gate;
}

Numbers numbers(std::uint64_t fresh, std::uint64_t fresh_errors, std::uint64_t legacy, std::uint64_t legacy_errors) {
  Numbers out;
  out.fresh.requests = fresh, out.fresh.upstream_errors = fresh_errors;
  out.legacy.requests = legacy, out.legacy.upstream_errors = legacy_errors;
  return out;
}

TEST(F16, FewSamplesNeverPromoteAndNeverRollBack) {
  EXPECT_EQ(judge(healthy(), numbers(3, 0, 100000, 0), end_us).verdict, Verdict::insufficient);
  EXPECT_EQ(judge(healthy(), numbers(3, 3, 100000, 0), end_us).verdict, Verdict::insufficient);
  EXPECT_EQ(judge(healthy(), numbers(500, 0, 3, 0), end_us).verdict, Verdict::insufficient);
  // Enough to look at is not yet enough to be certain of 0.2 points.
  EXPECT_EQ(judge(healthy(), numbers(500, 0, 100000, 0), end_us).verdict, Verdict::insufficient);
}

TEST(Gates, PassAndFailByBoundsNotByRates) {
  EXPECT_EQ(judge(healthy(), numbers(5000, 0, 100000, 0), end_us).verdict, Verdict::pass);
  EXPECT_EQ(judge(healthy(), numbers(5000, 250, 100000, 5000), end_us).verdict, Verdict::insufficient);
  EXPECT_EQ(judge(healthy(), numbers(500, 50, 10000, 10), end_us).verdict, Verdict::fail);
  // Legacy is as bad: nothing to hold against the new side.
  EXPECT_NE(judge(healthy(), numbers(500, 50, 10000, 1000), end_us).verdict, Verdict::fail);
}

// F17: what the router answered in the upstream's place counts against the side, and is told apart.
TEST(F17, UnreachableCountsAgainstTheSideAndIsToldApart) {
  Numbers n = numbers(1000, 0, 10000, 0);
  n.fresh.unreachable = 200;
  const GateResult result = judge(healthy(), n, end_us);
  EXPECT_EQ(result.verdict, Verdict::fail);
  EXPECT_NE(result.conditions[0].words.find("0 its own, 200 unreachable"), std::string::npos);
}

TEST(Gates, LatencyByQuantileBounds) {
  Gate gate;
  gate.name = "fast", gate.min_samples = 500, gate.p99_ratio_max = 1.2;
  Numbers n = numbers(20000, 0, 20000, 0);
  n.fresh.latency.assign(200, 0), n.legacy.latency.assign(200, 0);
  for (std::size_t i = 0; i < 100; ++i) n.legacy.latency[i] = n.fresh.latency[i] = 200;
  EXPECT_EQ(judge(gate, n, end_us).verdict, Verdict::pass);
  n.fresh.latency.assign(200, 100);
  EXPECT_EQ(judge(gate, n, end_us).verdict, Verdict::fail);
  n.fresh.latency.assign(200, 0), n.fresh.latency[60] = 600;
  EXPECT_EQ(judge(gate, n, end_us).verdict, Verdict::pass) << "all below legacy's p99";
}

TEST(Gates, DiffRate) {
  Gate gate;
  gate.name = "parity", gate.min_samples = 2000, gate.diff_rate_max = 0.001, gate.diff_rate_confidence = 0.99;
  Numbers n;
  n.equal = 2000;
  EXPECT_EQ(judge(gate, n, end_us).verdict, Verdict::insufficient);
  n.equal = 8000;
  EXPECT_EQ(judge(gate, n, end_us).verdict, Verdict::pass);
  n.different = 40;
  EXPECT_EQ(judge(gate, n, end_us).verdict, Verdict::fail);
}

// The figures of docs/explanation/gates.md. A look after every answer, as often as there are answers.
TEST(Sequential, FalseAlarmsHoldUnderContinuousLooking) {
  std::mt19937_64 random(7);
  constexpr int runs = 400, looks = 3000;
  for (const double rate : {0.002, 0.02, 0.2}) {
    std::bernoulli_distribution error(rate);
    int missed = 0;
    for (int r = 0; r < runs; ++r) {
      std::uint64_t hits = 0;
      bool out = false;
      for (std::uint64_t n = 1; n <= looks && !out; ++n) {
        hits += error(random);
        if (n % 5) continue;
        const Bounds bounds = share_bounds(hits, n, 0.05, 0.01);
        out = rate < bounds.low || rate > bounds.high;
      }
      missed += out;
    }
    std::printf("share %g: left its 95 %% bounds at any of 600 looks in %.1f %% of %d runs\n", rate, 100.0 * missed / runs, runs);
    EXPECT_LE(missed, runs * 0.05 + 3 * std::sqrt(runs * 0.05 * 0.95));
  }
}

TEST(Sequential, QuantileBoundsHoldUnderContinuousLooking) {
  std::mt19937_64 random(8);
  constexpr int runs = 200;
  int missed = 0;
  for (int r = 0; r < runs; ++r) {
    std::vector<std::uint64_t> buckets(100);
    bool out = false;
    for (int n = 1; n <= 4000 && !out; ++n) {
      ++buckets[random() % 100];
      if (n % 40) continue;
      const auto bounds = quantile_bounds(buckets, 0.99, 0.05);
      out = bounds.low > 98 || (bounds.known && bounds.high < 98);  // the true one: the end of bucket 98
    }
    missed += out;
  }
  std::printf("p99: left its 95 %% bounds at any of 100 looks in %.1f %% of %d runs\n", 100.0 * missed / runs, runs);
  EXPECT_LE(missed, runs * 0.05 + 3 * std::sqrt(runs * 0.05 * 0.95));
}

TEST(Gates, EqualSidesAreNeverFailedAndADegradationIsFound) {
  std::mt19937_64 random(9);
  const auto failed_at = [&random](double fresh, double legacy) {
    std::bernoulli_distribution a(fresh), b(legacy);
    Numbers n;
    for (int i = 1; i <= 6000; ++i) {
      ++n.fresh.requests, n.fresh.upstream_errors += a(random);
      for (int k = 0; k < 4; ++k) ++n.legacy.requests, n.legacy.upstream_errors += b(random);
      if (i % 100 == 0 && judge(healthy(), n, end_us).verdict == Verdict::fail) return i;
    }
    return 0;
  };
  int alarms = 0, found = 0;
  for (int r = 0; r < 100; ++r) alarms += failed_at(0.01, 0.01) > 0, found += failed_at(0.05, 0.01) > 0;
  std::printf("equal sides at 1 %%: %d of 100 runs failed; 5 %% against 1 %%: %d of 100 found within 6,000\n", alarms, found);
  EXPECT_LE(alarms, 5);
  EXPECT_GE(found, 98);
}

TEST(Tripwire, TellsTotalFailureAfterAFewAnswersAtAnyTime) {
  for (const double allowed : {0.01, 0.05, 0.2}) {
    Tripwire wire(allowed);
    for (int i = 0; i < 100000; ++i) ASSERT_FALSE(wire.count(false));
    int answers = 1;
    while (!wire.count(true)) ++answers;
    EXPECT_LE(answers, 12) << allowed;
  }
}

TEST(Tripwire, FalseAlarmsAreRareWhileTheRateIsAllowed) {
  std::mt19937_64 random(10);
  std::bernoulli_distribution error(0.05);
  Tripwire wire(0.05);
  int alarms = 0;
  for (int i = 0; i < 2'000'000; ++i)
    if (wire.count(error(random))) ++alarms, wire.reset();
  std::printf("tripwire: %d false alarms in 2,000,000 answers at the allowed rate\n", alarms);
  EXPECT_LE(alarms, 4);
  std::bernoulli_distribution worse(0.2);
  int answers = 1;
  while (!wire.count(worse(random))) ++answers;
  EXPECT_LE(answers, 400);
}

}  // namespace
}  // namespace banyan::cutover
