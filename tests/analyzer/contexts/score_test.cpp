#include "analyzer/contexts/score.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace banyan::contexts {
namespace {

TEST(AdjustedRand, KnowsEqualityWhateverTheNumbers) {
  EXPECT_DOUBLE_EQ(adjusted_rand_index({0, 0, 1, 1}, {7, 7, 3, 3}), 1.0);
}

// Values of sklearn.metrics.adjusted_rand_score.
TEST(AdjustedRand, AgreesWithPublishedValues) {
  EXPECT_NEAR(adjusted_rand_index({0, 0, 1, 2}, {0, 0, 1, 1}), 0.5714285714, 1e-9);
  EXPECT_DOUBLE_EQ(adjusted_rand_index({0, 0, 0, 0}, {0, 1, 2, 3}), 0.0);
  EXPECT_NEAR(adjusted_rand_index({0, 0, 1, 1}, {0, 1, 0, 1}), -0.5, 1e-9);
}

TEST(MojoFm, EqualGroupsScoreFull) { EXPECT_DOUBLE_EQ(mojo_fm({0, 0, 1, 1, 2}, {2, 2, 0, 0, 1}), 100.0); }

TEST(MojoFm, OneMoveAmongSix) {
  // Moving one item repairs it; the worst case is 6 items less 2 groups.
  EXPECT_DOUBLE_EQ(mojo_fm({0, 0, 0, 1, 1, 0}, {0, 0, 0, 1, 1, 1}), 100.0 * (1 - 1.0 / 4));
}

TEST(MojoFm, JoiningTwoHalvesCostsOne) {
  EXPECT_DOUBLE_EQ(mojo_fm({0, 0, 1, 1, 2, 2}, {0, 0, 0, 0, 1, 1}), 100.0 * (1 - 1.0 / 4));
}

// The best one-to-one match by trying all of them.
std::uint32_t moves_by_trial(const Groups& a, const Groups& b, std::uint32_t groups) {
  std::vector<std::uint32_t> match(groups);
  std::iota(match.begin(), match.end(), 0u);
  std::uint32_t fewest = static_cast<std::uint32_t>(a.size());
  do {
    std::uint32_t moved = 0;
    for (std::size_t i = 0; i < a.size(); ++i) moved += match[a[i]] != b[i];
    fewest = std::min(fewest, moved);
  } while (std::next_permutation(match.begin(), match.end()));
  return fewest;
}

TEST(Moves, AreTheFewestOfAllMatches) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    const std::uint32_t groups = 2 + random() % 4;
    Groups a(5 + random() % 20), b(a.size());
    for (auto& group : a) group = random() % groups;
    for (auto& group : b) group = random() % groups;
    EXPECT_EQ(moves(a, b), moves_by_trial(a, b, groups));
    EXPECT_EQ(moves(b, a), moves(a, b));
  }
}

TEST(Moves, AGroupMatchesOnlyOne) { EXPECT_EQ(moves({0, 0, 0, 0, 0}, {0, 0, 0, 1, 1}), 2u); }

TEST(A2a, EqualGroupsScoreFull) { EXPECT_DOUBLE_EQ(a2a({0, 0, 1}, {5, 5, 2}), 100.0); }

TEST(A2a, CountsMovesAndGroups) {
  // Two moves and one group more; from nothing: 1 + 2 groups, 5 adds and 5 moves on each side.
  EXPECT_DOUBLE_EQ(a2a({0, 0, 0, 0, 0}, {0, 0, 0, 1, 1}), 100.0 * (1 - 3.0 / 23));
}

TEST(C2c, CoversTheTruthAboveTheThreshold) {
  const Groups found = {0, 0, 0, 1, 1, 1}, truth = {0, 0, 1, 1, 1, 2};
  // truth 0: 2/3, truth 1: 2/3, truth 2: 1/3
  EXPECT_NEAR(c2c_coverage(found, truth, 0.5), 200.0 / 3, 1e-9);
  EXPECT_NEAR(c2c_coverage(found, truth, 0.3), 100.0, 1e-9);
  EXPECT_NEAR(c2c_coverage(found, truth, 0.7), 0.0, 1e-9);
}

TEST(C2c, HasADirection) {
  const Groups coarse = {0, 0, 0, 0, 0}, fine = {0, 0, 0, 1, 2};
  EXPECT_NEAR(c2c_coverage(coarse, fine, 0.5), 100.0 / 3, 1e-9);
  EXPECT_NEAR(c2c_coverage(fine, coarse, 0.5), 100.0, 1e-9);
}

TEST(NestedShare, CountsGroupsInsideOneTruthGroup) {
  EXPECT_DOUBLE_EQ(nested_share({0, 0, 1, 1}, {0, 0, 0, 1}), 0.5);
  EXPECT_DOUBLE_EQ(nested_share({0, 1, 2, 3}, {0, 0, 0, 1}), 1.0);
}

}  // namespace
}  // namespace banyan::contexts
