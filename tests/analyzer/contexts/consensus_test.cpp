#include "analyzer/contexts/consensus.hpp"

#include "analyzer/contexts/hierarchy.hpp"
#include "analyzer/contexts/leiden.hpp"
#include "analyzer/contexts/score.hpp"
#include "tests/analyzer/contexts/known_graphs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::contexts {
namespace {

using ::testing::ElementsAre;

// Average linkage as the textbook has it: a full matrix over nodes, the closest pair of all at every step.
std::vector<double> naive_heights(const std::vector<Groups>& runs) {
  const auto nodes = runs.front().size();
  std::vector<std::vector<std::size_t>> clusters;
  for (std::size_t node = 0; node < nodes; ++node) clusters.push_back({node});
  const auto together = [&](const auto& x, const auto& y) {
    double sum = 0;
    for (const auto a : x)
      for (const auto b : y)
        for (const auto& run : runs) sum += run[a] == run[b];
    return sum / static_cast<double>(x.size() * y.size() * runs.size());
  };
  std::vector<double> heights;
  while (clusters.size() > 1) {
    std::size_t left = 0, right = 1;
    double best = -1;
    for (std::size_t i = 0; i < clusters.size(); ++i)
      for (std::size_t j = i + 1; j < clusters.size(); ++j)
        if (const double value = together(clusters[i], clusters[j]); value > best)
          best = value, left = i, right = j;
    heights.push_back(best);
    clusters[left].insert(clusters[left].end(), clusters[right].begin(), clusters[right].end());
    clusters.erase(clusters.begin() + static_cast<std::ptrdiff_t>(right));
  }
  return heights;
}

TEST(Linkage, AgreesWithTheTextbookWhereNothingTies) {
  const auto planted = planted_groups(3, 6, 0.6, 0.15, 5);
  const auto consensus = find_consensus(planted.network, 1.0, 101, 9);
  std::vector<double> heights;
  for (const auto& merge : consensus.dendrogram) heights.push_back(merge.together);
  const auto expected = naive_heights(consensus.runs);
  ASSERT_EQ(heights.size(), expected.size());
  for (std::size_t i = 0; i < heights.size(); ++i) EXPECT_NEAR(heights[i], expected[i], 1e-9) << i;
}

TEST(Linkage, HeightsNeverRise) {
  const auto planted = planted_groups(5, 12, 0.3, 0.08, 2);
  const auto consensus = find_consensus(planted.network, 1.0, 40, 3);
  ASSERT_EQ(consensus.dendrogram.size(), planted.truth.size() - 1);
  for (std::size_t i = 1; i < consensus.dendrogram.size(); ++i)
    EXPECT_LE(consensus.dendrogram[i].together, consensus.dendrogram[i - 1].together);
}

TEST(Linkage, RunsThatAgreeGiveThemselves) {
  const std::vector<Groups> runs(10, Groups{0, 1, 0, 1, 2});
  const auto merges = link_average(runs);
  EXPECT_EQ(cut_dendrogram(merges, 5, 3), (Groups{0, 1, 0, 1, 2}));
  EXPECT_THAT(stability(runs, {0, 1, 0, 1, 2}), ElementsAre(1, 1, 1, 1, 1));
  EXPECT_THAT(stability(runs, {0, 0, 0, 1, 1}), ElementsAre(0.5, 0, 0.5, 0, 0));
}

TEST(Consensus, FindsPlantedGroupsInNoise) {
  const auto planted = planted_groups(6, 20, 0.45, 0.05, 11);
  Shape shape{.files = std::vector<std::uint32_t>(120, 1), .target_groups = 6};
  const double gamma = find_resolution(planted.network, shape, 1);
  const auto consensus = find_consensus(planted.network, gamma, 50, 1);
  EXPECT_GT(adjusted_rand_index(choose_cut(consensus.dendrogram, shape), planted.truth), 0.95);
}

TEST(Consensus, SeedDecidesAndThreadsDoNot) {
  const auto planted = planted_groups(4, 15, 0.3, 0.1, 4);
  const auto a = find_consensus(planted.network, 1.0, 30, 5), b = find_consensus(planted.network, 1.0, 30, 5);
  EXPECT_EQ(a.runs, b.runs);
  EXPECT_NE(a.runs, find_consensus(planted.network, 1.0, 30, 6).runs);
}

TEST(Resolution, MeetsTheTarget) {
  const auto planted = planted_groups(8, 12, 0.5, 0.05, 1);
  for (const std::uint32_t target : {4u, 8u}) {
    const Shape shape{.files = std::vector<std::uint32_t>(96, 1), .target_groups = target};
    Random random(1);
    EXPECT_EQ(shape.large_groups(leiden(planted.network, find_resolution(planted.network, shape, 1), random)),
              target);
  }
}

TEST(Cut, FindsTheNaturalNumberOfGroups) {
  for (const std::uint32_t natural : {2u, 5u, 7u, 10u, 16u}) {
    const auto planted = planted_groups(natural, 12, 0.8, 0.01, natural);
    const auto consensus = find_consensus(planted.network, 1.2, 40, 1);
    EXPECT_DOUBLE_EQ(adjusted_rand_index(best_cut(consensus.dendrogram, planted.network), planted.truth), 1.0);
  }
}

TEST(Cut, WithoutLinksEverythingIsOneGroup) {
  const auto network = make_network(4, {});
  EXPECT_EQ(best_cut(find_consensus(network, 1.2, 3, 1).dendrogram, network), Groups(4));
}

TEST(Cut, IsTheCoarsestWithEnoughLargeGroups) {
  // Leaves 0 and 1 are large, 2 is a crumb that joins last: three groups, but only two large ones.
  const std::vector<Merge> merges = {{0, 1, 0.5}, {2, 3, 0.1}};
  const Shape shape{.files = {5, 5, 1}, .target_groups = 2};
  EXPECT_THAT(choose_cut(merges, shape), ElementsAre(0, 1, 2));
}

}  // namespace
}  // namespace banyan::contexts
