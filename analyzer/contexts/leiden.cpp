#include "analyzer/contexts/leiden.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

namespace banyan::contexts {
namespace {

// The links of one node to the groups around it. Reused for every node; `touched` is in order of the node's
// neighbours.
class Neighbourhood {
 public:
  explicit Neighbourhood(std::uint32_t groups) : weight_(groups), seen_(groups) {}

  void gather(const Network& network, const Groups& groups, std::uint32_t node) {
    for (const auto group : touched_) weight_[group] = 0, seen_[group] = false;
    touched_.clear();
    for (const auto& arc : network.of(node)) add(groups[arc.to], arc.weight);
  }
  void add(std::uint32_t group, std::int64_t weight) {
    if (!seen_[group]) {
      seen_[group] = true;
      touched_.push_back(group);
    }
    weight_[group] += weight;
  }
  std::int64_t to(std::uint32_t group) const { return weight_[group]; }
  const std::vector<std::uint32_t>& touched() const { return touched_; }

 private:
  std::vector<std::int64_t> weight_;
  std::vector<bool> seen_;
  std::vector<std::uint32_t> touched_;
};

// What a node's links to a group are worth beyond chance, times the total weight.
double gain(std::int64_t links, std::int64_t node_degree, std::int64_t group_degree,
            double gamma_over_total) {
  return static_cast<double>(links) -
         gamma_over_total * static_cast<double>(node_degree) * static_cast<double>(group_degree);
}

std::vector<std::uint32_t> visiting_order(std::uint32_t nodes, Random& random) {
  std::vector<std::uint32_t> order(nodes);
  std::iota(order.begin(), order.end(), 0u);
  shuffle(order, random);
  return order;
}

// Moves single nodes to the group where they are worth most, revisiting the neighbours of whatever moved.
class LocalMoves {
 public:
  LocalMoves(const Network& network, double gamma, Groups& groups)
      : network_(network),
        gamma_over_total_(gamma / static_cast<double>(network.total)),
        groups_(groups),
        degree_(network.size()),
        members_(network.size()),
        around_(network.size()) {
    for (std::uint32_t node = 0; node < network.size(); ++node) {
      degree_[groups[node]] += network.degree[node];
      ++members_[groups[node]];
    }
    for (std::uint32_t group = network.size(); group-- > 0;)
      if (members_[group] == 0) empty_.push_back(group);
  }

  bool run(Random& random) {
    auto queue = visiting_order(network_.size(), random);
    std::vector<bool> queued(network_.size(), true);
    bool changed = false;
    for (std::size_t i = 0; i < queue.size(); ++i) {
      const auto node = queue[i];
      queued[node] = false;
      const auto target = best_group(node);
      if (target == groups_[node]) continue;
      move(node, target);
      changed = true;
      for (const auto& arc : network_.of(node))
        if (!queued[arc.to] && groups_[arc.to] != target) {
          queued[arc.to] = true;
          queue.push_back(arc.to);
        }
    }
    return changed;
  }

 private:
  std::uint32_t best_group(std::uint32_t node) {
    around_.gather(network_, groups_, node);
    const auto own = groups_[node];
    const auto node_degree = network_.degree[node];
    auto best = own;
    double most = gain(around_.to(own), node_degree, degree_[own] - node_degree, gamma_over_total_);
    for (const auto group : around_.touched()) {
      if (group == own) continue;
      const double worth = gain(around_.to(group), node_degree, degree_[group], gamma_over_total_);
      if (worth > most) most = worth, best = group;
    }
    if (most < 0 && members_[own] > 1) best = empty_.back();
    return best;
  }

  void move(std::uint32_t node, std::uint32_t target) {
    const auto from = groups_[node];
    if (!empty_.empty() && empty_.back() == target) empty_.pop_back();
    degree_[from] -= network_.degree[node], degree_[target] += network_.degree[node];
    ++members_[target];
    if (--members_[from] == 0) empty_.push_back(from);
    groups_[node] = target;
  }

  const Network& network_;
  double gamma_over_total_;
  Groups& groups_;
  std::vector<std::int64_t> degree_;
  std::vector<std::uint32_t> members_, empty_;
  Neighbourhood around_;
};

// Splits each group into well-connected parts: single nodes join a part of their own group where that gains
// most.
class Refinement {
 public:
  Refinement(const Network& network, double gamma, const Groups& groups)
      : network_(network),
        gamma_over_total_(gamma / static_cast<double>(network.total)),
        groups_(groups),
        parts_(network.size()),
        degree_(network.degree),
        outward_(network.size()),
        single_(network.size(), true),
        group_degree_(network.size()),
        around_(network.size()) {
    std::iota(parts_.begin(), parts_.end(), 0u);
    for (std::uint32_t node = 0; node < network.size(); ++node) {
      group_degree_[groups[node]] += network.degree[node];
      for (const auto& arc : network.of(node))
        if (groups[arc.to] == groups[node]) outward_[node] += arc.weight;
    }
  }

  Groups run(Random& random) {
    for (const auto node : visiting_order(network_.size(), random))
      if (single_[node] && well_connected(node, groups_[node])) join_best(node);
    return std::move(parts_);
  }

 private:
  // Is a part linked to the rest of its group at least as much as chance would have it?
  bool well_connected(std::uint32_t part, std::uint32_t group) const {
    return gain(outward_[part], degree_[part], group_degree_[group] - degree_[part], gamma_over_total_) >= 0;
  }

  void join_best(std::uint32_t node) {
    around_.gather(network_, parts_, node);
    auto best = node;
    double most = 0;
    for (const auto part : around_.touched()) {
      if (part == node || groups_[part] != groups_[node] || !well_connected(part, groups_[node])) continue;
      const double worth = gain(around_.to(part), network_.degree[node], degree_[part], gamma_over_total_);
      if (worth > most) most = worth, best = part;
    }
    if (best == node) return;
    outward_[best] += outward_[node] - 2 * around_.to(best);
    degree_[best] += network_.degree[node];
    degree_[node] = outward_[node] = 0;
    parts_[node] = best;
    single_[node] = single_[best] = false;
  }

  const Network& network_;
  double gamma_over_total_;
  const Groups& groups_;
  Groups parts_;  // named after the node that started the part, which never leaves it
  std::vector<std::int64_t> degree_, outward_;
  std::vector<bool> single_;
  std::vector<std::int64_t> group_degree_;
  Neighbourhood around_;
};

// One pass from the given groups through all levels of aggregation. Empty when nothing moved.
std::optional<Groups> improve(const Network& original, double gamma, Groups groups, Random& random) {
  Groups place(original.size());  // node of the present level that holds an original node
  std::iota(place.begin(), place.end(), 0u);
  Network level = original;
  bool any = false;
  while (true) {
    any |= LocalMoves(level, gamma, groups).run(random);
    renumber(groups);
    Groups parts = Refinement(level, gamma, groups).run(random);
    const auto count = renumber(parts);
    if (count == level.size()) break;
    Groups next(count);
    for (std::uint32_t node = 0; node < level.size(); ++node) next[parts[node]] = groups[node];
    for (auto& node : place) node = parts[node];
    level = aggregate(level, parts, count);
    groups = std::move(next);
  }
  if (!any) return std::nullopt;
  for (auto& node : place) node = groups[node];
  return place;
}

}  // namespace

Groups leiden(const Network& network, double gamma, Random& random) {
  Groups groups(network.size());
  std::iota(groups.begin(), groups.end(), 0u);
  if (network.total == 0) return groups;
  // Each round can only improve; the limit is for rounding, which might let two solutions alternate.
  for (int round = 0; round < 20; ++round) {
    auto better = improve(network, gamma, groups, random);
    if (!better) break;
    const bool gained = modularity(network, *better, gamma) > modularity(network, groups, gamma) + 1e-12;
    if (gained) groups = std::move(*better);
    if (!gained) break;
  }
  renumber(groups);
  return groups;
}

}  // namespace banyan::contexts
