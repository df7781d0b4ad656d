#include "analyzer/graph/graph.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace banyan::graph {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Cycles, FindsEachGroupOnce) {
  const std::vector<Arc> arcs = {{0, 1}, {1, 2}, {2, 0}, {2, 3}, {3, 4}, {4, 3}, {4, 5}, {6, 0}};
  EXPECT_THAT(cycles(7, arcs), ElementsAre(ElementsAre(0, 1, 2), ElementsAre(3, 4)));
}

TEST(Cycles, ATreeHasNone) {
  const std::vector<Arc> arcs = {{0, 1}, {0, 2}, {1, 3}, {2, 3}};
  EXPECT_THAT(cycles(4, arcs), IsEmpty());
}

TEST(Cycles, DepthIsNoLimit) {
  constexpr std::uint32_t nodes = 300'000;
  std::vector<Arc> arcs;
  for (std::uint32_t i = 0; i < nodes; ++i) arcs.push_back({i, (i + 1) % nodes});
  const auto found = cycles(nodes, arcs);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.front().size(), nodes);
}

// The plain definition, for comparison: two nodes belong together when each reaches the other.
std::vector<std::vector<bool>> reachability(std::uint32_t nodes, const std::vector<Arc>& arcs) {
  std::vector<std::vector<bool>> reach(nodes, std::vector<bool>(nodes));
  for (const auto& [from, to] : arcs) reach[from][to] = true;
  for (std::uint32_t k = 0; k < nodes; ++k)
    for (std::uint32_t i = 0; i < nodes; ++i)
      for (std::uint32_t j = 0; j < nodes; ++j)
        if (reach[i][k] && reach[k][j]) reach[i][j] = true;
  return reach;
}

TEST(Cycles, AgreeWithReachabilityOnRandomGraphs) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    const std::uint32_t nodes = 2 + random() % 12;
    std::vector<Arc> arcs;
    for (std::uint32_t i = 0; i < nodes * 3 / 2; ++i) arcs.push_back({random() % nodes, random() % nodes});
    const auto reach = reachability(nodes, arcs);
    std::vector<std::uint32_t> group(nodes, none);
    std::uint32_t number = 0;
    for (const auto& found : cycles(nodes, arcs)) {
      for (const auto node : found) group[node] = number;
      ++number;
    }
    for (std::uint32_t i = 0; i < nodes; ++i)
      for (std::uint32_t j = 0; j < i; ++j)
        EXPECT_EQ(reach[i][j] && reach[j][i], group[i] != none && group[i] == group[j]);
  }
}

}  // namespace
}  // namespace banyan::graph
