// The ways in which two components can be alike, each as a sparse weighted graph of the same total, and their
// sum.
#pragma once

#include "analyzer/contexts/contexts.hpp"
#include "analyzer/contexts/network.hpp"

namespace banyan::contexts {

struct Similarity {
  std::uint32_t a = 0, b = 0;  // a < b
  double value = 0;
};

Weights effective_weights(const Options& options);

// Weighted sum of all similarity graphs that options switch on, in integers.
Network fuse(const graph::Graph& graph, const evidence::Evidence& evidence, const Options& options);

}  // namespace banyan::contexts
