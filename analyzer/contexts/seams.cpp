#include "analyzer/contexts/describe.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace banyan::contexts::internal {
namespace {

using graph::EdgeKind;
using Pair = std::pair<std::uint32_t, std::uint32_t>;  // from, to

constexpr std::size_t sites_per_item = 8;

struct Building {
  Seam seam;
  std::map<std::tuple<std::uint32_t, EdgeKind, std::string>, SeamItem> items;
  std::map<std::pair<std::uint32_t, graph::AccessMode>, SeamTable> tables;
};

void keep_sites(std::vector<graph::Site>& sites) {
  std::sort(sites.begin(), sites.end());
  sites.erase(std::unique(sites.begin(), sites.end()), sites.end());
  if (sites.size() > sites_per_item) sites.resize(sites_per_item);
}

void count(Seam& seam, EdgeKind kind, std::uint64_t times) {
  if (is_call(kind))
    seam.calls += times;
  else if (is_type(kind))
    seam.types += times;
  else if (kind != EdgeKind::include && kind != EdgeKind::macro)
    seam.data += times;
}

void add_uses(const Input& input, const Result& result, std::map<Pair, Building>& seams) {
  const auto& graph = input.graph;
  for (std::uint32_t component = 0; component < graph.components.size(); ++component) {
    const auto from = result.context_of[component];
    for (const auto& use : graph.components[component].uses)
      for (const auto owner : graph.symbols[use.symbol].owners) {
        const auto to = result.context_of[owner];
        if (to == from) continue;
        auto& building = seams[{from, to}];
        auto& item = building.items[{use.symbol, use.kind, {}}];
        item.kind = use.kind, item.symbol = use.symbol, item.name = graph.symbols[use.symbol].name;
        item.count += use.count;
        for (const auto& site : use.sites) item.sites.push_back(graph::expand(graph, site, use.symbol));
        count(building.seam, use.kind, use.count);
      }
  }
}

void add_edges(const Input& input, const Result& result, std::map<Pair, Building>& seams) {
  for (const auto& edge : input.graph.edges) {
    const auto from = result.context_of[edge.from], to = result.context_of[edge.to];
    if (from == to) continue;
    auto& building = seams[{from, to}];
    building.seam.weight += edge.weight;
    if (edge.kind != EdgeKind::include) continue;
    auto& item = building.items[{graph::none, EdgeKind::include, input.graph.components[edge.to].id}];
    item.kind = EdgeKind::include, item.name = input.graph.components[edge.to].id;
    item.count += edge.count;
    item.sites.insert(item.sites.end(), edge.sites.begin(), edge.sites.end());
  }
}

void add_tables(const Input& input, const Result& result, std::map<Pair, Building>& seams) {
  for (const auto& use : input.graph.table_uses) {
    const auto from = result.context_of[use.component], to = result.tables[use.table].context;
    if (to == graph::none || from == to) continue;
    auto& table = seams[{from, to}].tables[{use.table, use.mode}];
    table.table = use.table, table.mode = use.mode;
    table.count += use.count;
    table.sites.insert(table.sites.end(), use.sites.begin(), use.sites.end());
  }
}

Seam finish(Building building, Pair ends) {
  Seam seam = std::move(building.seam);
  seam.from = ends.first, seam.to = ends.second;
  for (auto& [key, item] : building.items) {
    keep_sites(item.sites);
    seam.items.push_back(std::move(item));
  }
  std::stable_sort(seam.items.begin(), seam.items.end(), [](const SeamItem& a, const SeamItem& b) {
    return std::tie(b.count, a.name, a.kind) < std::tie(a.count, b.name, b.kind);
  });
  for (auto& [key, table] : building.tables) {
    keep_sites(table.sites);
    seam.tables.push_back(std::move(table));
  }
  return seam;
}

}  // namespace

bool is_call(EdgeKind kind) {
  return kind == EdgeKind::call || kind == EdgeKind::virtual_call || kind == EdgeKind::construct ||
         kind == EdgeKind::address_taken;
}

bool is_type(EdgeKind kind) {
  return kind == EdgeKind::type_use || kind == EdgeKind::inherit || kind == EdgeKind::override_;
}

void find_seams(const Input& input, Result& result) {
  std::map<Pair, Building> seams;
  add_uses(input, result, seams);
  add_edges(input, result, seams);
  add_tables(input, result, seams);
  for (auto& [ends, building] : seams) result.seams.push_back(finish(std::move(building), ends));
  std::stable_sort(result.seams.begin(), result.seams.end(),
                   [](const Seam& a, const Seam& b) { return a.weight > b.weight; });
}

}  // namespace banyan::contexts::internal
