// Candidate bounded contexts of a component graph.
//
//   Graph + Evidence -> similarity graphs -> fused -> consensus of seeded Leiden runs -> dendrogram ->
//   contexts
//                    -> names, tables and routes with owner and confidence, scores, seams
//
// Same graph and options in, same result out, on every machine: all randomness comes from Options::seed,
// weights are integers once fused, ties are broken by index. Pure; may use threads inside; callable from any
// thread.
#pragma once

#include "analyzer/graph/graph.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace banyan::contexts {

// What may be looked at. t0: structure only, every name could be hashed. t1: names and text too, but no
// folders. t2: everything.
enum class Tier : std::uint8_t { t0, t1, t2 };

// Weight of each similarity graph in the sum; 0 switches it off (ablation).
struct Weights {
  double direct = 1.0;
  double usage = 0.25;
  double scopes = 1.0;
  double text = 0.25;
  double tables = 0.5;
  double routes = 0.25;
  double folders = 1.0;
  double history = 0.25;  // what changes together
  double runtime = 0.25;  // what requests pass through
};
Weights default_weights(Tier tier);

struct NamedFiles {
  std::string name;
  std::vector<std::string> files;  // paths, or folders ending in '/'
};

// The user's word, from banyan.yaml. Entries are file paths or folder prefixes ending in '/'.
struct Hints {
  std::vector<std::vector<std::string>> must_link;
  std::vector<std::pair<std::string, std::string>> cannot_link;
  std::vector<NamedFiles> seeds;     // files that belong to a context of this name
  std::vector<NamedFiles> previous;  // contexts of an earlier run: their names are carried over by overlap
};

struct Options {
  Tier tier = Tier::t2;
  Weights weights = default_weights(Tier::t2);
  std::uint64_t seed = 20240229;
  std::uint32_t runs = 100;         // fewer are made on large graphs
  std::uint32_t target_groups = 0;  // 0: the cut of the hierarchy with the highest modularity
  std::uint32_t minimum_files = 3;  // smaller groups are absorbed
  Hints hints;
  // What-if: this table (index into Graph::tables) belongs to the context that holds this component, whatever the code says.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> table_homes{};
};

struct Member {
  std::uint32_t component = 0;  // index into Graph::components
  double stability = 0;      // mean share of runs in which it was together with the rest of its context, 0..1
  bool omnipresent = false;  // used from most other contexts: a candidate for the shared kernel
};

struct Scores {
  std::uint32_t files = 0;
  std::uint32_t lines = 0;
  // Ties to a shared kernel are left out of these three: a library comes along, nothing crosses a wire.
  double internal_share = 0;    // of the coupling weight that touches it, 0..1
  std::uint64_t calls_in = 0;   // calls from other contexts
  std::uint64_t calls_out = 0;  // calls to other contexts
  std::uint32_t tables_owned = 0;
  std::uint32_t tables_shared = 0;      // used by it and by another context
  std::uint32_t torn_transactions = 0;  // transactions that write its tables and another context's
  double stability = 0;                 // mean of its members, weighted by files
  double ease = 0;                      // 0..1, how cheaply it comes out: the order of the report
};

struct Context {
  std::string id;  // stable, from the name: "orders"
  std::string name;
  std::vector<std::string> words;     // up to 8 distinctive words, best first; empty at t0
  std::vector<Member> members;        // sorted by component
  std::vector<std::uint32_t> tables;  // owned, indices into Graph::tables
  std::vector<std::uint32_t> routes;  // owned, indices into Evidence::routes
  bool shared_kernel = false;         // most other contexts use it and no one dominates
  bool tests = false;  // most of its files lie in test folders (t2 only): it follows what it tests
  Scores scores;
  std::vector<std::string> sentences;  // three, in plain words
};

struct TableOwner {
  std::uint32_t table = 0;              // index into Graph::tables
  std::uint32_t context = graph::none;  // none: nobody uses it
  double confidence = 0;                // the owner's share of the weighted accesses
  std::vector<std::uint32_t> writers;   // contexts, sorted
  std::vector<std::uint32_t> readers;   // contexts, sorted
};

struct RouteOwner {
  std::uint32_t route = 0;  // index into Evidence::routes
  std::uint32_t context = graph::none;
  double confidence = 0;
};

struct TornTransaction {
  std::uint32_t transaction = 0;        // index into Evidence::transactions
  std::vector<std::uint32_t> contexts;  // owners of the tables it writes, at least two
  std::vector<std::uint32_t> tables;    // written, indices into Graph::tables
};

// One symbol (or table) that is used across the boundary.
struct SeamItem {
  graph::EdgeKind kind = graph::EdgeKind::call;
  std::uint32_t symbol = graph::none;  // index into Graph::symbols; none for includes and tables
  std::string name;
  std::uint64_t count = 0;
  std::vector<graph::Site> sites;  // sample
};
struct SeamTable {
  std::uint32_t table = 0;
  graph::AccessMode mode = graph::AccessMode::read;
  std::uint64_t count = 0;
  std::vector<graph::Site> sites;
};

// What `from` uses of `to`. Tables: accesses by `from` to tables that `to` owns.
struct Seam {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  double weight = 0;
  std::uint64_t calls = 0;
  std::uint64_t types = 0;
  std::uint64_t data = 0;       // globals, fields, enumerators
  std::vector<SeamItem> items;  // most used first
  std::vector<SeamTable> tables;
};

// A step of the dendrogram. Nodes 0..leaves-1 are components, node leaves+i is the result of merges[i].
struct Merge {
  std::uint32_t left = 0;
  std::uint32_t right = 0;
  double together = 0;  // mean share of runs in which the two sides were together, 0..1
};

struct Result {
  std::vector<Context> contexts;          // best first: by ease, then tests, shared kernels last
  std::vector<std::uint32_t> context_of;  // parallel to Graph::components
  std::vector<TableOwner> tables;         // parallel to Graph::tables
  std::vector<RouteOwner> routes;         // parallel to Evidence::routes
  std::vector<TornTransaction> torn;
  std::vector<Seam> seams;        // heaviest first
  std::vector<Merge> dendrogram;  // coarsest cut last
  double resolution = 0;          // gamma that gave the target number of groups
  std::uint32_t target_groups = 0;
  std::uint32_t runs = 0;
};

Result find(const graph::Graph& graph, const evidence::Evidence& evidence, const Options& options = {});

// The part of `find` after the grouping: names, owners, scores and seams of a given grouping (context numbers
// per component, any numbering). What-if uses it. `stability` is per component, empty for "certain".
Result describe(const graph::Graph& graph, const evidence::Evidence& evidence, const Options& options,
                std::vector<std::uint32_t> groups, const std::vector<double>& stability = {});

// A cut of the dendrogram into `groups` groups, as context numbers per component.
std::vector<std::uint32_t> cut(const Result& result, std::uint32_t groups);

}  // namespace banyan::contexts
