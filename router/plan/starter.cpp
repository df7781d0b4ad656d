#include "router/plan/starter.hpp"

#include "router/matching/rule.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <map>

namespace banyan::plan {
namespace {

namespace json = boost::json;

std::string text_in(const json::value& object, const char* key) {
  const json::value* field = object.is_object() ? object.get_object().if_contains(key) : nullptr;
  return field && field->is_string() ? std::string(field->get_string()) : std::string();
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

bool usable(const std::string& path) {
  matching::PathPattern pattern;
  return path.starts_with('/') && !matching::parse_path(path, pattern);
}

// Without the names of parameters.
std::string shape_of(const std::string& path) {
  std::string out;
  bool inside = false;
  for (const char c : path) {
    if (c == '}') inside = false;
    if (!inside) out += c;
    if (c == '{') inside = true;
  }
  return out;
}

std::string upstreams(const Starter& s) {
  std::string text =
      "upstreams:\n"
      "  monolith:\n"
      "    endpoints: [ " + quoted(s.monolith) + " ]\n"
      "    # health: { path: /readyz }          # ask the endpoint whether it is well; left out: it is taken to be\n";
  for (const Service& service : s.services)
    text += "  " + service.name + ":\n    endpoints: [ " + quoted(service.address) + " ]\n";
  if (s.services.empty()) text += "  # orders: { endpoints: [ \"127.0.0.1:8091\" ] }   # a service taken out of the monolith\n";
  return text;
}

// Reads only: a read can be shadowed, and going back from it loses nothing.
std::vector<std::string> reads_of(const Starter& s, const Service& service, std::vector<std::string>& left_out) {
  if (!service.path.empty()) return {service.path};
  std::map<std::string, std::string> paths;  // by shape: /a/{id} and /a/{name} are one rule
  for (const Route& route : s.routes) {
    if (route.context != service.name) continue;
    if (route.method == "GET" && usable(route.path)) paths.emplace(shape_of(route.path), route.path);
    else left_out.push_back(route.method + " " + route.path);
  }
  std::vector<std::string> out;
  for (const auto& [shape, path] : paths) out.push_back(path);
  return out;
}

std::string cutover(const Starter& s, const Service& service) {
  std::vector<std::string> left_out;
  const auto paths = reads_of(s, service, left_out);
  std::string text;
  for (const std::string& route : left_out) text += "  # not moved by this: " + route + "\n";
  if (paths.empty()) return text + "  # no GET route of '" + service.name + "' is known: name its paths in a cutover of your own\n";
  text += "  - name: " + service.name + "-read\n    match:\n";
  for (const std::string& path : paths) text += "      - { methods: [ GET, HEAD ], path: " + quoted(path) + " }\n";
  return text + "    to: " + service.name + "\n"
         "    plan:                                # one step each `banyan-router promote " + service.name + "-read`\n"
         "      - { stage: shadow, percent: 20 }   # callers get the monolith's answer, copies are compared\n"
         "      - { stage: canary, percent: 1, gate: [ healthy ], hold: 30m }\n"
         "      - { stage: canary, percent: 25, gate: [ healthy ], hold: 2h }\n"
         "      - { stage: live }\n";
}

std::string cutovers(const Starter& s) {
  std::string entries;
  for (const Service& service : s.services) entries += cutover(s, service);
  const bool any = entries.find("- name:") != std::string::npos;
  const std::string gate =
      "gates:\n"
      "  healthy: { min_samples: 500, error_rate: { worse_than_baseline: 1pp } }\n";
  if (any) return gate + "cutovers:\n" + entries;
  return entries +
         "# cutovers:\n"
         "#   - name: orders-read\n"
         "#     match: { methods: [ GET, HEAD ], path: \"/api/orders/**\" }\n"
         "#     to: orders\n"
         "#     plan: [ { stage: shadow, percent: 20 }, { stage: canary, percent: 5 }, { stage: live } ]\n";
}

std::string other_contexts(const Starter& s) {
  std::map<std::string, int> rest;
  for (const Route& route : s.routes)
    if (std::none_of(s.services.begin(), s.services.end(), [&](const Service& x) { return x.name == route.context; })) ++rest[route.context];
  std::string text;
  for (const auto& [context, count] : rest)
    text += "#   " + (context.empty() ? std::string("(no context)") : context) + ": " + std::to_string(count) + (count == 1 ? " route\n" : " routes\n");
  return text.empty() ? text : "# Contexts that stay with the monolith so far (init --service NAME=HOST:PORT takes one out):\n" + text;
}

}  // namespace

std::optional<std::vector<Route>> read_routes(std::string_view bytes, std::string& problem) {
  boost::system::error_code error;
  const json::value root = json::parse(json::string_view(bytes.data(), bytes.size()), error);
  const json::value* routes = !error && root.is_object() ? root.get_object().if_contains("routes") : nullptr;
  const json::value* contexts = !error && root.is_object() ? root.get_object().if_contains("contexts") : nullptr;
  if (!routes || !routes->is_array() || !contexts || !contexts->is_array()) {
    problem = error ? "it is no JSON: " + error.message() : "it has no 'routes' and 'contexts'; expected contexts.json of banyan-analyze";
    return std::nullopt;
  }
  std::map<std::string, std::string> names;
  for (const json::value& context : contexts->get_array()) names[text_in(context, "id")] = text_in(context, "name");
  std::vector<Route> out;
  for (const json::value& route : routes->get_array()) {
    const auto named = names.find(text_in(route, "context"));
    out.push_back({text_in(route, "method"), text_in(route, "path"), named == names.end() ? "" : named->second});
  }
  return out;
}

std::string starter_text(const Starter& s) {
  return "# yaml-language-server: $schema=router.schema.json     (banyan-router config schema > router.schema.json)\n"
         "# After each change: banyan-router check; a running router takes it over by itself, or says why not.\n"
         "version: 1\n"
         "static:                                  # a change here needs a restart\n"
         "  listen: " + quoted(s.listen) + "\n"
         "  admin: \"127.0.0.1:9901\"                # commands and metrics; keep it on loopback\n"
         "  state: \"./banyan-state.db\"             # the journal: which cutover is at which stage, since when, and why\n"
         "  access_log: \"access.log\"               # what `simulate` and `ledger` read\n"
         "cohort:                                  # tells callers apart, so that each of them stays on one side\n"
         "  key: [ " + quoted(s.cohort_key) + " ]\n"
         "  salt: " + quoted(s.salt) + "             # keep it: with another one callers would change sides\n" +
         upstreams(s) + "default: monolith                        # what no cutover matches\n" + cutovers(s) + other_contexts(s) +
         "expect:                                  # checked before every start and reload\n"
         "  - { request: \"POST /\", goes_to: monolith }\n";
}

}  // namespace banyan::plan
