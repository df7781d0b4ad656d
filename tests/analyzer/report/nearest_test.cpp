#include "analyzer/report/nearest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::report {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(EditDistance, CountsEditsWithoutCase) {
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("Orders", "orders"), 0u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
}

TEST(Nearest, PrefersWhatContainsIt) {
  EXPECT_THAT(nearest("order", {"src/order.cpp", "border", "olden", "stock"}, 3),
              ElementsAre("border", "src/order.cpp", "olden"));
}

TEST(Nearest, LooksAtTheLastPart) {
  EXPECT_THAT(nearest("shop::ordrs::plaec", {"shop::orders::place", "shop::stock::count"}, 3),
              ElementsAre("shop::orders::place"));
}

TEST(Nearest, GivesNothingRatherThanNonsense) {
  EXPECT_THAT(nearest("abcdef", {"uvwxyz", "q"}, 3), IsEmpty());
}

}  // namespace
}  // namespace banyan::report
