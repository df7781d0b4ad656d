// Groupings that need no analysis. An exam that one of them passes as well says nothing, so `score` prints
// them beside ours.
#pragma once

#include "analyzer/contexts/network.hpp"
#include "analyzer/graph/graph.hpp"

#include <string>
#include <vector>

namespace banyan::contexts {

struct TrivialRow {
  std::string name;
  Groups groups;  // group number per file of the graph
};

// Folder copy (each folder a group), one group, singletons, connected components of the direct coupling.
std::vector<TrivialRow> trivial_rows(const graph::Graph& graph);

}  // namespace banyan::contexts
