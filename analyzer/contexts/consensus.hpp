// How often do two nodes fall into one group when weights and resolution are shaken? The answer as a
// dendrogram.
#pragma once

#include "analyzer/contexts/contexts.hpp"
#include "analyzer/contexts/network.hpp"

namespace banyan::contexts {

struct Shape {
  std::vector<std::uint32_t> files;  // per node
  std::uint32_t minimum_files = 3;
  std::uint32_t target_groups = 0;

  // Groups of at least minimum_files files.
  std::uint32_t large_groups(const Groups& groups) const;
};

// The resolution at which one Leiden run gives the target number of large groups.
double find_resolution(const Network& network, const Shape& shape, std::uint64_t seed);

// One Leiden run with noise on every weight and a resolution within `spread` times of gamma.
Groups shaken_run(const Network& network, double gamma, double spread, std::uint64_t seed);

// Fewer runs on large networks: time stays about the same.
std::uint32_t affordable_runs(const Network& network, std::uint32_t wanted);

struct Consensus {
  std::vector<Groups> runs;
  std::vector<Merge> dendrogram;
};

// `runs` Leiden runs, each with noise on every weight, a resolution near `gamma` and a seed of its own;
// average linkage on how often nodes were together.
Consensus find_consensus(const Network& network, double gamma, std::uint32_t runs, std::uint64_t seed);

// The coarsest cut, from the target number of groups upward, with that many large groups; else the cut with
// most.
Groups choose_cut(const std::vector<Merge>& dendrogram, const Shape& shape);

// The cut into at most 100 groups that explains the undisturbed network best: highest modularity at
// resolution 1, the coarser one on a tie.
Groups best_cut(const std::vector<Merge>& dendrogram, const Network& network);

Groups cut_dendrogram(const std::vector<Merge>& dendrogram, std::uint32_t leaves, std::uint32_t groups);

// Mean share of runs in which a node was together with the others of its group; 1 for a node alone.
std::vector<double> stability(const std::vector<Groups>& runs, const Groups& groups);

}  // namespace banyan::contexts
