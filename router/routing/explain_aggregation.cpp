#include "router/routing/explain_aggregation.hpp"

#include "router/routing/parts.hpp"

#include <boost/json.hpp>

namespace banyan::routing {
namespace {

using aggregate::Aggregation;
using aggregate::Part;

const std::string& cutover_name(const config::Config& config, const Decision& decision) {
  static const std::string nothing = "none";
  return decision.cutover == none ? nothing : config.cutovers[decision.cutover].name;
}

std::string policy_words(const Part& part) { return part.required ? "required" : "optional, else " + part.fallback; }

std::string part_words(const config::Config& config, const Part& part, const PartRoute& route) {
  return "   " + part.name + ": GET " + route.target + " -> " + config.upstreams[route.decision.upstream].name + "   (cutover " +
         cutover_name(config, route.decision) + ", " + std::string(to_string(route.decision.reason)) + "; " +
         policy_words(part) + "; within " + std::to_string(part.timeout.count()) + "ms)\n";
}

}  // namespace

std::string aggregation_words(const Snapshot& snapshot, const RequestView& request, std::uint32_t rule) {
  const config::Config& config = *snapshot.config;
  const Aggregation& rules = *config.aggregation_of(rule);
  std::string text = "aggregation " + rules.name + "  " + matching::describe(config.aggregation_rules.rules()[rule]) +
                     "  within " + std::to_string(rules.timeout.count()) + "ms\n";
  const auto routes = route_parts(snapshot, request, rule);
  if (!routes) return text + "   refused: 400 bad-parameter\n";
  for (std::size_t i = 0; i < routes->size(); ++i) text += part_words(config, rules.parts[i], (*routes)[i]);
  return text;
}

std::string aggregation_json(const Snapshot& snapshot, const RequestView& request, std::uint32_t rule) {
  namespace json = boost::json;
  const config::Config& config = *snapshot.config;
  const Aggregation& rules = *config.aggregation_of(rule);
  json::object out{{"aggregation", rules.name}, {"cutover", nullptr}, {"upstream", nullptr}, {"reason", to_string(Reason::aggregation)}};
  json::array parts;
  const auto routes = route_parts(snapshot, request, rule);
  for (std::size_t i = 0; routes && i < routes->size(); ++i) {
    const auto& route = (*routes)[i];
    parts.push_back(json::object{{"name", rules.parts[i].name},
                                 {"target", route.target},
                                 {"upstream", config.upstreams[route.decision.upstream].name},
                                 {"cutover", cutover_name(config, route.decision)},
                                 {"side", to_string(route.decision.side)},
                                 {"reason", to_string(route.decision.reason)},
                                 {"required", rules.parts[i].required}});
  }
  out["parts"] = std::move(parts);
  out["refused"] = !routes;
  return json::serialize(out);
}

}  // namespace banyan::routing
