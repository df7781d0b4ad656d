// The parts of loading, one per section of the file. Internal to config/.
#pragma once

#include "router/config/reader.hpp"

#include <span>
#include <vector>

namespace banyan::config {

// A rule with the place of its `match` entry, until the ties have been looked for.
struct PlacedRule {
  matching::Rule rule;
  Place place;
  std::string label;  // "cutover 'orders' (match[1])"
};

void load_static(Context& context, const Value* value, StaticSettings& out);
// `tracing:` of `static:`.
void load_tracing(Context& context, const Value* value, StaticSettings& out);
// A secret may come from the environment, as "${NAME}"; the value, not its name, is what counts.
bool resolve_secret(Context& context, const Value& value, std::string& out);
std::optional<ListenerTls> load_listener_tls(Context& context, const Value* value);
std::optional<UpstreamTls> load_upstream_tls(Context& context, const Value* value, const std::string& path);
void load_cohort(Context& context, const Value* value, Cohort& out);
void load_upstreams(Context& context, const Value* value, std::vector<Upstream>& out);
void load_resilience(Context& context, Mapping& upstream, const std::string& path, Upstream& out);
void load_gates(Context& context, const Value* value, std::vector<Gate>& out);
void load_cutovers(Context& context, const Value* value, Config& config, std::vector<PlacedRule>& rules);
void load_deprecation(Context& context, const Value* value, const std::string& path, std::string& out);
void check_lockstep(Context& context, const Config& config);
void load_match(Context& context, const Value& value, std::uint32_t cutover, const std::string& path,
                std::vector<PlacedRule>& rules);
void load_plan(Context& context, const Value& value, const Config& config, const std::string& path,
               cutover::Plan& out);
void load_compare(Context& context, const Value* value, const std::string& path, CompareRules& out);
// `rules` are the cutover's own. Null without a value.
std::shared_ptr<const translate::Translation> load_translate(Context& context, const Value* value, const std::string& path,
                                                             std::span<const PlacedRule> rules);
bool load_template(Context& context, const Value& value, translate::PathTemplate& out);  // of a scalar
inline constexpr std::uint64_t largest_held_body = 64 * 1024 * 1024;
void load_aggregations(Context& context, const Value* value, Config& config, const std::vector<PlacedRule>& cutover_rules);
void load_constant(Context& context, const Value& value, std::string& out);  // any YAML value as JSON text
void load_expectations(Context& context, const Value* value, Config& config);

// Ties between rules that may match the same request, and rules that can never win.
void check_rules(Context& context, const std::vector<PlacedRule>& rules);

// Resolves a name, or reports it with the nearest one.
std::optional<std::uint32_t> resolve(Context& context, const Value* value, const std::string& what,
                                     const std::vector<std::string>& names);
std::vector<std::string> upstream_names(const std::vector<Upstream>& upstreams);

// What a cutover without `plan:` does: shadow (reads only), canary 1, 10, 50 %, live.
cutover::Plan default_plan(bool shadow);

}  // namespace banyan::config
