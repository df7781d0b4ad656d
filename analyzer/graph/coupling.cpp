#include "analyzer/graph/internal.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>

namespace banyan::graph::internal {
namespace {

using facts::ReferenceKind;

EdgeKind edge_kind(ReferenceKind kind) {
  switch (kind) {
    case ReferenceKind::call:
      return EdgeKind::call;
    case ReferenceKind::virtual_call:
      return EdgeKind::virtual_call;
    case ReferenceKind::construct:
      return EdgeKind::construct;
    case ReferenceKind::address_taken:
      return EdgeKind::address_taken;
    case ReferenceKind::type_base:
      return EdgeKind::inherit;
    case ReferenceKind::type_value:
    case ReferenceKind::type_pointer:
    case ReferenceKind::type_template_argument:
    case ReferenceKind::type_field:
      return EdgeKind::type_use;
    case ReferenceKind::variable_read:
      return EdgeKind::global_read;
    case ReferenceKind::variable_write:
      return EdgeKind::global_write;
    case ReferenceKind::field_use:
      return EdgeKind::field;
    case ReferenceKind::enumerator_use:
      return EdgeKind::enumerator;
    case ReferenceKind::macro_use:
      return EdgeKind::macro;
    case ReferenceKind::overrides:
      return EdgeKind::override_;
  }
  return EdgeKind::type_use;
}

double strength(EdgeKind kind) {
  switch (kind) {
    case EdgeKind::inherit:
      return 2.0;
    case EdgeKind::enumerator:
      return 0.5;
    case EdgeKind::macro:
      return 0.3;
    default:
      return 1.0;
  }
}

// How little it says to use something that `users` of `all` use.
double rarity(double users, double all) { return std::log(1 + all / users) / std::log(1 + all); }

struct Use {
  std::uint32_t file;
  std::uint32_t symbol;
  EdgeKind kind;
  const facts::Reference* reference;
};

// A macro defined in more than two files is a convention, not a dependency on one of them.
constexpr std::size_t macro_owner_limit = 2;

std::vector<Use> collect_uses(const Program& program, const SymbolTable& table) {
  std::vector<Use> uses;
  for (std::uint32_t file = 0; file < program.files.size(); ++file)
    for (const auto& reference : program.files[file].references) {
      const auto symbol = table.find(reference.to_usr);
      if (symbol == none) continue;
      const auto kind = edge_kind(reference.kind);
      if (kind == EdgeKind::macro && table.owner_files[symbol].size() > macro_owner_limit) continue;
      uses.push_back({file, symbol, kind, &reference});
    }
  std::sort(uses.begin(), uses.end(), [](const Use& a, const Use& b) {
    return std::tie(a.file, a.reference->at, a.symbol, a.kind, a.reference->from_usr) <
           std::tie(b.file, b.reference->at, b.symbol, b.kind, b.reference->from_usr);
  });
  return uses;
}

// Collects edges keyed by (from, to, kind); places must be added in order.
class EdgeSet {
 public:
  explicit EdgeSet(std::size_t sites) : limit_(sites) {}

  Edge& at(std::uint32_t from, std::uint32_t to, EdgeKind kind) {
    auto& edge = edges_[{from, to, kind}];
    edge.from = from, edge.to = to, edge.kind = kind;
    return edge;
  }
  void add(std::uint32_t from, std::uint32_t to, EdgeKind kind, const Location& at, std::string_view user,
           std::string_view used) {
    auto& edge = this->at(from, to, kind);
    ++edge.count;
    if (edge.sites.size() < limit_) edge.sites.push_back({at, std::string(user), std::string(used)});
  }
  std::vector<Edge> take() {
    std::vector<Edge> result;
    for (auto& [key, edge] : edges_) result.push_back(std::move(edge));
    return result;
  }

 private:
  std::size_t limit_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, EdgeKind>, Edge> edges_;
};

bool owns(const std::vector<std::uint32_t>& owners, std::uint32_t one) {
  return std::binary_search(owners.begin(), owners.end(), one);
}

void add_references(const Graph& graph, const SymbolTable& table, const std::vector<Use>& uses,
                    EdgeSet& files, EdgeSet& components) {
  for (const auto& use : uses) {
    const auto user = table.find(use.reference->from_usr);
    const std::string_view from =
        user == none ? std::string_view() : std::string_view(graph.symbols[user].name);
    const auto& to = graph.symbols[use.symbol].name;
    const auto component = graph.component_of[use.file];
    if (!owns(table.owner_files[use.symbol], use.file))
      for (const auto owner : table.owner_files[use.symbol])
        files.add(use.file, owner, use.kind, use.reference->at, from, to);
    if (!owns(graph.symbols[use.symbol].owners, component))
      for (const auto owner : graph.symbols[use.symbol].owners)
        components.add(component, owner, use.kind, use.reference->at, from, to);
  }
}

void add_includes(const Graph& graph, const Program& program, EdgeSet& files, EdgeSet& components) {
  for (std::uint32_t file = 0; file < program.files.size(); ++file)
    for (const auto& include : program.files[file].includes) {
      const auto target = file_index(graph, include.target);
      if (target == none || target == file) continue;
      files.add(file, target, EdgeKind::include, include.at, "", include.spelled);
      const auto from = graph.component_of[file], to = graph.component_of[target];
      if (from != to) components.add(from, to, EdgeKind::include, include.at, "", include.spelled);
    }
}

void collect_component_uses(Graph& graph, const SymbolTable& table, const std::vector<Use>& uses,
                            std::size_t limit) {
  std::map<std::tuple<std::uint32_t, std::uint32_t, EdgeKind>, SymbolUse> found;
  for (const auto& use : uses) {
    const auto component = graph.component_of[use.file];
    if (owns(graph.symbols[use.symbol].owners, component)) continue;
    auto& entry = found[{component, use.symbol, use.kind}];
    ++entry.count;
    const auto& at = use.reference->at;
    if (entry.sites.size() < limit)
      entry.sites.push_back({use.file, at.line, at.column, table.find(use.reference->from_usr)});
  }
  for (auto& [key, use] : found) {
    use.symbol = std::get<1>(key), use.kind = std::get<2>(key);
    graph.components[std::get<0>(key)].uses.push_back(std::move(use));
  }
}

std::vector<std::uint32_t> users_per_symbol(const Graph& graph) {
  std::vector<std::uint32_t> users(graph.symbols.size());
  for (const auto& component : graph.components) {
    std::uint32_t last = none;
    for (const auto& use : component.uses)
      if (std::exchange(last, use.symbol) != use.symbol) ++users[use.symbol];
  }
  return users;
}

void weigh_component_edges(Graph& graph, EdgeSet& edges) {
  const auto users = users_per_symbol(graph);
  const auto all = static_cast<double>(graph.components.size());
  for (std::uint32_t i = 0; i < graph.components.size(); ++i)
    for (const auto& use : graph.components[i].uses) {
      const auto& owners = graph.symbols[use.symbol].owners;
      const double weight = strength(use.kind) * (1 + std::log(use.count)) *
                            rarity(std::max(1u, users[use.symbol]), all) / static_cast<double>(owners.size());
      for (const auto owner : owners) edges.at(i, owner, use.kind).weight += weight;
    }
}

void weigh_includes(std::vector<Edge>& edges, std::size_t nodes) {
  std::vector<std::uint32_t> users(nodes);
  for (const auto& edge : edges) users[edge.to] += edge.kind == EdgeKind::include;
  for (auto& edge : edges)
    if (edge.kind == EdgeKind::include)
      edge.weight = static_cast<double>(edge.count) * rarity(users[edge.to], static_cast<double>(nodes));
}

void weigh_file_edges(std::vector<Edge>& edges) {
  for (auto& edge : edges)
    if (edge.kind != EdgeKind::include)
      edge.weight = strength(edge.kind) * (1 + std::log(static_cast<double>(edge.count)));
}

}  // namespace

void couple(Graph& graph, const Program& program, const SymbolTable& table, const BuildOptions& options) {
  const auto uses = collect_uses(program, table);
  EdgeSet files(options.sites_per_edge), components(options.sites_per_edge);
  add_references(graph, table, uses, files, components);
  add_includes(graph, program, files, components);
  collect_component_uses(graph, table, uses, std::min<std::size_t>(options.sites_per_edge, 4));
  weigh_component_edges(graph, components);
  graph.file_edges = files.take();
  graph.edges = components.take();
  weigh_file_edges(graph.file_edges);
  weigh_includes(graph.file_edges, graph.files.size());
  weigh_includes(graph.edges, graph.components.size());
}

}  // namespace banyan::graph::internal
