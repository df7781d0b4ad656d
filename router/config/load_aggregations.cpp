#include "router/config/loading.hpp"
#include "router/config/units.hpp"

#include <algorithm>

namespace banyan::config {
namespace {

using aggregate::Aggregation;
using aggregate::Part;

struct AggregationLoading {
  Context& context;
  Config& config;
  std::vector<PlacedRule>& rules;
  const std::vector<PlacedRule>& cutover_rules;
  bool sound;  // nothing was wrong with the cutovers, so questions about them have answers
};

void load_aggregation_name(AggregationLoading& loading, Mapping& section, Aggregation& out) {
  const Value* value = section.require("name", "a name, unique among aggregations");
  if (!read(loading.context, value, out.name, "a name")) return;
  if (!is_name(out.name))
    loading.context.error(value->place, "'" + out.name + "' is no name for an aggregation", "letters, digits, '-', '_' and '.'");
  for (const auto& other : loading.config.aggregations)
    if (other && other->name == out.name)
      loading.context.error(value->place, "a second aggregation named '" + out.name + "'",
                            "the first is in line " + std::to_string(other->line));
}

// Parts are asked with GET, so nothing but a read may set them off.
void keep_to_reads(Context& context, PlacedRule& placed) {
  auto& methods = placed.rule.methods;
  if (methods.empty()) methods = {"GET", "HEAD"};
  for (const auto& method : methods)
    if (method != "GET" && method != "HEAD")
      context.error(placed.place, placed.label + " takes " + method, "an aggregation answers GET and HEAD only");
}

// The path with every place filled, so that the rules can be asked about it.
std::string sample_path(const Part& part) {
  std::string path;
  for (const auto& piece : part.path.pieces) {
    if (piece.in_query) break;
    path += piece.kind == translate::PathTemplate::Kind::text ? piece.text
            : piece.kind == translate::PathTemplate::Kind::rest ? "/x"
                                                                : "x";
  }
  return path.substr(0, path.find('?'));
}

void check_part_cutover(AggregationLoading& loading, const Value& value, const Part& part) {
  std::vector<matching::Rule> plain;
  for (const auto& placed : loading.cutover_rules) plain.push_back(placed.rule);
  const matching::RuleTable table(std::move(plain));
  const std::string path = sample_path(part);
  const matching::RequestView view{"GET", path, path, {}, {}, {}, {}};
  const auto found = table.find(view);
  if (found != matching::no_rule && table.rules()[found].cutover == *part.cutover) return;
  const auto& wanted = loading.config.cutovers[*part.cutover].name;
  loading.context.error(value.place, "GET " + part.path.text + " does not belong to cutover '" + wanted + "'",
                        found == matching::no_rule ? "no cutover matches it"
                                                   : "it belongs to '" + loading.config.cutovers[table.rules()[found].cutover].name + "'");
}

void load_part_way(AggregationLoading& loading, Mapping& section, Part& out) {
  const Value* upstream = section.find("upstream");
  const Value* cutover = section.find("cutover");
  if (upstream && cutover) {
    loading.context.error(cutover->place, "a part goes to an upstream or follows a cutover",
                          "leave both out to route it like a caller's request");
    return;
  }
  if (const auto found = resolve(loading.context, upstream, "upstream", upstream_names(loading.config.upstreams))) out.upstream = *found;
  std::vector<std::string> names;
  for (const auto& one : loading.config.cutovers) names.push_back(one.name);
  if (const auto found = resolve(loading.context, cutover, "cutover", names)) {
    out.cutover = *found;
    if (loading.sound && !out.path.pieces.empty()) check_part_cutover(loading, *cutover, out);
  }
}

void load_part_failure(Context& context, Mapping& section, Part& out) {
  bool optional = false;
  read(context, section.find("optional"), optional);
  out.required = !optional;
  const Value* fallback = section.find("default");
  if (!fallback) return;
  if (out.required)
    context.error(fallback->place, "'default' belongs to a part that is optional", "add optional: true");
  load_constant(context, *fallback, out.fallback);
}

void load_part(AggregationLoading& loading, const Member& member, const std::string& path, std::size_t first_rule, Part& out) {
  Context& context = loading.context;
  out.name = member.key.text;
  if (!is_name(out.name))
    context.error(member.key.place, "'" + out.name + "' is no name for a part", "letters, digits, '-', '_' and '.'");
  Mapping section(context, member.value, path + "." + out.name);
  const Value* target = section.require("path", "what is asked for, such as /api/orders/{id}");
  std::string text;
  if (read(context, target, text, "a path") && load_template(context, *target, out.path))
    for (std::size_t i = first_rule; i < loading.rules.size(); ++i)
      if (const auto name = translate::missing_in(loading.rules[i].rule.path, out.path); !name.empty())
        context.error(target->place, name + " has no value where '" + loading.rules[i].rule.path.text + "' matches",
                      "a place that is filled stands in every path of 'match'");
  load_part_way(loading, section, out);
  load_part_failure(context, section, out);
  read(context, section.find("timeout"), out.timeout);
  if (const Value* most = section.find("max_body"); read_size(context, most, out.max_body))
    if (out.max_body == 0 || out.max_body > largest_held_body)
      context.expected(*most, "a size from 1B to 64MiB", "parts are held in memory");
}

void load_parts(AggregationLoading& loading, const Value* value, const std::string& path, std::size_t first_rule, Aggregation& out) {
  if (!value) return;
  Mapping section(loading.context, *value, path);
  for (const Member& member : value->members) {
    if (member.key.kind != Value::Kind::scalar) continue;
    section.find(member.key.text);
    load_part(loading, member, path, first_rule, out.parts.emplace_back());
  }
  if (section.valid() && (out.parts.empty() || out.parts.size() > aggregate::most_parts))
    loading.context.error(value->place, "an aggregation has 1 to " + std::to_string(aggregate::most_parts) + " parts");
}

void load_part_headers(Context& context, const Value* value, Aggregation& out) {
  each_item(value, [&](const Value& item) {
    std::string name;
    if (!read(context, &item, name, "the name of a header")) return;
    if (const auto problem = translate::header_name_problem(name); !problem.empty())
      context.error(item.place, "header '" + name + "' cannot be passed on", problem);
    else
      out.headers.push_back(name);
  });
}

void load_aggregation(AggregationLoading& loading, const Value& value, const std::string& path) {
  Context& context = loading.context;
  auto out = std::make_shared<Aggregation>();
  out->line = value.place.line;
  Mapping section(context, value, path);
  load_aggregation_name(loading, section, *out);
  const std::size_t first_rule = loading.rules.size();
  const auto index = static_cast<std::uint32_t>(loading.config.aggregations.size());
  if (const Value* match = section.require("match", "what it answers, such as { path: \"/pages/order/{id}\" }"))
    load_match(context, *match, index, path + ".match", loading.rules);
  for (std::size_t i = first_rule; i < loading.rules.size(); ++i) {
    loading.rules[i].label = "aggregation '" + out->name + "'";
    keep_to_reads(context, loading.rules[i]);
  }
  read(context, section.find("timeout"), out->timeout);
  load_part_headers(context, section.find("headers"), *out);
  const Value* key = section.find("missing_key");
  read(context, key, out->missing_key, "the name of a member");
  if (key && !is_name(out->missing_key)) context.expected(*key, "the name of a member", "letters, digits, '-', '_' and '.'");
  read(context, section.find("mixed_sides"), out->mixed_sides);
  load_parts(loading, section.require("parts", "a mapping of parts, such as order: { path: \"/api/orders/{id}\" }"), path + ".parts",
             first_rule, *out);
  for (const Part& part : out->parts)
    if (key && part.name == out->missing_key) context.error(key->place, "'" + part.name + "' is a part already");
  loading.config.aggregations.push_back(std::move(out));
}

}  // namespace

void load_aggregations(Context& context, const Value* value, Config& config, const std::vector<PlacedRule>& cutover_rules) {
  if (!value || value->kind == Value::Kind::null) return;
  if (value->kind != Value::Kind::sequence)
    return context.expected(*value, "a list of aggregations", "each begins with '- name: ...'");
  std::vector<PlacedRule> rules;
  AggregationLoading loading{context, config, rules, cutover_rules, !context.failed()};
  for (std::size_t i = 0; i < value->items.size(); ++i)
    load_aggregation(loading, value->items[i], "aggregations[" + std::to_string(i) + "]");
  check_rules(context, rules);
  std::vector<matching::Rule> plain;
  for (PlacedRule& placed : rules) plain.push_back(std::move(placed.rule));
  config.aggregation_rules = matching::RuleTable(std::move(plain));
}

}  // namespace banyan::config
