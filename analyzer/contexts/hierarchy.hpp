// Average linkage (UPGMA) over co-membership counts, exact in integers. Nodes that every run kept together
// start as one: linkage would merge them first anyway, so the matrix has a row per such atom, not per node.
#pragma once

#include "analyzer/contexts/contexts.hpp"
#include "analyzer/contexts/network.hpp"

namespace banyan::contexts {

std::vector<Merge> link_average(const std::vector<Groups>& runs);

}  // namespace banyan::contexts
