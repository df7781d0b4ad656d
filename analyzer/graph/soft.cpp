// What ties components without one needing the other.
#include "analyzer/graph/internal.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace banyan::graph::internal {
namespace {

class SoftEdges {
 public:
  Edge& at(std::uint32_t a, std::uint32_t b, EdgeKind kind) {
    Edge& edge = edges_[{std::min(a, b), std::max(a, b), kind}];
    edge.from = std::min(a, b), edge.to = std::max(a, b), edge.kind = kind;
    return edge;
  }
  std::vector<Edge> take() {
    std::vector<Edge> result;
    for (auto& [key, edge] : edges_) result.push_back(std::move(edge));
    return result;
  }

 private:
  std::map<std::tuple<std::uint32_t, std::uint32_t, EdgeKind>, Edge> edges_;
};

void add_co_changes(const Graph& graph, const evidence::Evidence& evidence, SoftEdges& edges) {
  if (!evidence.history.usable) return;
  for (const auto& pair : evidence.co_changes) {
    const auto a = file_index(graph, pair.a), b = file_index(graph, pair.b);
    if (a == none || b == none || graph.component_of[a] == graph.component_of[b]) continue;
    Edge& edge = edges.at(graph.component_of[a], graph.component_of[b], EdgeKind::co_change);
    edge.count += pair.commits;
    edge.weight += pair.weight;
  }
}

// A request passes from the handler through what it reaches; a route that reaches everything ties little.
void add_traffic(const Graph& graph, const evidence::Evidence& evidence, SoftEdges& edges) {
  for (const auto& traffic : evidence.traffic) {
    if (traffic.route == evidence::no_route) continue;
    const auto& reach = graph.routes[traffic.route];
    if (reach.component == none || reach.components.size() < 2) continue;
    const double weight =
        std::log1p(static_cast<double>(traffic.requests)) / static_cast<double>(reach.components.size() - 1);
    const auto& route = evidence.routes[traffic.route];
    for (const auto other : reach.components) {
      if (other == reach.component) continue;
      Edge& edge = edges.at(reach.component, other, EdgeKind::runtime);
      edge.count += traffic.requests;
      edge.weight += weight;
      if (edge.sites.size() < 8) edge.sites.push_back({route.at, route.handler_name, route.method + " " + route.path});
    }
  }
}

}  // namespace

void add_soft_edges(Graph& graph, const evidence::Evidence& evidence) {
  SoftEdges edges;
  add_co_changes(graph, evidence, edges);
  add_traffic(graph, evidence, edges);
  graph.soft_edges = edges.take();
}

}  // namespace banyan::graph::internal
