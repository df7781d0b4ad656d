#include "analyzer/contexts/groups.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

namespace banyan::contexts {
namespace {

std::vector<std::uint32_t> components_of(const graph::Graph& graph, const std::vector<std::string>& entries) {
  std::set<std::uint32_t> found;
  for (std::uint32_t file = 0; file < graph.files.size(); ++file)
    for (const auto& entry : entries)
      if (covers(entry, graph.files[file])) found.insert(graph.component_of[file]);
  return {found.begin(), found.end()};
}

class Blocks {
 public:
  explicit Blocks(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), 0u); }
  void join(const std::vector<std::uint32_t>& members) {
    for (const auto member : members) {
      const auto a = find(members.front()), b = find(member);
      parent_[std::max(a, b)] = std::min(a, b);
    }
  }
  Groups numbers() {
    Groups result(parent_.size());
    for (std::uint32_t i = 0; i < result.size(); ++i) result[i] = find(i);
    return result;
  }

 private:
  std::uint32_t find(std::uint32_t node) {
    while (parent_[node] != node) node = parent_[node] = parent_[parent_[node]];
    return node;
  }
  std::vector<std::uint32_t> parent_;
};

std::map<std::uint32_t, std::int64_t> ties(const Network& network, const Groups& groups,
                                           std::uint32_t block) {
  std::map<std::uint32_t, std::int64_t> result;
  for (const auto& arc : network.of(block)) result[groups[arc.to]] += arc.weight;
  return result;
}

bool conflicts(const Constraints& constraints, const Groups& groups, std::uint32_t block,
               std::uint32_t group) {
  return std::any_of(constraints.apart.begin(), constraints.apart.end(), [&](const auto& pair) {
    return (pair.first == block && groups[pair.second] == group) ||
           (pair.second == block && groups[pair.first] == group);
  });
}

// State of `absorb`: sizes, volumes and links of groups, kept up to date while they merge.
class Absorber {
 public:
  Absorber(const Network& network, const std::vector<std::uint32_t>& files, const Constraints& constraints,
           Groups& groups)
      : constraints_(constraints), groups_(groups) {
    const auto count = renumber(groups_);
    files_.resize(count), volume_.resize(count), links_.resize(count), fixed_.resize(count);
    for (std::uint32_t node = 0; node < groups_.size(); ++node) {
      files_[groups_[node]] += files[node];
      volume_[groups_[node]] += network.degree[node];
      for (const auto& arc : network.of(node))
        if (groups_[arc.to] != groups_[node]) links_[groups_[node]][groups_[arc.to]] += arc.weight;
    }
    for (const auto& [block, name] : constraints.named) fixed_[groups_[block]] = true;
  }

  void run(std::uint32_t minimum) {
    std::set<std::pair<std::uint32_t, std::uint32_t>> small;  // files, group
    for (std::uint32_t group = 0; group < files_.size(); ++group)
      if (files_[group] < minimum && !fixed_[group]) small.emplace(files_[group], group);
    std::vector<std::uint32_t> alone;
    while (!small.empty()) {
      const auto group = small.begin()->second;
      small.erase(small.begin());
      const auto target = best_neighbour(group);
      if (target == graph::none) {
        if (links_[group].empty()) alone.push_back(group);
        continue;
      }
      small.erase({files_[target], target});
      merge(group, target);
      if (files_[target] < minimum && !fixed_[target]) small.emplace(files_[target], target);
    }
    for (std::size_t i = 1; i < alone.size(); ++i)
      if (!forbidden(alone[i], alone.front())) merge(alone[i], alone.front());
    renumber(groups_);
  }

 private:
  bool forbidden(std::uint32_t a, std::uint32_t b) const {
    return std::any_of(constraints_.apart.begin(), constraints_.apart.end(), [&](const auto& pair) {
      const auto x = groups_[pair.first], y = groups_[pair.second];
      return (x == a && y == b) || (x == b && y == a);
    });
  }

  std::uint32_t best_neighbour(std::uint32_t group) const {
    std::uint32_t best = graph::none;
    double most = 0;
    for (const auto& [other, weight] : links_[group]) {
      const double pull = static_cast<double>(weight) / std::sqrt(static_cast<double>(volume_[other]));
      if (pull > most && !forbidden(group, other)) most = pull, best = other;
    }
    return best;
  }

  void merge(std::uint32_t group, std::uint32_t target) {
    for (auto& node : groups_)
      if (node == group) node = target;
    files_[target] += files_[group], volume_[target] += volume_[group];
    for (const auto& [other, weight] : links_[group]) {
      links_[other].erase(group);
      if (other == target) continue;
      links_[target][other] += weight, links_[other][target] += weight;
    }
    links_[group].clear();
  }

  const Constraints& constraints_;
  Groups& groups_;
  std::vector<std::uint32_t> files_;
  std::vector<std::int64_t> volume_;
  std::vector<std::map<std::uint32_t, std::int64_t>> links_;
  std::vector<bool> fixed_;
};

}  // namespace

bool covers(std::string_view entry, std::string_view file) {
  return entry.ends_with('/') ? file.starts_with(entry) : file == entry;
}

Constraints resolve_hints(const graph::Graph& graph, const Hints& hints) {
  Blocks blocks(graph.components.size());
  for (const auto& group : hints.must_link) blocks.join(components_of(graph, group));
  std::vector<std::pair<std::uint32_t, std::string>> seeds;
  for (const auto& seed : hints.seeds) {
    const auto members = components_of(graph, seed.files);
    if (members.empty()) continue;
    blocks.join(members);
    seeds.emplace_back(members.front(), seed.name);
  }
  Constraints result{.block = blocks.numbers(), .apart = {}, .named = {}};
  result.blocks = renumber(result.block);
  for (auto& [component, name] : seeds) result.named.emplace_back(result.block[component], std::move(name));
  const auto keep_apart = [&](std::uint32_t a, std::uint32_t b) {
    if (a != b) result.apart.emplace_back(std::min(a, b), std::max(a, b));
  };
  for (std::size_t i = 0; i < result.named.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) keep_apart(result.named[i].first, result.named[j].first);
  for (const auto& [left, right] : hints.cannot_link)
    for (const auto a : components_of(graph, {left}))
      for (const auto b : components_of(graph, {right})) keep_apart(result.block[a], result.block[b]);
  std::sort(result.apart.begin(), result.apart.end());
  result.apart.erase(std::unique(result.apart.begin(), result.apart.end()), result.apart.end());
  return result;
}

HintProblems check_hints(const graph::Graph& graph, const Hints& hints) {
  std::set<std::string> unmatched, contradictions;
  const auto look = [&](const std::vector<std::string>& entries) {
    for (const auto& entry : entries)
      if (components_of(graph, {entry}).empty()) unmatched.insert(entry);
  };
  for (const auto& group : hints.must_link) look(group);
  for (const auto& [left, right] : hints.cannot_link) look({left, right});
  for (const auto& seed : hints.seeds) look(seed.files);
  const auto constraints = resolve_hints(graph, hints);
  for (const auto& [left, right] : hints.cannot_link)
    for (const auto a : components_of(graph, {left}))
      for (const auto b : components_of(graph, {right}))
        if (constraints.block[a] == constraints.block[b])
          contradictions.insert(left + " and " + right +
                                " are kept apart by cannot_link, and held together by must_link, a seed or a header "
                                "that a source implements: they stay together");
  for (std::size_t i = 0; i < constraints.named.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (constraints.named[i].first == constraints.named[j].first)
        contradictions.insert("the seeds " + constraints.named[j].second + " and " + constraints.named[i].second +
                              " claim files that belong together: they come out as one context");
  return {{unmatched.begin(), unmatched.end()}, {contradictions.begin(), contradictions.end()}};
}

void separate(const Network& network, const Constraints& constraints, Groups& groups) {
  auto fresh = groups.empty() ? 0 : *std::max_element(groups.begin(), groups.end()) + 1;
  for (const auto& [a, b] : constraints.apart) {
    if (groups[a] != groups[b]) continue;
    const auto own = groups[a];
    auto ties_a = ties(network, groups, a), ties_b = ties(network, groups, b);
    const auto mover = ties_a[own] < ties_b[own] ? a : b;
    auto target = fresh;
    std::int64_t most = 0;
    for (const auto& [group, weight] : mover == a ? ties_a : ties_b)
      if (group != own && weight > most && !conflicts(constraints, groups, mover, group))
        most = weight, target = group;
    groups[mover] = target;
    if (target == fresh) ++fresh;
  }
  renumber(groups);
}

void absorb(const Network& network, const std::vector<std::uint32_t>& files, std::uint32_t minimum,
            const Constraints& constraints, Groups& groups) {
  Absorber(network, files, constraints, groups).run(minimum);
}

}  // namespace banyan::contexts
