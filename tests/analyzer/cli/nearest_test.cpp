#include "analyzer/cli/nearest.hpp"

#include "analyzer/cli/map_parse.hpp"

#include <gtest/gtest.h>

namespace banyan::cli {
namespace {

TEST(Nearest, FindsSlipsOfTheHandOnly) {
  const std::vector<std::string> verbs{"map", "doctor", "explain", "query"};
  EXPECT_EQ(nearest("mpa", {"map"}), "");
  EXPECT_EQ(nearest("mp", verbs), "map");
  EXPECT_EQ(nearest("docter", verbs), "doctor");
  EXPECT_EQ(nearest("explian", verbs), "explain");
  EXPECT_EQ(nearest("banana", verbs), "");
}

TEST(Progress, TellsRateAndTimeLeft) {
  EXPECT_EQ(progress_text(412, 2870, 7, 10.84), "[412/2870] 7 failed, 38.0 units/s, ETA 1m05s");
  EXPECT_EQ(progress_text(10, 10, 0, 5), "[10/10] 0 failed, 2.0 units/s");
  EXPECT_EQ(progress_text(0, 10, 0, 0), "[0/10] 0 failed, 0.0 units/s");
}

TEST(Sample, IsSpreadOverTheProgram) {
  EXPECT_EQ(spread(10, 3), (std::vector<std::size_t>{0, 3, 6}));
  EXPECT_EQ(spread(2, 9), (std::vector<std::size_t>{0, 1}));
  EXPECT_TRUE(spread(0, 5).empty());
}

}  // namespace
}  // namespace banyan::cli
