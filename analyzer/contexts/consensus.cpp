#include "analyzer/contexts/consensus.hpp"

#include "analyzer/contexts/hierarchy.hpp"
#include "analyzer/contexts/leiden.hpp"
#include "analyzer/contexts/score.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>

namespace banyan::contexts {
namespace {

// Gamma-distributed with mean 1 and deviation 0.5 is the mean of four exponentials. In 1/1024, so that the
// last bit of a logarithm does not show.
std::int64_t noise(Random& random) {
  const double product = random.unit() * random.unit() * random.unit() * random.unit();
  return std::llround(-0.25 * std::log(product) * 1024);
}

Network shaken(const Network& network, Random& random) {
  Network result = network;
  result.degree = result.inside;
  result.total = 0;
  std::vector<std::uint32_t> at(network.start.begin(), network.start.end() - 1);
  // Arcs of a pair are met in the same order from both ends: `at` walks the other end's list.
  for (std::uint32_t node = 0; node < network.size(); ++node)
    for (auto i = network.start[node]; i < network.start[node + 1]; ++i) {
      const auto other = network.arcs[i].to;
      if (other < node) continue;
      const auto weight = std::max<std::int64_t>(1, network.arcs[i].weight * noise(random) / 1024);
      result.arcs[i].weight = weight;
      result.arcs[at[other]++].weight = weight;
      result.degree[node] += weight, result.degree[other] += weight;
    }
  for (const auto degree : result.degree) result.total += degree;
  return result;
}

std::uint64_t seed_of(std::uint64_t seed, std::uint32_t run) {
  return seed ^ (0x9e3779b97f4a7c15 * (run + 1ull));
}

// Runs `work(0)` .. `work(count - 1)` on all processors. The order does not matter: each call has a seed of
// its own.
template <typename Work>
void in_parallel(std::uint32_t count, const Work& work) {
  std::atomic<std::uint32_t> next = 0;
  const auto loop = [&] {
    for (auto i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::jthread> helpers;
  for (unsigned i = 1; i < std::min({std::thread::hardware_concurrency(), count, 8u}); ++i)
    helpers.emplace_back(loop);
  loop();
}

}  // namespace

Groups shaken_run(const Network& network, double gamma, double spread, std::uint64_t seed) {
  Random random(seed);
  const double exponent = 2 * random.unit() - 1;
  const double near = gamma * (std::round(std::pow(spread, exponent) * 0x1p20) * 0x1p-20);
  return leiden(shaken(network, random), near, random);
}

std::uint32_t Shape::large_groups(const Groups& groups) const {
  std::vector<std::uint32_t> size(groups.size());
  for (std::size_t i = 0; i < groups.size(); ++i) size[groups[i]] += files[i];
  return static_cast<std::uint32_t>(
      std::count_if(size.begin(), size.end(), [&](std::uint32_t count) { return count >= minimum_files; }));
}

double find_resolution(const Network& network, const Shape& shape, std::uint64_t seed) {
  double low = 0.05, high = 20;
  for (int step = 0; step < 16; ++step) {
    const double middle = std::sqrt(low * high);
    Random random(seed);
    const auto large = shape.large_groups(leiden(network, middle, random));
    if (large == shape.target_groups) return middle;
    (large < shape.target_groups ? low : high) = middle;
  }
  return std::sqrt(low * high);
}

std::uint32_t affordable_runs(const Network& network, std::uint32_t wanted) {
  constexpr std::size_t arcs_in_all = 12'000'000;
  const auto affordable = arcs_in_all / std::max<std::size_t>(1, network.arcs.size());
  return std::min<std::uint32_t>(wanted,
                                 static_cast<std::uint32_t>(std::clamp<std::size_t>(affordable, 20, 1000)));
}

Consensus find_consensus(const Network& network, double gamma, std::uint32_t runs, std::uint64_t seed) {
  Consensus consensus;
  consensus.runs.resize(runs);
  in_parallel(runs, [&](std::uint32_t run) {
    consensus.runs[run] = shaken_run(network, gamma, 1.3, seed_of(seed, run));
  });
  consensus.dendrogram = link_average(consensus.runs);
  return consensus;
}

Groups cut_dendrogram(const std::vector<Merge>& dendrogram, std::uint32_t leaves, std::uint32_t groups) {
  const auto merges = leaves - std::clamp(groups, 1u, std::max(1u, leaves));
  std::vector<std::uint32_t> top(leaves + dendrogram.size());
  for (std::uint32_t i = 0; i < top.size(); ++i) top[i] = i;
  for (std::uint32_t i = merges; i-- > 0;) {
    // Children come before their parent, so walking back gives each its root.
    top[dendrogram[i].left] = top[dendrogram[i].right] = top[leaves + i];
  }
  Groups result(top.begin(), top.begin() + leaves);
  renumber(result);
  return result;
}

Groups choose_cut(const std::vector<Merge>& dendrogram, const Shape& shape) {
  const auto leaves = static_cast<std::uint32_t>(shape.files.size());
  std::vector<std::uint32_t> size(shape.files);
  std::vector<std::uint32_t> large(dendrogram.size() + 1);  // after so many merges
  const auto is_large = [&](std::uint32_t node) { return size[node] >= shape.minimum_files ? 1u : 0u; };
  for (std::uint32_t i = 0; i < leaves; ++i) large[0] += is_large(i);
  for (std::size_t i = 0; i < dendrogram.size(); ++i) {
    const auto [left, right, together] = dendrogram[i];
    size.push_back(size[left] + size[right]);
    large[i + 1] =
        large[i] - is_large(left) - is_large(right) + is_large(static_cast<std::uint32_t>(leaves + i));
  }
  std::size_t best = 0;
  std::uint32_t most = 0;
  for (std::size_t merges = dendrogram.size() + 1; merges-- > 0;) {
    if (leaves - merges < shape.target_groups) continue;
    if (large[merges] > most) best = merges, most = large[merges];
    if (most >= shape.target_groups) break;
  }
  if (most == 0 && leaves > 0) best = dendrogram.size();
  return cut_dendrogram(dendrogram, leaves, leaves - static_cast<std::uint32_t>(best));
}

Groups best_cut(const std::vector<Merge>& dendrogram, const Network& network) {
  constexpr std::uint32_t most_groups = 100;
  Groups best(network.size());
  double most = modularity(network, best);
  for (std::uint32_t count = 2; count <= std::min(most_groups, network.size()); ++count) {
    auto groups = cut_dendrogram(dendrogram, network.size(), count);
    const double quality = modularity(network, groups);
    if (quality > most + 1e-9) most = quality, best = std::move(groups);
  }
  return best;
}

std::vector<double> stability(const std::vector<Groups>& runs, const Groups& groups) {
  std::vector<std::vector<std::uint32_t>> members;
  for (std::uint32_t node = 0; node < groups.size(); ++node) {
    if (groups[node] >= members.size()) members.resize(groups[node] + 1);
    members[groups[node]].push_back(node);
  }
  std::vector<std::uint64_t> together(groups.size());
  std::vector<std::uint32_t> count(groups.size());
  for (const auto& run : runs)
    for (const auto& group : members) {
      for (const auto node : group) ++count[run[node]];
      for (const auto node : group) together[node] += count[run[node]] - 1;
      for (const auto node : group) count[run[node]] = 0;
    }
  std::vector<double> result(groups.size(), 1.0);
  for (std::size_t node = 0; node < groups.size(); ++node)
    if (const auto others = members[groups[node]].size() - 1; others > 0 && !runs.empty())
      result[node] = static_cast<double>(together[node]) / static_cast<double>(others * runs.size());
  return result;
}

}  // namespace banyan::contexts
