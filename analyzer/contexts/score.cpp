#include "analyzer/contexts/score.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

namespace banyan::contexts {
namespace {

using Overlaps =
    std::vector<std::map<std::uint32_t, std::uint32_t>>;  // per group of a: group of b -> common items

Overlaps overlaps(const Groups& a, const Groups& b) {
  Groups left = a;
  Overlaps result(renumber(left));
  for (std::size_t i = 0; i < a.size(); ++i) ++result[left[i]][b[i]];
  return result;
}

double pairs(double count) { return count * (count - 1) / 2; }

std::vector<std::uint32_t> sizes(const Groups& groups) {
  Groups numbered = groups;
  std::vector<std::uint32_t> result(renumber(numbered));
  for (const auto group : numbered) ++result[group];
  return result;
}

// How many different truth groups the clusters' best overlaps can cover: a matching by augmenting paths.
std::uint32_t distinct_best(const Overlaps& clusters) {
  std::vector<std::vector<std::uint32_t>> choices;
  for (const auto& cluster : clusters) {
    std::uint32_t most = 0;
    for (const auto& [group, count] : cluster) most = std::max(most, count);
    choices.emplace_back();
    for (const auto& [group, count] : cluster)
      if (count == most) choices.back().push_back(group);
  }
  std::map<std::uint32_t, std::uint32_t> taken;
  std::uint32_t matched = 0;
  for (std::uint32_t start = 0; start < choices.size(); ++start) {
    std::map<std::uint32_t, bool> tried;
    const std::function<bool(std::uint32_t)> place = [&](std::uint32_t cluster) {
      for (const auto group : choices[cluster]) {
        if (std::exchange(tried[group], true)) continue;
        const auto holder = taken.find(group);
        if (holder == taken.end() || place(holder->second)) {
          taken[group] = cluster;
          return true;
        }
      }
      return false;
    };
    matched += place(start);
  }
  return matched;
}

}  // namespace

double adjusted_rand_index(const Groups& a, const Groups& b) {
  double common = 0, in_a = 0, in_b = 0;
  for (const auto& row : overlaps(a, b))
    for (const auto& [group, count] : row) common += pairs(count);
  for (const auto size : sizes(a)) in_a += pairs(size);
  for (const auto size : sizes(b)) in_b += pairs(size);
  const double all = pairs(static_cast<double>(a.size()));
  if (all == 0) return 1;
  const double expected = in_a * in_b / all;
  const double limit = (in_a + in_b) / 2;
  return limit == expected ? 1 : (common - expected) / (limit - expected);
}

double mojo_fm(const Groups& found, const Groups& truth) {
  const auto clusters = overlaps(found, truth);
  double moves = 0;
  for (const auto& cluster : clusters) {
    std::uint32_t size = 0, most = 0;
    for (const auto& [group, count] : cluster) size += count, most = std::max(most, count);
    moves += size - most;
  }
  const double distance = moves + static_cast<double>(clusters.size()) - distinct_best(clusters);
  auto groups = sizes(truth);
  std::sort(groups.begin(), groups.end());
  std::uint32_t counted = 0;
  for (const auto size : groups)
    if (size > counted) ++counted;
  const double worst = static_cast<double>(found.size()) - counted;
  return worst <= 0 ? 100 : 100 * (1 - distance / worst);
}

double nested_share(const Groups& found, const Groups& truth) {
  const auto clusters = overlaps(found, truth);
  if (clusters.empty()) return 1;
  const auto nested =
      std::count_if(clusters.begin(), clusters.end(), [](const auto& row) { return row.size() == 1; });
  return static_cast<double>(nested) / static_cast<double>(clusters.size());
}

}  // namespace banyan::contexts
