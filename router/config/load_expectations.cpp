#include "router/config/loading.hpp"
#include "router/config/units.hpp"

#include <algorithm>

namespace banyan::config {
namespace {

std::vector<std::string> cutover_names(const Config& config) {
  std::vector<std::string> names;
  for (const Cutover& cutover : config.cutovers) names.push_back(cutover.name);
  return names;
}

void load_request(Context& context, const Value* value, Expectation& out) {
  std::string text;
  if (!read(context, value, text, "a request such as \"GET /api/orders/42\"")) return;
  const auto blank = text.find(' ');
  const bool good = blank != std::string::npos && blank > 0 &&
                    text.find(' ', blank + 1) == std::string::npos &&
                    (text.substr(blank + 1).starts_with('/') || text.find("://", blank) != std::string::npos);
  if (!good) {
    context.expected(*value, "a method and a target", "such as \"GET /api/orders/42\"");
    return;
  }
  out.method = text.substr(0, blank);
  out.target = text.substr(blank + 1);
}

void load_headers(Context& context, const Value* value, const std::string& path, Expectation& out) {
  if (!value) return;
  Mapping section(context, *value, path);
  for (const Member& member : value->members) {
    section.find(member.key.text);
    std::string text;
    if (read(context, &member.value, text, "a header value")) out.headers.emplace_back(member.key.text, text);
  }
}

// "orders-read/live", "orders-read/canary 25%"
void load_at(Context& context, const Value* value, const Config& config, Expectation& out) {
  std::string text;
  if (!read(context, value, text, "cutover/stage")) return;
  const auto slash = text.find('/');
  const auto blank = text.find(' ', slash == std::string::npos ? 0 : slash);
  const auto stage = slash == std::string::npos
                         ? std::nullopt
                         : cutover::stage_from(text.substr(slash + 1, blank - slash - 1));
  const std::string name = text.substr(0, slash);
  const auto names = cutover_names(config);
  if (!stage || *stage == cutover::Stage::held) {
    context.expected(*value, "cutover/stage", "such as orders-read/live or orders-read/canary 25%");
    return;
  }
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    const std::string near = nearest(name, names);
    context.error(value->place, "unknown cutover '" + name + "'",
                  near.empty() ? "" : "did you mean '" + near + "'?");
    return;
  }
  out.at_cutover = name;
  out.at_state.stage = *stage;
  out.at_state.weight = cutover::full_weight;
  if (blank == std::string::npos) return;
  const auto weight = parse_weight(text.substr(blank + 1));
  if (weight)
    out.at_state.weight = *weight;
  else
    context.expected(*value, "cutover/stage with a percentage", "such as orders-read/canary 25%");
}

void load_row(Context& context, const Value& value, const std::string& path, Config& config) {
  const std::size_t errors_before = context.count();
  Expectation out;
  out.line = value.place.line;
  out.column = value.place.column;
  out.source_line = context.line_text(out.line);
  Mapping section(context, value, path);
  load_request(context, section.require("request", "a request such as \"GET /api/orders/42\""), out);
  load_headers(context, section.find("headers"), path + ".headers", out);
  load_at(context, section.find("at"), config, out);
  const auto upstreams = upstream_names(config.upstreams);
  if (const auto found = resolve(context, section.find("goes_to"), "upstream", upstreams))
    out.goes_to = upstreams[*found];
  auto names = cutover_names(config);
  names.push_back("none");
  if (const auto found = resolve(context, section.find("cutover"), "cutover", names))
    out.cutover = names[*found];
  std::vector<std::string> aggregations{"none"};
  for (const auto& one : config.aggregations) aggregations.push_back(one->name);
  if (const auto found = resolve(context, section.find("aggregation"), "aggregation", aggregations))
    out.aggregation = aggregations[*found];
  bool shadowed = false;
  if (read(context, section.find("shadowed"), shadowed)) out.shadowed = shadowed;
  std::uint32_t retries = 0;
  if (read_count(context, section.find("retries"), retries, 0, 100)) out.retries = retries;
  if (section.valid() && !out.goes_to && !out.cutover && !out.aggregation && !out.shadowed && !out.retries &&
      context.count() == errors_before)
    context.error(value.place, "'" + path + "' expects nothing", "add goes_to, cutover, aggregation, shadowed or retries");
  config.expectations.push_back(std::move(out));
}

}  // namespace

void load_expectations(Context& context, const Value* value, Config& config) {
  if (!value || value->kind == Value::Kind::null) return;
  if (value->kind != Value::Kind::sequence) {
    context.expected(*value, "a list of expectations", "such as - { request: \"GET /\", goes_to: monolith }");
    return;
  }
  for (std::size_t i = 0; i < value->items.size(); ++i)
    load_row(context, value->items[i], "expect[" + std::to_string(i) + "]", config);
}

}  // namespace banyan::config
