#include "router/resilience/outlier.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace banyan::resilience {
namespace {

const OutlierRule third_ejects{.consecutive = 3, .base = std::chrono::milliseconds(1000), .cap = std::chrono::milliseconds(5000)};

bool fail(Outlier& outlier, std::int64_t now, int times) {
  bool wanted = false;
  for (int i = 0; i < times; ++i)
    if (outlier.on_failure(third_ejects, now)) wanted = true, outlier.eject(third_ejects, now);
  return wanted;
}

TEST(Outlier, FailuresInARowEjectForAWhile) {
  Outlier outlier;
  EXPECT_FALSE(fail(outlier, 100, 2));
  outlier.on_success();
  EXPECT_FALSE(fail(outlier, 100, 2));
  EXPECT_TRUE(fail(outlier, 100, 1));
  EXPECT_TRUE(outlier.ejected(1099));
  EXPECT_FALSE(outlier.ejected(1100));
}

TEST(Outlier, StaysAwayLongerEachTimeUpToACap) {
  Outlier outlier;
  std::int64_t now = 1000;
  std::vector<std::int64_t> lengths;
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(fail(outlier, now, i == 0 ? 3 : 1)) << i;  // still failing: one more is enough
    lengths.push_back(outlier.back_at_ms() - now);
    now = outlier.back_at_ms();
  }
  EXPECT_EQ(lengths, (std::vector<std::int64_t>{1000, 2000, 4000, 5000, 5000}));
  EXPECT_EQ(outlier.times_ejected(), 5u);
}

TEST(Outlier, AGoodWhileIsRewarded) {
  Outlier outlier;
  fail(outlier, 0, 3);
  fail(outlier, 1000, 1);
  outlier.on_success();
  const auto later = outlier.back_at_ms() + 5000;
  ASSERT_TRUE(fail(outlier, later, 3));
  EXPECT_EQ(outlier.back_at_ms() - later, 1000);
}

TEST(Outlier, ProbeBringsItBack) {
  Outlier outlier;
  fail(outlier, 0, 3);
  outlier.restore(10);
  EXPECT_FALSE(outlier.ejected(10));
  EXPECT_FALSE(fail(outlier, 10, 2));
}

TEST(Outlier, TheShareOfTheEjectedIsCapped) {
  struct Row {
    std::uint32_t size, ejected;
    bool may;
  };
  for (const auto& row : {Row{1, 0, true}, Row{2, 0, true}, Row{2, 1, false}, Row{3, 1, false}, Row{4, 1, true}, Row{4, 2, false}, Row{10, 4, true}, Row{10, 5, false}})
    EXPECT_EQ(may_eject(third_ejects, row.size, row.ejected), row.may) << row.size << " " << row.ejected;
  EXPECT_TRUE(may_eject({.most_ejected = 1}, 2, 1));
  EXPECT_FALSE(may_eject({.most_ejected = 0}, 10, 1));
}

}  // namespace
}  // namespace banyan::resilience
