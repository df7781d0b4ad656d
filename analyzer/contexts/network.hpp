// An undirected graph with integer weights, as Leiden wants it. Integers, so that sums do not depend on their
// order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace banyan::contexts {

using Groups = std::vector<std::uint32_t>;  // group number per node

struct Link {
  std::uint32_t a = 0, b = 0;  // a < b
  std::int64_t weight = 0;
};

struct Arc {
  std::uint32_t to = 0;
  std::int64_t weight = 0;
};

// Arcs are sorted by (from, to), without self arcs; what is inside a node stands in `inside`, counted twice,
// like every other link.
struct Network {
  std::vector<std::uint32_t> start;  // nodes + 1
  std::vector<Arc> arcs;
  std::vector<std::int64_t> inside;
  std::vector<std::int64_t> degree;  // arcs and inside
  std::int64_t total = 0;            // of all degrees

  std::uint32_t size() const { return static_cast<std::uint32_t>(inside.size()); }
  std::span<const Arc> of(std::uint32_t node) const {
    return {arcs.data() + start[node], arcs.data() + start[node + 1]};
  }
};

// `links` may come in any order; equal pairs are added up.
Network make_network(std::uint32_t nodes, std::vector<Link> links, std::vector<std::int64_t> inside = {});

// One node a group. Groups must be numbered 0..count-1.
Network aggregate(const Network& network, const Groups& groups, std::uint32_t count);

// Numbers groups 0, 1, ... in order of their first node; returns how many there are.
std::uint32_t renumber(Groups& groups);

// Newman's modularity with resolution gamma, -0.5..1.
double modularity(const Network& network, const Groups& groups, double gamma = 1.0);

}  // namespace banyan::contexts
