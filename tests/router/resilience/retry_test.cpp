#include "router/resilience/retry.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <vector>

namespace banyan::resilience {
namespace {

using std::chrono::milliseconds;

TEST(Again, SaysWhatTheRulesSay) {
  const RetryRule rule{.most = 2};
  const RetryRule safe_only{.most = 2, .safe_only = true};
  struct Row {
    Attempt attempt;
    Again idempotent, safe;
  };
  const std::vector<Row> rows = {
      {{.nothing_sent = true}, Again::elsewhere, Again::elsewhere},  // a POST that found nobody
      {{.nothing_sent = true, .body = true}, Again::elsewhere, Again::elsewhere},
      {{.nothing_sent = true, .kept = true}, Again::same, Again::same},
      {{.nothing_sent = true, .resent = 9}, Again::elsewhere, Again::elsewhere},
      {{}, Again::no, Again::no},  // a POST that may have been read
      {{.kept = true}, Again::no, Again::no},
      {{.safe = true, .idempotent = true}, Again::elsewhere, Again::elsewhere},
      {{.kept = true, .safe = true, .idempotent = true}, Again::same, Again::same},
      {{.idempotent = true}, Again::elsewhere, Again::no},  // DELETE
      {{.body = true, .idempotent = true}, Again::no, Again::no},  // PUT
      {{.body = true, .safe = true, .idempotent = true}, Again::no, Again::no},
      {{.answer_begun = true, .safe = true, .idempotent = true}, Again::no, Again::no},
      {{.safe = true, .idempotent = true, .resent = 1}, Again::elsewhere, Again::elsewhere},
      {{.safe = true, .idempotent = true, .resent = 2}, Again::no, Again::no},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(again_after(rows[i].attempt, rule), rows[i].idempotent) << i;
    EXPECT_EQ(again_after(rows[i].attempt, safe_only), rows[i].safe) << i;
  }
}

TEST(Again, WhatMayHaveBeenProcessedIsNeverSentAgain) {
  for (unsigned bits = 0; bits < 64; ++bits) {
    const Attempt attempt{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0, (bits & 16) != 0, (bits & 32) != 0, 0};
    if (again_after(attempt, {.most = 5}) == Again::no) continue;
    EXPECT_FALSE(attempt.answer_begun) << bits;
    EXPECT_TRUE(attempt.nothing_sent || (attempt.idempotent && !attempt.body)) << bits;
  }
}

TEST(Backoff, IsFullJitterUnderACap) {
  const RetryRule rule{.base = milliseconds(10), .cap = milliseconds(100)};
  EXPECT_TRUE(rc::check([&](std::uint64_t random) {
    const milliseconds most[] = {milliseconds(10), milliseconds(20), milliseconds(40), milliseconds(80), milliseconds(100), milliseconds(100)};
    for (std::uint32_t retry = 0; retry < 6; ++retry) {
      RC_ASSERT(backoff(rule, retry, random) <= most[retry]);
      RC_ASSERT(backoff(rule, retry, random) >= milliseconds(0));
    }
    RC_ASSERT(backoff(rule, 4'000'000'000u, random) <= milliseconds(100));
  }));
  milliseconds least{1000}, highest{0}, sum{0};
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const auto wait = backoff(rule, 3, i * 0x9e3779b97f4a7c15u);
    least = std::min(least, wait), highest = std::max(highest, wait), sum += wait;
  }
  EXPECT_LE(least, milliseconds(1));
  EXPECT_GE(highest, milliseconds(79));
  EXPECT_NEAR(static_cast<double>(sum.count()) / 1000, 40, 4);
}

TEST(Backoff, ZeroIsZero) { EXPECT_EQ(backoff({.base = milliseconds(0)}, 5, 12345), milliseconds(0)); }

TEST(RetryBudget, IsAShareWithAFloor) {
  struct Row {
    std::int64_t active;
    int allowed;
  };
  for (const auto& row : {Row{0, 3}, Row{1, 3}, Row{15, 3}, Row{19, 3}, Row{20, 4}, Row{100, 20}, Row{1000, 200}}) {
    RetryBudget budget;
    int begun = 0;
    while (budget.try_begin({}, row.active)) ++begun;
    EXPECT_EQ(begun, row.allowed) << row.active;
    budget.end();
    EXPECT_TRUE(budget.try_begin({}, row.active));
    EXPECT_EQ(budget.retries(), static_cast<std::uint64_t>(begun) + 1);
  }
}

TEST(RetryBudget, ZeroAllowsNone) {
  RetryBudget budget;
  EXPECT_FALSE(budget.try_begin({.share = 0, .floor = 0}, 1000));
}

TEST(RetryBudget, WaitingIsWorthItWhileRetriesSucceed) {
  RetryBudget budget;
  EXPECT_TRUE(budget.worth_waiting());
  ASSERT_TRUE(budget.try_begin({}, 1));
  budget.note(false);
  budget.end();
  EXPECT_FALSE(budget.worth_waiting());
  ASSERT_TRUE(budget.try_begin({}, 1));
  budget.note(true);
  budget.end();
  EXPECT_TRUE(budget.worth_waiting());
}

}  // namespace
}  // namespace banyan::resilience
