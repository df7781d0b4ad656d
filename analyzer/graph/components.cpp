#include "analyzer/graph/internal.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace banyan::graph::internal {
namespace {

class Groups {
 public:
  explicit Groups(std::uint32_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), 0u); }

  std::uint32_t find(std::uint32_t node) {
    while (parent_[node] != node) node = parent_[node] = parent_[parent_[node]];
    return node;
  }
  void join(std::uint32_t a, std::uint32_t b) {
    a = find(a), b = find(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::uint32_t> parent_;
};

// Who implements a header: each function or variable declared in it and defined in sources is one vote.
using Votes = std::map<std::uint32_t, std::map<std::uint32_t, double>>;

Votes count_votes(const Program& program, const SymbolTable& table) {
  using facts::SymbolKind;
  Votes votes;
  for (std::size_t i = 0; i < table.symbols.size(); ++i) {
    const auto kind = table.symbols[i].kind;
    if (kind != SymbolKind::function && kind != SymbolKind::method && kind != SymbolKind::variable) continue;
    const auto& owners = table.owner_files[i];
    if (!is_source(program.files[owners.front()].path)) continue;
    for (const auto file : table.declaring_files[i])
      if (!is_source(program.files[file].path))
        for (const auto owner : owners) votes[file][owner] += 1.0 / static_cast<double>(owners.size());
  }
  return votes;
}

void join_implementations(Groups& groups, const Votes& votes) {
  for (const auto& [header, sources] : votes) {
    double total = 0, best = 0;
    std::uint32_t winner = none;
    for (const auto& [source, share] : sources) {
      total += share;
      if (share > best) best = share, winner = source;
    }
    if (winner != none && 2 * best >= total) groups.join(header, winner);
  }
}

// Template bodies: the file with the bodies and its header include each other, and nobody else includes the
// bodies.
void join_bodies(Groups& groups, const Program& program) {
  std::map<std::string_view, std::uint32_t> number;
  for (std::uint32_t i = 0; i < program.files.size(); ++i) number.emplace(program.files[i].path, i);
  std::vector<std::set<std::uint32_t>> includes(program.files.size()), included_by(program.files.size());
  for (std::uint32_t from = 0; from < program.files.size(); ++from)
    for (const auto& include : program.files[from].includes)
      if (const auto to = number.find(include.target); to != number.end() && to->second != from) {
        includes[from].insert(to->second);
        included_by[to->second].insert(from);
      }
  for (std::uint32_t file = 0; file < includes.size(); ++file) {
    std::vector<std::uint32_t> partners;
    for (const auto body : includes[file])
      if (includes[body].contains(file) && included_by[body].size() == 1) partners.push_back(body);
    if (partners.size() == 1) groups.join(file, partners.front());
  }
}

std::string main_file(const Graph& graph, const std::vector<std::uint32_t>& files) {
  for (const auto file : files)
    if (is_source(graph.files[file])) return graph.files[file];
  return graph.files[files.front()];
}

}  // namespace

std::vector<std::uint32_t> pair_files(const Program& program, const SymbolTable& table) {
  Groups groups(static_cast<std::uint32_t>(program.files.size()));
  join_implementations(groups, count_votes(program, table));
  join_bodies(groups, program);
  std::vector<std::uint32_t> result(program.files.size());
  for (std::uint32_t i = 0; i < result.size(); ++i) result[i] = groups.find(i);
  return result;
}

void make_components(Graph& graph, const Program& program, const SymbolTable& table,
                     const std::vector<std::uint32_t>& groups) {
  std::map<std::uint32_t, Component> found;
  for (std::uint32_t file = 0; file < groups.size(); ++file) {
    auto& component = found[groups[file]];
    component.files.push_back(file);
    component.lines += program.files[file].lines;
  }
  for (auto& [group, component] : found) {
    component.id = main_file(graph, component.files);
    graph.components.push_back(std::move(component));
  }
  std::sort(graph.components.begin(), graph.components.end(),
            [](const Component& a, const Component& b) { return a.id < b.id; });
  graph.component_of.resize(graph.files.size());
  for (std::uint32_t i = 0; i < graph.components.size(); ++i)
    for (const auto file : graph.components[i].files) graph.component_of[file] = i;
  graph.symbols = table.symbols;
  for (std::size_t i = 0; i < graph.symbols.size(); ++i) {
    auto& owners = graph.symbols[i].owners;
    for (const auto file : table.owner_files[i]) owners.push_back(graph.component_of[file]);
    std::sort(owners.begin(), owners.end());
    owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
  }
}

}  // namespace banyan::graph::internal
