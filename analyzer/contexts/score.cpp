#include "analyzer/contexts/score.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
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

// The largest sum of entries, one a row and no two in a column: the Hungarian method with potentials
// (Kuhn, Munkres; in the O(rows^2 columns) form), on costs = -gain. Needs rows <= columns.
class Assignment {
 public:
  explicit Assignment(std::vector<std::vector<std::int64_t>> gain)
      : gain_(std::move(gain)),
        columns_(gain_.empty() ? 0 : gain_.front().size()),
        row_potential_(gain_.size() + 1),
        column_potential_(columns_ + 1),
        row_of_(columns_ + 1),
        before_(columns_ + 1) {}

  std::int64_t best() {
    for (std::size_t row = 1; row <= gain_.size(); ++row) place(row);
    std::int64_t sum = 0;
    for (std::size_t column = 1; column <= columns_; ++column)
      if (row_of_[column] > 0) sum += gain_[row_of_[column] - 1][column - 1];
    return sum;
  }

 private:
  // Column 0 stands for "not placed yet". A shortest augmenting path from it to a free column.
  void place(std::size_t row) {
    constexpr auto far = std::numeric_limits<std::int64_t>::max();
    row_of_[0] = row;
    std::vector<std::int64_t> slack(columns_ + 1, far);
    std::vector<bool> used(columns_ + 1);
    std::size_t at = 0;
    while (row_of_[at] != 0) {
      used[at] = true;
      at = step(at, used, slack);
    }
    for (; at != 0; at = before_[at]) row_of_[at] = row_of_[before_[at]];
  }

  std::size_t step(std::size_t at, const std::vector<bool>& used, std::vector<std::int64_t>& slack) {
    const auto row = row_of_[at];
    std::size_t next = 0;
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    for (std::size_t column = 1; column <= columns_; ++column) {
      if (used[column]) continue;
      const auto cost = -gain_[row - 1][column - 1] - row_potential_[row] - column_potential_[column];
      if (cost < slack[column]) slack[column] = cost, before_[column] = at;
      if (slack[column] < least) least = slack[column], next = column;
    }
    for (std::size_t column = 0; column <= columns_; ++column)
      if (used[column])
        row_potential_[row_of_[column]] += least, column_potential_[column] -= least;
      else if (column > 0)
        slack[column] -= least;
    return next;
  }

  std::vector<std::vector<std::int64_t>> gain_;
  std::size_t columns_;
  std::vector<std::int64_t> row_potential_, column_potential_;
  std::vector<std::size_t> row_of_, before_;
};

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

std::uint32_t moves(const Groups& a, const Groups& b) {
  Groups rows = a, columns = b;
  auto row_count = renumber(rows), column_count = renumber(columns);
  if (row_count > column_count) std::swap(rows, columns), std::swap(row_count, column_count);
  std::vector<std::vector<std::int64_t>> common(row_count, std::vector<std::int64_t>(column_count));
  for (std::size_t i = 0; i < rows.size(); ++i) ++common[rows[i]][columns[i]];
  return static_cast<std::uint32_t>(static_cast<std::int64_t>(a.size()) - Assignment(std::move(common)).best());
}

double a2a(const Groups& a, const Groups& b) {
  const auto items = static_cast<double>(a.size());
  const auto in_a = static_cast<double>(sizes(a).size()), in_b = static_cast<double>(sizes(b).size());
  const double changes = moves(a, b) + std::abs(in_a - in_b);
  return items == 0 ? 100 : 100 * (1 - changes / (in_a + in_b + 4 * items));
}

double c2c_coverage(const Groups& found, const Groups& truth, double threshold) {
  const auto found_sizes = sizes(found);
  Groups numbered = found;
  renumber(numbered);
  const auto groups = overlaps(truth, numbered);
  const auto covered = std::count_if(groups.begin(), groups.end(), [&](const auto& row) {
    std::uint32_t size = 0;
    for (const auto& [group, count] : row) size += count;
    return std::any_of(row.begin(), row.end(), [&](const auto& one) {
      return one.second > threshold * std::max(size, found_sizes[one.first]);
    });
  });
  return groups.empty() ? 100 : 100 * static_cast<double>(covered) / static_cast<double>(groups.size());
}

double nested_share(const Groups& found, const Groups& truth) {
  const auto clusters = overlaps(found, truth);
  if (clusters.empty()) return 1;
  const auto nested =
      std::count_if(clusters.begin(), clusters.end(), [](const auto& row) { return row.size() == 1; });
  return static_cast<double>(nested) / static_cast<double>(clusters.size());
}

}  // namespace banyan::contexts
