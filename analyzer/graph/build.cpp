#include "analyzer/graph/internal.hpp"

#include <algorithm>

namespace banyan::graph {

std::string_view to_string(EdgeKind kind) {
  switch (kind) {
    case EdgeKind::call:
      return "call";
    case EdgeKind::virtual_call:
      return "virtual call";
    case EdgeKind::construct:
      return "construct";
    case EdgeKind::address_taken:
      return "address taken";
    case EdgeKind::type_use:
      return "type use";
    case EdgeKind::inherit:
      return "inherit";
    case EdgeKind::override_:
      return "override";
    case EdgeKind::global_read:
      return "global read";
    case EdgeKind::global_write:
      return "global write";
    case EdgeKind::field:
      return "field";
    case EdgeKind::enumerator:
      return "enumerator";
    case EdgeKind::macro:
      return "macro";
    case EdgeKind::include:
      return "include";
    case EdgeKind::co_change:
      return "co-change";
    case EdgeKind::runtime:
      return "runtime";
  }
  return "?";
}

std::uint32_t file_index(const Graph& graph, std::string_view path) {
  const auto found = std::lower_bound(graph.files.begin(), graph.files.end(), path);
  return found != graph.files.end() && *found == path
             ? static_cast<std::uint32_t>(found - graph.files.begin())
             : none;
}

Site expand(const Graph& graph, const CompactSite& site, std::uint32_t symbol) {
  return {.at = {graph.files[site.file], site.line, site.column},
          .from = site.user == none ? std::string() : graph.symbols[site.user].name,
          .to = graph.symbols[symbol].name};
}

Graph build(const facts::Program& program, const evidence::Evidence& evidence, const BuildOptions& options) {
  const auto by_path = [](const facts::FileFacts& a, const facts::FileFacts& b) { return a.path < b.path; };
  if (!std::is_sorted(program.files.begin(), program.files.end(), by_path)) {
    facts::Program sorted = program;
    std::sort(sorted.files.begin(), sorted.files.end(), by_path);
    return build(sorted, evidence, options);
  }
  Graph graph;
  for (const auto& file : program.files) {
    graph.files.push_back(file.path);
    graph.lines.push_back(file.lines);
  }
  const auto table = internal::index_symbols(program);
  internal::make_components(graph, program, table, internal::pair_files(program, table));
  internal::couple(graph, program, table, options);
  internal::collect_words(graph, program);
  internal::collect_scopes(graph, program);
  internal::collect_table_uses(graph, evidence, options);
  internal::reach_routes(graph, program, evidence);
  internal::add_soft_edges(graph, evidence);
  return graph;
}

}  // namespace banyan::graph
