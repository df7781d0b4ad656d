#include "analyzer/contexts/leiden.hpp"

#include "analyzer/contexts/score.hpp"
#include "tests/analyzer/contexts/known_graphs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <set>

namespace banyan::contexts {
namespace {

using ::testing::ElementsAre;

bool is_connected(const Network& network, const Groups& groups, std::uint32_t group) {
  std::set<std::uint32_t> members;
  for (std::uint32_t node = 0; node < groups.size(); ++node)
    if (groups[node] == group) members.insert(node);
  std::vector<std::uint32_t> stack = {*members.begin()};
  members.erase(members.begin());
  while (!stack.empty()) {
    const auto node = stack.back();
    stack.pop_back();
    for (const auto& arc : network.of(node))
      if (members.erase(arc.to) == 1) stack.push_back(arc.to);
  }
  return members.empty();
}

TEST(Leiden, ReachesTheBestKnownModularityOfTheKarateClub) {
  const auto club = karate_club();
  double best = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    const double quality = modularity(club, leiden(club, 1.0, random));
    EXPECT_GT(quality, 0.4) << seed;
    best = std::max(best, quality);
  }
  EXPECT_NEAR(best, 0.41979, 0.00001);  // the optimum, Brandes et al. 2008
}

TEST(Leiden, FindsPlantedGroups) {
  for (unsigned seed = 0; seed < 10; ++seed) {
    const auto planted = planted_groups(8, 25, 0.5, 0.02, seed);
    Random random(seed);
    EXPECT_EQ(adjusted_rand_index(leiden(planted.network, 1.0, random), planted.truth), 1.0) << seed;
  }
}

TEST(Leiden, GroupsAreConnectedAndLocallyBest) {
  for (unsigned seed = 0; seed < 30; ++seed) {
    const auto planted = planted_groups(6, 12, 0.2, 0.05, seed);
    Random random(seed);
    auto groups = leiden(planted.network, 1.0, random);
    const auto count = renumber(groups);
    const double quality = modularity(planted.network, groups);
    for (std::uint32_t group = 0; group < count; ++group)
      EXPECT_TRUE(is_connected(planted.network, groups, group));
    for (std::uint32_t node = 0; node < groups.size(); ++node)
      for (std::uint32_t group = 0; group < count; ++group) {
        auto moved = groups;
        moved[node] = group;
        EXPECT_LE(modularity(planted.network, moved), quality + 1e-12) << "node " << node << " to " << group;
      }
  }
}

TEST(Leiden, HigherResolutionMakesMoreGroups) {
  const auto club = karate_club();
  std::uint32_t before = 0;
  for (const double gamma : {0.1, 0.5, 1.0, 2.0, 5.0}) {
    Random random(1);
    auto groups = leiden(club, gamma, random);
    const auto count = renumber(groups);
    EXPECT_GE(count, before) << gamma;
    before = count;
  }
  EXPECT_GE(before, 10u);
}

TEST(Leiden, SameSeedSameGroups) {
  const auto planted = planted_groups(5, 20, 0.3, 0.1, 3);
  Random a(42), b(42);
  EXPECT_EQ(leiden(planted.network, 1.0, a), leiden(planted.network, 1.0, b));
}

TEST(Leiden, NodesWithoutLinksStayAlone) {
  Random random(1);
  EXPECT_THAT(leiden(make_network(3, {}), 1.0, random), ElementsAre(0, 1, 2));
  EXPECT_THAT(leiden(make_network(4, {{1, 2, 5}}), 1.0, random), ElementsAre(0, 1, 1, 2));
  EXPECT_TRUE(leiden(make_network(0, {}), 1.0, random).empty());
}

TEST(Network, AggregationKeepsModularity) {
  const auto planted = planted_groups(6, 10, 0.5, 0.1, 9);
  const auto whole = aggregate(planted.network, planted.truth, 6);
  Groups each(6);
  std::iota(each.begin(), each.end(), 0u);
  EXPECT_EQ(whole.total, planted.network.total);
  EXPECT_DOUBLE_EQ(modularity(whole, each), modularity(planted.network, planted.truth));
}

TEST(Network, ParallelLinksAddUp) {
  const auto network = make_network(2, {{0, 1, 3}, {0, 1, 4}});
  ASSERT_EQ(network.of(0).size(), 1u);
  EXPECT_EQ(network.of(1)[0].weight, 7);
}

TEST(RandomNumbers, AreTheSameEverywhere) {
  Random random(1);
  EXPECT_EQ(random.next(), 0xb3f2af6d0fc710c5u);
  EXPECT_EQ(random.next(), 0x853b559647364ceau);
}

}  // namespace
}  // namespace banyan::contexts
