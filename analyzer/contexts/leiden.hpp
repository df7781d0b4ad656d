// Leiden (Traag, Waltman, van Eck 2019) for modularity with a resolution: local moves, refinement,
// aggregation, until nothing changes. Every group is connected. Refinement merges greedily (their theta ->
// 0), so the order in which nodes are visited, from the seed, is the only chance in it. Nodes without links
// stay alone.
#pragma once

#include "analyzer/contexts/network.hpp"
#include "analyzer/contexts/random.hpp"

namespace banyan::contexts {

// Groups numbered in order of their first node.
Groups leiden(const Network& network, double gamma, Random& random);

}  // namespace banyan::contexts
