#include "analyzer/contexts/score.hpp"

#include <gtest/gtest.h>

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

TEST(NestedShare, CountsGroupsInsideOneTruthGroup) {
  EXPECT_DOUBLE_EQ(nested_share({0, 0, 1, 1}, {0, 0, 0, 1}), 0.5);
  EXPECT_DOUBLE_EQ(nested_share({0, 1, 2, 3}, {0, 0, 0, 1}), 1.0);
}

}  // namespace
}  // namespace banyan::contexts
