#include "analyzer/cli/batches.hpp"

#include <gtest/gtest.h>

namespace banyan::cli {
namespace {

using Batches = std::vector<std::vector<std::size_t>>;

TEST(Batches, UnitsOfOneKeyShareAParseLargeOnesFirst) {
  EXPECT_EQ(batches({"a", "b", "", "b", "a", "b"}, 64, 1), (Batches{{1, 3, 5}, {0, 4}, {2}}));
  EXPECT_EQ(batches({"a", "a", "a"}, 2, 1), (Batches{{1, 2}, {0}}));
  EXPECT_EQ(batches({"a", "a"}, 1, 1), (Batches{{0}, {1}}));
  EXPECT_TRUE(batches({}, 64, 4).empty());
}

TEST(Batches, EveryJobGetsWork) {
  const Batches two = batches(std::vector<std::string>(40, "a"), 64, 2);
  ASSERT_EQ(two.size(), 2U);
  EXPECT_EQ(two[0].size(), 20U);
  EXPECT_EQ(batches(std::vector<std::string>(8, "a"), 64, 8).size(), 1U) << "too few to be worth it";
}

TEST(Shard, PartsAreDisjointAndComplete) {
  for (const std::size_t total : {0U, 1U, 5U, 16U, 17U}) {
    std::vector<std::size_t> all;
    for (std::size_t k = 1; k <= 4; ++k) {
      for (const std::size_t i : shard_units(total, {k, 4})) all.push_back(i);
    }
    ASSERT_EQ(all.size(), total);
    for (std::size_t i = 0; i < total; ++i) EXPECT_EQ(all[i], i);
  }
}

TEST(Shard, IsWrittenKOfN) {
  Shard shard;
  EXPECT_TRUE(parse_shard("3/16", shard));
  EXPECT_EQ(shard.index, 3U);
  EXPECT_EQ(shard.count, 16U);
  for (const char* wrong : {"", "3", "0/2", "3/2", "1/0", "a/2", "1/2x", "-1/2"}) EXPECT_FALSE(parse_shard(wrong, shard)) << wrong;
}

}  // namespace
}  // namespace banyan::cli
