#include "analyzer/graph/internal.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace banyan::graph::internal {
namespace {

using Numbers = std::vector<std::uint32_t>;

std::uint32_t table_number(const Graph& graph, std::string_view name) {
  const auto found = std::lower_bound(graph.tables.begin(), graph.tables.end(), name);
  return found != graph.tables.end() && *found == name
             ? static_cast<std::uint32_t>(found - graph.tables.begin())
             : none;
}

void name_tables(Graph& graph, const evidence::Evidence& evidence) {
  std::set<std::string> names;
  for (const auto& table : evidence.tables) names.insert(table.name);
  for (const auto& access : evidence.accesses) names.insert(access.table);
  graph.tables.assign(names.begin(), names.end());
}

std::string_view function_name(const Graph& graph, std::string_view usr) {
  const auto found =
      std::lower_bound(graph.symbols.begin(), graph.symbols.end(), usr,
                       [](const SymbolInfo& symbol, std::string_view key) { return symbol.usr < key; });
  return found != graph.symbols.end() && found->usr == usr ? std::string_view(found->name)
                                                           : std::string_view();
}

// Who may run after whom: callers to callees, overridden methods to their overrides, and places where an
// address is taken to what may be called through it. Functions are numbered as they appear in sorted input.
class CallGraph {
 public:
  explicit CallGraph(const Program& program) {
    for (const auto& file : program.files)
      for (const auto& reference : file.references) add(reference);
    for (auto& list : callees_) {
      std::sort(list.begin(), list.end());
      list.erase(std::unique(list.begin(), list.end()), list.end());
    }
  }

  std::uint32_t number(std::string_view usr) const {
    const auto found = numbers_.find(usr);
    return found == numbers_.end() ? none : found->second;
  }

  std::size_t size() const { return callees_.size(); }

  // Every function reached from `start`, itself included.
  Numbers from(std::uint32_t start) const {
    std::vector<bool> seen(callees_.size());
    Numbers reached = {start};
    seen[start] = true;
    for (std::size_t i = 0; i < reached.size(); ++i)
      for (const auto next : callees_[reached[i]])
        if (!seen[next]) {
          seen[next] = true;
          reached.push_back(next);
        }
    return reached;
  }

 private:
  std::uint32_t intern(std::string_view usr) {
    const auto [at, added] = numbers_.try_emplace(usr, static_cast<std::uint32_t>(callees_.size()));
    if (added) callees_.emplace_back();
    return at->second;
  }

  void add(const facts::Reference& reference) {
    using facts::ReferenceKind;
    if (reference.from_usr.empty()) return;
    const auto kind = reference.kind;
    const bool runs = kind == ReferenceKind::call || kind == ReferenceKind::virtual_call ||
                      kind == ReferenceKind::construct || kind == ReferenceKind::address_taken;
    if (!runs && kind != ReferenceKind::overrides) return;
    const auto from = intern(reference.from_usr), to = intern(reference.to_usr);
    if (runs)
      callees_[from].push_back(to);
    else
      callees_[to].push_back(from);
  }

  std::unordered_map<std::string_view, std::uint32_t> numbers_;
  std::vector<Numbers> callees_;
};

struct Reached {
  std::set<std::uint32_t> components;
  std::set<std::pair<std::uint32_t, AccessMode>> tables;
};

using AccessesByFunction = std::map<std::string_view, std::vector<const evidence::TableAccess*>>;
using ComponentByFunction = std::unordered_map<std::string_view, std::uint32_t>;

void visit(const Graph& graph, std::string_view usr, const AccessesByFunction& accesses,
           const ComponentByFunction& components, Reached& reached) {
  if (const auto found = components.find(usr); found != components.end())
    reached.components.insert(found->second);
  if (const auto found = accesses.find(usr); found != accesses.end())
    for (const auto* access : found->second)
      reached.tables.emplace(table_number(graph, access->table), access->mode);
}

std::uint32_t component_of_path(const Graph& graph, std::string_view path) {
  const auto file = file_index(graph, path);
  return file == none ? none : graph.component_of[file];
}

}  // namespace

void collect_table_uses(Graph& graph, const evidence::Evidence& evidence, const BuildOptions& options) {
  name_tables(graph, evidence);
  // One statement touches a table through many columns; it is one place.
  using Key = std::tuple<std::uint32_t, std::uint32_t, AccessMode>;
  std::map<Key, std::map<Location, const evidence::TableAccess*>> places;
  for (const auto& access : evidence.accesses) {
    const auto component = component_of_path(graph, access.at.file);
    if (component == none) continue;
    auto& place = places[{component, table_number(graph, access.table), access.mode}][access.at];
    if (!place || std::tie(access.via, access.in_usr) < std::tie(place->via, place->in_usr)) place = &access;
  }
  for (const auto& [key, sites] : places) {
    TableUse use{
        .component = std::get<0>(key), .table = std::get<1>(key), .mode = std::get<2>(key), .sites = {}};
    for (const auto& [at, access] : sites) {
      ++use.count;
      use.indirect += !access->via.empty();
      if (use.sites.size() >= options.sites_per_edge) continue;
      auto what = access->via.empty() ? access->table : access->table + " via " + access->via;
      use.sites.push_back({at, std::string(function_name(graph, access->in_usr)), std::move(what)});
    }
    graph.table_uses.push_back(std::move(use));
  }
}

void reach_routes(Graph& graph, const Program& program, const evidence::Evidence& evidence) {
  const CallGraph calls(program);
  std::vector<std::string_view> usr_of(calls.size());
  AccessesByFunction accesses;
  for (const auto& access : evidence.accesses) accesses[access.in_usr].push_back(&access);
  ComponentByFunction components;
  for (const auto& symbol : graph.symbols) components.emplace(symbol.usr, symbol.owners.front());
  for (const auto& file : program.files)
    for (const auto& reference : file.references)
      for (const std::string_view usr :
           {std::string_view(reference.from_usr), std::string_view(reference.to_usr)})
        if (const auto number = calls.number(usr); number != none) usr_of[number] = usr;

  for (std::uint32_t i = 0; i < evidence.routes.size(); ++i) {
    const auto& route = evidence.routes[i];
    Reached reached;
    const auto handler = components.find(route.handler_usr);
    RouteReach reach{
        .route = i,
        .component = handler != components.end() ? handler->second : component_of_path(graph, route.at.file),
        .components = {},
        .tables = {}};
    if (reach.component != none) reached.components.insert(reach.component);
    visit(graph, route.handler_usr, accesses, components, reached);
    if (const auto start = calls.number(route.handler_usr); start != none)
      for (const auto number : calls.from(start)) visit(graph, usr_of[number], accesses, components, reached);
    reach.components.assign(reached.components.begin(), reached.components.end());
    reach.tables.assign(reached.tables.begin(), reached.tables.end());
    graph.routes.push_back(std::move(reach));
  }
}

}  // namespace banyan::graph::internal
