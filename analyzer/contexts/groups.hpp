// From a cut of the hierarchy to groups a person can use: hints obeyed, crumbs absorbed.
#pragma once

#include "analyzer/contexts/contexts.hpp"
#include "analyzer/contexts/network.hpp"

namespace banyan::contexts {

// The hints in component numbers. Paths that match nothing are ignored here; the configuration check names
// them.
struct Constraints {
  Groups block;  // components that must stay together share a number; 0..blocks-1
  std::uint32_t blocks = 0;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> apart;  // blocks
  std::vector<std::pair<std::uint32_t, std::string>> named;    // block -> name, from seeds
};
Constraints resolve_hints(const graph::Graph& graph, const Hints& hints);

// What the user should know about hints that cannot be obeyed; sorted, without repeats.
struct HintProblems {
  std::vector<std::string> unmatched;       // entries that cover no file
  std::vector<std::string> contradictions;  // sentences
};
HintProblems check_hints(const graph::Graph& graph, const Hints& hints);

// Does an entry of the hints (a path, or a folder ending in '/') cover this file?
bool covers(std::string_view entry, std::string_view file);

// Separates blocks that must be apart: of a pair, the one with the weaker ties goes where its ties are
// strongest.
void separate(const Network& network, const Constraints& constraints, Groups& groups);

// Merges groups of fewer than `minimum` files, smallest first, into the neighbour that maximises link /
// sqrt(volume). Groups without any link end up together in one. Named blocks stay.
void absorb(const Network& network, const std::vector<std::uint32_t>& files, std::uint32_t minimum,
            const Constraints& constraints, Groups& groups);

}  // namespace banyan::contexts
