#include "router/routing/parts.hpp"

#include <algorithm>

namespace banyan::routing {
namespace {

Decision route_part(const Snapshot& snapshot, const RequestView& request, const aggregate::Part& part, const std::string& target) {
  if (part.upstream) {
    Decision pinned;
    pinned.upstream = *part.upstream;
    pinned.reason = Reason::pinned;
    return pinned;
  }
  RequestView view = request;
  view.method = "GET";
  view.target = target;
  split_target(view);
  Decision decision = decide_ordinary(snapshot, view);
  decision.shadow = none;  // an answer that nobody sees is not compared either
  return decision;
}

void keep_together(const config::Config& config, std::vector<PartRoute>& routes) {
  const auto at = [](Side side) {
    return [side](const PartRoute& route) {
      return route.decision.stage == cutover::Stage::canary && route.decision.side == side;
    };
  };
  if (std::none_of(routes.begin(), routes.end(), at(Side::legacy))) return;
  for (auto& route : routes) {
    if (!at(Side::new_side)(route)) continue;
    route.decision.side = Side::legacy;
    route.decision.reason = Reason::kept_together;
    route.decision.upstream = config.cutovers[route.decision.cutover].from;
  }
}

}  // namespace

std::optional<std::vector<PartRoute>> route_parts(const Snapshot& snapshot, const RequestView& request, std::uint32_t rule) {
  const config::Config& config = *snapshot.config;
  const auto& matched = config.aggregation_rules.rules()[rule];
  const aggregate::Aggregation& aggregation = *config.aggregations[matched.cutover];
  std::vector<PartRoute> routes;
  for (const auto& part : aggregation.parts) {
    auto target = translate::expand(part.path, matched.path, request.path, request.query);
    if (!target) return std::nullopt;
    auto& route = routes.emplace_back();
    route.target = std::move(*target);
    route.decision = route_part(snapshot, request, part, route.target);
  }
  if (!aggregation.mixed_sides) keep_together(config, routes);
  return routes;
}

}  // namespace banyan::routing
