// Facts and evidence as one graph: components, what couples them, and the lines that prove it.
//
//   Program + Evidence -> files, components (a header with the source that implements it), edges, table uses,
//   routes
//
// Everything is sorted and refers to other parts by index, so the same program gives the same graph whatever
// the order of its units. Counts are totals; `sites` is a sample of at most BuildOptions::sites_per_edge
// places in order of (file, line, column). Pure; values are immutable once built and may be shared between
// threads.
#pragma once

#include "analyzer/evidence/evidence.hpp"
#include "analyzer/facts/facts.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace banyan::graph {

using evidence::AccessMode;
using facts::Location;

inline constexpr std::uint32_t none = 0xffffffff;

enum class EdgeKind : std::uint8_t {
  call,
  virtual_call,
  construct,
  address_taken,
  type_use,
  inherit,
  override_,
  global_read,
  global_write,
  field,
  enumerator,
  macro,
  include,
  co_change,  // only in Graph::soft_edges
  runtime     // only in Graph::soft_edges
};
std::string_view to_string(EdgeKind kind);

// One place that proves an edge. For includes `from` is empty and `to` is the text between the quotes.
struct Site {
  Location at;
  std::string from;  // qualified name of the enclosing function or record, empty at file level
  std::string to;    // qualified name of what is used
  auto operator<=>(const Site&) const = default;
};

// "from needs to". Indices are into Graph::files for file edges, into Graph::components for component edges.
struct Edge {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  EdgeKind kind = EdgeKind::call;
  std::uint64_t count = 0;
  double weight = 0;  // damped: omnipresent symbols and files weigh little
  std::vector<Site> sites;
};

struct SymbolInfo {
  std::string usr;
  std::string name;
  facts::SymbolKind kind = facts::SymbolKind::function;
  Location at;                        // the definition, else the first declaration
  std::vector<std::uint32_t> owners;  // components that own it: where it is defined, else declared
};

// A site by numbers, because there are many: Graph::files, Graph::symbols (`none` at file level).
struct CompactSite {
  std::uint32_t file = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t user = 0;
};

struct SymbolUse {
  std::uint32_t symbol = 0;  // index into Graph::symbols
  EdgeKind kind = EdgeKind::call;
  std::uint32_t count = 0;
  std::vector<CompactSite> sites;  // a sample
};

struct Weighted {
  std::string word;
  double weight = 0;
};

struct Component {
  std::string id;                    // path of its main file: its first source, else its first header
  std::vector<std::uint32_t> files;  // indices into Graph::files
  std::uint32_t lines = 0;
  std::vector<SymbolUse> uses;   // references to project symbols it does not own, sorted
  std::vector<Weighted> scopes;  // namespaces it declares things in, with the number of symbols
  std::vector<Weighted> words;   // vocabulary with occurrences; names it defines weigh more
};

// All accesses of one component to one table in one mode.
struct TableUse {
  std::uint32_t component = 0;
  std::uint32_t table = 0;  // index into Graph::tables
  AccessMode mode = AccessMode::read;
  std::uint64_t count = 0;     // places
  std::uint64_t indirect = 0;  // of these, only through a view or trigger
  std::vector<Site> sites;     // `to` is the table, and how when it is indirect
};

// A route with what its handler reaches through calls (virtual calls reach every override).
struct RouteReach {
  std::uint32_t route = 0;                                   // index into Evidence::routes
  std::uint32_t component = none;                            // of the handler
  std::vector<std::uint32_t> components;                     // reached, sorted, with the handler's
  std::vector<std::pair<std::uint32_t, AccessMode>> tables;  // index into Graph::tables, sorted
};

struct Graph {
  std::vector<std::string> files;           // sorted paths
  std::vector<std::uint32_t> lines;         // parallel to files
  std::vector<std::uint32_t> component_of;  // parallel to files
  std::vector<Component> components;        // sorted by id
  std::vector<SymbolInfo> symbols;          // sorted by usr; only those the program declares
  std::vector<std::string> tables;          // sorted names, declared or only used
  std::vector<Edge> file_edges;             // sorted by (from, to, kind); no self edges
  std::vector<Edge> edges;                  // the same between components
  std::vector<Edge> soft_edges;             // no dependencies: between components that change together, or that one
                                            // request passes through; from < to, sorted by (from, to, kind)
  std::vector<TableUse> table_uses;         // sorted by (component, table, mode)
  std::vector<RouteReach> routes;           // parallel to Evidence::routes
};

struct BuildOptions {
  std::size_t sites_per_edge = 8;
};

Graph build(const facts::Program& program, const evidence::Evidence& evidence,
            const BuildOptions& options = {});

Site expand(const Graph& graph, const CompactSite& site, std::uint32_t symbol);

// Index of a path in Graph::files, or `none`.
std::uint32_t file_index(const Graph& graph, std::string_view path);

// Tarjan's strongly connected components of nodes 0..nodes-1: each sorted, the list sorted by first node.
// Groups of one node are left out. Iterative, so depth is no limit.
using Arc = std::pair<std::uint32_t, std::uint32_t>;
std::vector<std::vector<std::uint32_t>> cycles(std::uint32_t nodes, std::span<const Arc> arcs);

// A cheapest set of arcs without which nodes 0..nodes-1 have no cycle (minimum weight feedback arc set).
// Exact up to feedback_exact nodes by dynamic programming over subsets (Lawler 1964); above, the order of
// Eades, Lin and Smyth (1993) improved by moving single nodes while that helps. Parallel arcs add up; weights
// are positive. Among equals the lexicographically smallest order wins.
struct WeightedArc {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  double weight = 1;
};
struct Feedback {
  std::vector<std::size_t> arcs;  // indices, sorted
  double weight = 0;
  bool exact = true;
};
inline constexpr std::uint32_t feedback_exact = 16;
Feedback feedback_arcs(std::uint32_t nodes, std::span<const WeightedArc> arcs);

}  // namespace banyan::graph
