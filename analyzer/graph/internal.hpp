// The steps of `build`, private to this folder. Files and symbols are numbered in sorted order from the
// start, so every step works on integers and none depends on the order of its input.
#pragma once

#include "analyzer/graph/graph.hpp"

#include <string_view>
#include <unordered_map>

namespace banyan::graph::internal {

using facts::Program;

// A symbol with the files that own it, before components exist.
struct SymbolTable {
  std::vector<SymbolInfo> symbols;                          // sorted by usr, owners empty
  std::vector<std::vector<std::uint32_t>> owner_files;      // parallel, sorted
  std::vector<std::vector<std::uint32_t>> declaring_files;  // parallel, sorted: declared or defined here
  std::unordered_map<std::string_view, std::uint32_t> by_usr;

  std::uint32_t find(std::string_view usr) const;
};

bool is_source(std::string_view path);
SymbolTable index_symbols(const Program& program);

// Group number per file; groups are numbered by their smallest file.
std::vector<std::uint32_t> pair_files(const Program& program, const SymbolTable& table);

// Fills components (without uses and words), component_of and the owners of symbols.
void make_components(Graph& graph, const Program& program, const SymbolTable& table,
                     const std::vector<std::uint32_t>& groups);

// Fills file_edges, edges and Component::uses.
void couple(Graph& graph, const Program& program, const SymbolTable& table, const BuildOptions& options);

void collect_words(Graph& graph, const Program& program);
void collect_scopes(Graph& graph, const Program& program);

void collect_table_uses(Graph& graph, const evidence::Evidence& evidence, const BuildOptions& options);
void reach_routes(Graph& graph, const Program& program, const evidence::Evidence& evidence);


// Co-change and traffic; wants components and the reach of routes.
void add_soft_edges(Graph& graph, const evidence::Evidence& evidence);

}  // namespace banyan::graph::internal
