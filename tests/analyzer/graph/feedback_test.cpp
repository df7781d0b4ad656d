// Cuts of cycles against brute force over all orders, and what the heuristic gives on large ones.
#include "analyzer/graph/graph.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace banyan::graph {
namespace {

double brute_force(std::uint32_t nodes, const std::vector<WeightedArc>& arcs) {
  std::vector<std::uint32_t> order(nodes);
  std::iota(order.begin(), order.end(), 0U);
  double best = 1e9;
  do {
    std::vector<std::uint32_t> place(nodes);
    for (std::uint32_t i = 0; i < nodes; ++i) place[order[i]] = i;
    double sum = 0;
    for (const auto& arc : arcs) sum += place[arc.from] > place[arc.to] ? arc.weight : 0;
    best = std::min(best, sum);
  } while (std::next_permutation(order.begin(), order.end()));
  return best;
}

std::vector<WeightedArc> random_arcs(std::uint32_t nodes, std::size_t count, std::mt19937_64& random) {
  std::vector<WeightedArc> arcs;
  while (arcs.size() < count) {
    const auto from = static_cast<std::uint32_t>(random() % nodes), to = static_cast<std::uint32_t>(random() % nodes);
    if (from != to) arcs.push_back({from, to, 1.0 + static_cast<double>(random() % 9)});
  }
  return arcs;
}

bool acyclic_without(std::uint32_t nodes, const std::vector<WeightedArc>& arcs, const Feedback& cut) {
  std::vector<Arc> left;
  for (std::size_t i = 0; i < arcs.size(); ++i)
    if (!std::binary_search(cut.arcs.begin(), cut.arcs.end(), i)) left.emplace_back(arcs[i].from, arcs[i].to);
  return cycles(nodes, left).empty();
}

TEST(FeedbackArcs, TheCheapestArcOfARing) {
  const std::vector<WeightedArc> ring{{0, 1, 3}, {1, 2, 2}, {2, 0, 5}};
  const Feedback cut = feedback_arcs(3, ring);
  EXPECT_EQ(cut.arcs, std::vector<std::size_t>{1});
  EXPECT_EQ(cut.weight, 2);
  EXPECT_TRUE(feedback_arcs(3, std::vector<WeightedArc>{{0, 1, 1}, {0, 2, 1}}).arcs.empty());
}

TEST(FeedbackArcs, EqualBruteForceOnSmallGraphs) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 60; ++i) {
    const auto nodes = static_cast<std::uint32_t>(3 + random() % 5);
    const auto arcs = random_arcs(nodes, 3 * nodes, random);
    const Feedback cut = feedback_arcs(nodes, arcs);
    EXPECT_TRUE(cut.exact);
    EXPECT_DOUBLE_EQ(cut.weight, brute_force(nodes, arcs)) << i;
    EXPECT_TRUE(acyclic_without(nodes, arcs, cut)) << i;
  }
}

TEST(FeedbackArcs, LargeGraphsBecomeAcyclicAndNoCutIsWasted) {
  std::mt19937_64 random(5);
  for (const std::uint32_t nodes : {feedback_exact, feedback_exact + 1, 60U, 300U}) {
    const auto arcs = random_arcs(nodes, 4 * nodes, random);
    const Feedback cut = feedback_arcs(nodes, arcs);
    EXPECT_EQ(cut.exact, nodes <= feedback_exact);
    EXPECT_TRUE(acyclic_without(nodes, arcs, cut)) << nodes;
    double all = 0;
    for (const auto& arc : arcs) all += arc.weight;
    EXPECT_LT(cut.weight, all / 2) << nodes;
  }
}

}  // namespace
}  // namespace banyan::graph
