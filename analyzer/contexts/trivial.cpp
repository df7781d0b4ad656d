#include "analyzer/contexts/trivial.hpp"

#include <map>
#include <numeric>
#include <string_view>

namespace banyan::contexts {
namespace {

Groups folder_copy(const graph::Graph& graph) {
  std::map<std::string_view, std::uint32_t> numbers;
  Groups groups;
  for (const std::string_view path : graph.files) {
    const auto slash = path.rfind('/');
    const auto folder = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
    groups.push_back(numbers.try_emplace(folder, static_cast<std::uint32_t>(numbers.size())).first->second);
  }
  return groups;
}

Groups singletons(const graph::Graph& graph) {
  Groups groups(graph.files.size());
  std::iota(groups.begin(), groups.end(), 0u);
  return groups;
}

Groups connected_components(const graph::Graph& graph) {
  Groups parent(graph.components.size());
  std::iota(parent.begin(), parent.end(), 0u);
  const auto root = [&](std::uint32_t node) {
    while (parent[node] != node) node = parent[node] = parent[parent[node]];
    return node;
  };
  for (const auto& edge : graph.edges) parent[root(edge.from)] = root(edge.to);
  Groups groups;
  for (const auto component : graph.component_of) groups.push_back(root(component));
  return groups;
}

}  // namespace

std::vector<TrivialRow> trivial_rows(const graph::Graph& graph) {
  return {{"folder copy", folder_copy(graph)},
          {"one group", Groups(graph.files.size())},
          {"singletons", singletons(graph)},
          {"connected components", connected_components(graph)}};
}

}  // namespace banyan::contexts
