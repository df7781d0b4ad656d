#include "router/config/at.hpp"
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

void load_at(Context& context, const Value* value, const Config& config, Expectation& out) {
  std::string text;
  if (!read(context, value, text, "cutover/stage")) return;
  const At at = parse_at(config, text);
  if (!at.problem.empty()) {
    if (at.problem.starts_with("expected ")) context.expected(*value, at.problem.substr(9), at.hint);
    else context.error(value->place, at.problem, at.hint);
    return;
  }
  out.at_cutover = at.cutover;
  out.at_state = at.state;
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

At parse_at(const Config& config, std::string_view text) {
  At out;
  const auto slash = text.find('/');
  const auto blank = text.find(' ', slash == text.npos ? 0 : slash);
  const auto stage = slash == text.npos ? std::nullopt : cutover::stage_from(text.substr(slash + 1, blank - slash - 1));
  out.cutover = std::string(text.substr(0, slash));
  const std::string hint = "such as orders-read/live or orders-read/canary 25%";
  if (!stage || *stage == cutover::Stage::held) return {out.cutover, {}, "expected cutover/stage", hint};
  if (!config.find_cutover(out.cutover)) {
    const std::string near = nearest(out.cutover, cutover_names(config));
    return {out.cutover, {}, "unknown cutover '" + out.cutover + "'", near.empty() ? "" : "did you mean '" + near + "'?"};
  }
  out.state.stage = *stage;
  out.state.weight = cutover::full_weight;
  if (blank == text.npos) return out;
  const auto weight = parse_weight(text.substr(blank + 1));
  if (!weight) return {out.cutover, {}, "expected cutover/stage with a percentage", "such as orders-read/canary 25%"};
  out.state.weight = *weight;
  return out;
}

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
