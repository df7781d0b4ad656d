#include "analyzer/contexts/hierarchy.hpp"

#include <algorithm>
#include <map>
#include <numeric>

namespace banyan::contexts {
namespace {

// Above this many atoms the matrix would not fit: then only as many runs are used as keep within it.
constexpr std::size_t atom_limit = 5000;

struct Atoms {
  Groups atom_of;
  std::uint32_t count = 0;
  std::uint32_t runs = 0;
};

Atoms find_atoms(const std::vector<Groups>& runs) {
  const auto nodes = runs.front().size();
  Atoms atoms{.atom_of = Groups(nodes), .count = nodes > 0 ? 1u : 0u};
  for (const auto& run : runs) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> numbers;
    Groups finer(nodes);
    for (std::size_t node = 0; node < nodes; ++node)
      finer[node] = numbers.try_emplace({atoms.atom_of[node], run[node]}, numbers.size()).first->second;
    if (atoms.runs > 0 && numbers.size() > atom_limit) break;
    atoms.atom_of = std::move(finer);
    atoms.count = static_cast<std::uint32_t>(numbers.size());
    ++atoms.runs;
  }
  return atoms;
}

struct Step {
  std::uint32_t left, right;  // atoms that stand for the two sides
  std::uint64_t together;     // co-memberships over all pairs
  std::uint64_t pairs;
};

// a/b > c/d without rounding; counts stay far below 2^32 a side for graphs that fit at all.
bool greater(std::uint64_t a, std::uint64_t b, std::uint64_t c, std::uint64_t d) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<Wide>(a) * d > static_cast<Wide>(c) * b;
}

// Nearest-neighbour chain: follow the closest cluster until two are each other's closest, merge them.
class Chain {
 public:
  Chain(const std::vector<Groups>& runs, const Atoms& atoms) : count_(atoms.count), size_(atoms.count) {
    together_.resize(std::size_t{count_} * count_);
    std::vector<std::uint32_t> any(count_);
    for (std::uint32_t node = 0; node < atoms.atom_of.size(); ++node) {
      ++size_[atoms.atom_of[node]];
      any[atoms.atom_of[node]] = node;
    }
    for (std::uint32_t run = 0; run < atoms.runs; ++run) count_run(runs[run], any);
    for (std::uint32_t a = 0; a < count_; ++a)
      for (std::uint32_t b = 0; b < count_; ++b) at(a, b) *= std::uint64_t{size_[a]} * size_[b];
    alive_.resize(count_);
    std::iota(alive_.begin(), alive_.end(), 0u);
  }

  std::vector<Step> run() {
    std::vector<Step> steps;
    std::vector<std::uint32_t> chain;
    while (alive_.size() > 1) {
      if (chain.empty()) chain.push_back(alive_.front());
      const auto last = chain.back();
      const auto before = chain.size() > 1 ? chain[chain.size() - 2] : graph::none;
      const auto near = nearest(last, before);
      if (near != before) {
        chain.push_back(near);
        continue;
      }
      chain.resize(chain.size() - 2);
      steps.push_back(merge(std::min(last, near), std::max(last, near)));
    }
    return steps;
  }

 private:
  std::uint64_t& at(std::uint32_t a, std::uint32_t b) { return together_[std::size_t{a} * count_ + b]; }

  void count_run(const Groups& run, const std::vector<std::uint32_t>& any) {
    std::map<std::uint32_t, std::vector<std::uint32_t>> members;
    for (std::uint32_t atom = 0; atom < count_; ++atom) members[run[any[atom]]].push_back(atom);
    for (const auto& [group, atoms] : members)
      for (const auto a : atoms)
        for (const auto b : atoms) ++at(a, b);
  }

  // On a tie the chain's previous cluster wins, else the smallest: the chain cannot run in a circle.
  std::uint32_t nearest(std::uint32_t cluster, std::uint32_t preferred) {
    std::uint32_t best = preferred;
    for (const auto other : alive_) {
      if (other == cluster || other == best) continue;
      if (best == graph::none || greater(at(cluster, other), size_[other], at(cluster, best), size_[best]))
        best = other;
    }
    return best;
  }

  Step merge(std::uint32_t left, std::uint32_t right) {
    const Step step{left, right, at(left, right), std::uint64_t{size_[left]} * size_[right]};
    for (const auto other : alive_) at(left, other) = at(other, left) = at(left, other) + at(right, other);
    size_[left] += size_[right];
    alive_.erase(std::lower_bound(alive_.begin(), alive_.end(), right));
    return step;
  }

  std::uint32_t count_;
  std::vector<std::uint32_t> size_, alive_;
  std::vector<std::uint64_t> together_;
};

// Keeps track of which dendrogram node stands for a cluster.
class Builder {
 public:
  explicit Builder(std::uint32_t leaves) : leaves_(leaves), parent_(leaves), node_(leaves) {
    std::iota(parent_.begin(), parent_.end(), 0u);
    std::iota(node_.begin(), node_.end(), 0u);
  }
  void merge(std::uint32_t a, std::uint32_t b, double together) {
    a = find(a), b = find(b);
    merges_.push_back({std::min(node_[a], node_[b]), std::max(node_[a], node_[b]), together});
    parent_[std::max(a, b)] = std::min(a, b);
    node_[std::min(a, b)] = leaves_ + static_cast<std::uint32_t>(merges_.size()) - 1;
  }
  std::vector<Merge> take() { return std::move(merges_); }

 private:
  std::uint32_t find(std::uint32_t node) {
    while (parent_[node] != node) node = parent_[node] = parent_[parent_[node]];
    return node;
  }
  std::uint32_t leaves_;
  std::vector<std::uint32_t> parent_, node_;
  std::vector<Merge> merges_;
};

}  // namespace

std::vector<Merge> link_average(const std::vector<Groups>& runs) {
  if (runs.empty() || runs.front().empty()) return {};
  const auto atoms = find_atoms(runs);
  Builder builder(static_cast<std::uint32_t>(atoms.atom_of.size()));
  std::vector<std::uint32_t> first(atoms.count, graph::none);
  for (std::uint32_t node = 0; node < atoms.atom_of.size(); ++node) {
    auto& start = first[atoms.atom_of[node]];
    if (start == graph::none)
      start = node;
    else
      builder.merge(start, node, 1.0);
  }
  auto steps = Chain(runs, atoms).run();
  std::stable_sort(steps.begin(), steps.end(), [](const Step& x, const Step& y) {
    return greater(x.together, x.pairs, y.together, y.pairs);
  });
  for (const auto& step : steps)
    builder.merge(first[step.left], first[step.right],
                  static_cast<double>(step.together) / static_cast<double>(step.pairs * atoms.runs));
  return builder.take();
}

}  // namespace banyan::contexts
