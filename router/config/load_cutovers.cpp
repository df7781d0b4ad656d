#include "router/compare/path.hpp"
#include "router/config/loading.hpp"
#include "router/config/units.hpp"
#include "router/cutover/record.hpp"

#include <algorithm>

namespace banyan::config {
namespace {

using cutover::Stage;

bool safe(const std::string& method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE";
}

bool only_safe(const matching::Rule& rule) {
  return !rule.methods.empty() && std::all_of(rule.methods.begin(), rule.methods.end(), safe);
}

bool has_stage(const cutover::Plan& plan, Stage stage) {
  return std::any_of(plan.begin(), plan.end(), [stage](const auto& step) { return step.stage == stage; });
}

struct Loading {
  Context& context;
  Config& config;
  std::vector<PlacedRule>& rules;
};

void load_name(Loading& loading, Mapping& section, Cutover& out) {
  const Value* value = section.require("name", "a name, unique among cutovers");
  if (!read(loading.context, value, out.name, "a name")) return;
  if (!is_name(out.name) || out.name == "none" || out.name == "all")
    loading.context.error(value->place, "'" + out.name + "' is no name for a cutover",
                          "letters, digits, '-', '_' and '.', and neither 'none' nor 'all'");
  const auto index = static_cast<std::uint32_t>(loading.config.cutovers.size() - 1);
  const auto [first, fresh] = loading.config.cutover_index.try_emplace(out.name, index);
  if (!fresh)
    loading.context.error(
        value->place, "a second cutover named '" + out.name + "'",
        "the first is in line " + std::to_string(loading.config.cutovers[first->second].line));
  out.hash_prefix = out.name + '\0';
}

// A group is hashed by its own name: the same callers are moved at every member.
void load_lockstep(Loading& loading, Mapping& section, Cutover& out) {
  const Value* value = section.find("lockstep");
  if (!read(loading.context, value, out.lockstep, "the name of a group") || out.lockstep.empty()) return;
  if (!is_name(out.lockstep))
    loading.context.error(value->place, "'" + out.lockstep + "' is no name for a group", "letters, digits, '-', '_' and '.'");
  out.hash_prefix = out.lockstep + '\0';
}

void load_sides(Loading& loading, Mapping& section, Cutover& out) {
  const auto names = upstream_names(loading.config.upstreams);
  out.from = loading.config.default_upstream;
  if (const auto from = resolve(loading.context, section.find("from"), "upstream", names)) out.from = *from;
  const Value* to = section.require("to", "the upstream that takes over");
  const auto found = resolve(loading.context, to, "upstream", names);
  if (!found) return;
  out.to = *found;
  if (out.to == out.from)
    loading.context.error(to->place,
                          "cutover '" + out.name + "' goes from '" + names[out.from] + "' to itself");
}

void check_shadow(Loading& loading, const Cutover& cutover, std::size_t first_rule) {
  const Upstream& target = loading.config.upstreams[cutover.to];
  if (target.sandbox || !has_stage(cutover.plan, Stage::shadow)) return;
  for (std::size_t i = first_rule; i < loading.rules.size(); ++i) {
    const matching::Rule& rule = loading.rules[i].rule;
    if (only_safe(rule)) continue;
    const auto unsafe = std::find_if_not(rule.methods.begin(), rule.methods.end(), safe);
    const std::string which = rule.methods.empty() ? "any method" : *unsafe;
    loading.context.error(
        loading.rules[i].place,
        "shadow of '" + cutover.name + "' would send copies of " + which + " to '" + target.name + "'",
        "limit 'methods' to GET and HEAD, drop the shadow step, or declare the upstream sandbox: true");
  }
}

void check_plan(Loading& loading, const Place& place, const Cutover& cutover) {
  const Upstream& target = loading.config.upstreams[cutover.to];
  const bool serves = has_stage(cutover.plan, Stage::canary) || has_stage(cutover.plan, Stage::live) ||
                      has_stage(cutover.plan, Stage::retired);
  if (target.sandbox && serves)
    loading.context.error(place,
                          "'" + target.name + "' is a sandbox: it may be shadowed, never serve callers",
                          "end the plan of '" + cutover.name + "' with shadow, or name another upstream");
  if (has_stage(cutover.plan, Stage::canary) && loading.config.cohort.keys.empty())
    loading.context.error(place,
                          "the canary of '" + cutover.name + "' has nobody to count: there is no cohort key",
                          "add cohort: { key: [ \"header:X-Account-Id\" ], salt: \"...\" }");
}

// Names are checked when all cutovers are known.
void load_after(Loading& loading, const Value& item, const std::string& path, Cutover& out) {
  Mapping section(loading.context, item, path);
  cutover::After after;
  const Value* name = section.require("cutover", "the name of the cutover that comes first");
  std::string stage = "live";
  const Value* word = section.find("stage");
  read(loading.context, word, stage, "a stage");
  const auto found = cutover::stage_from(stage);
  if (!found || *found == Stage::legacy || *found > Stage::retired)
    loading.context.expected(*word, "a stage", "shadow, canary, live or retired");
  else
    after.stage = *found;
  if (!read(loading.context, name, after.cutover, "a name")) return;
  // Only what stands above can be waited for: so nobody waits for himself, however many lie between.
  if (after.cutover == out.name || !loading.config.cutover_index.contains(after.cutover))
    loading.context.error(name->place, "'" + out.name + "' cannot come after '" + after.cutover + "'",
                          "name a cutover that stands above it in the list");
  else
    out.after.push_back(std::move(after));
}

// What a value says, whatever its layout, comments and quotes.
void write_meaning(const Value& value, std::string& out) {
  const auto word = [&out](const std::string& text) { out += std::to_string(text.size()) + ':' + text; };
  out += std::to_string(static_cast<int>(value.kind));
  word(value.text);
  for (const Value& item : value.items) write_meaning(item, out);
  out += ']';
  for (const Member& member : value.members) {
    word(member.key.text);
    write_meaning(member.value, out);
  }
  out += '}';
}

std::string definition_of(const Value& value) {
  std::string meaning;
  write_meaning(value, meaning);
  return cutover::sha256_hex(meaning).substr(0, 16);
}

void load_cutover(Loading& loading, const Value& value, const std::string& path) {
  Cutover& out = loading.config.cutovers.emplace_back();
  out.line = value.place.line;
  out.column = value.place.column;
  out.definition = definition_of(value);
  Mapping section(loading.context, value, path);
  load_name(loading, section, out);
  const std::size_t first_rule = loading.rules.size();
  const auto index = static_cast<std::uint32_t>(loading.config.cutovers.size() - 1);
  if (const Value* match =
          section.require("match", "what belongs to it, such as { path: \"/api/orders/**\" }"))
    load_match(loading.context, *match, index, path + ".match", loading.rules);
  for (std::size_t i = first_rule; i < loading.rules.size(); ++i)
    loading.rules[i].label = "cutover '" + out.name + "'";
  load_lockstep(loading, section, out);
  load_sides(loading, section, out);
  out.translate = load_translate(loading.context, section.find("translate"), path + ".translate",
                                 std::span(loading.rules).subspan(first_rule));
  load_compare(loading.context, section.find("compare"), path + ".compare", out.compare);
  load_deprecation(loading.context, section.find("deprecate"), path + ".deprecate", out.deprecation);
  const Value* plan = section.find("plan");
  if (plan) {
    load_plan(loading.context, *plan, loading.config, path + ".plan", out.plan);
  } else {
    const bool reads =
        std::all_of(loading.rules.begin() + static_cast<std::ptrdiff_t>(first_rule), loading.rules.end(),
                    [](const PlacedRule& placed) { return only_safe(placed.rule); });
    out.plan = default_plan(reads);
  }
  each_item(section.find("after"), [&](const Value& item) { load_after(loading, item, path + ".after", out); });
  if (out.to >= loading.config.upstreams.size()) return;
  check_shadow(loading, out, first_rule);
  check_plan(loading, plan ? plan->place : value.place, out);
}

void load_paths(Context& context, const Value* value, std::vector<std::string>& out) {
  each_item(value, [&](const Value& item) {
    std::string text;
    if (!read(context, &item, text, "a JSON path such as $.items[*].price")) return;
    if (const auto problem = compare::path_problem(text); !problem.empty())
      context.expected(item, "a JSON path", problem);
    else
      out.push_back(std::move(text));
  });
}

void load_tolerance(Context& context, const Value* value, const std::string& path, CompareRules& out) {
  if (!value) return;
  Mapping section(context, *value, path);
  for (const Member& member : value->members) {
    if (member.key.kind != Value::Kind::scalar) continue;
    section.find(member.key.text);
    if (const auto problem = compare::path_problem(member.key.text); !problem.empty())
      context.expected(member.key, "a JSON path", problem);
    const auto number =
        member.value.kind == Value::Kind::scalar ? parse_number(member.value.text) : std::nullopt;
    if (!number)
      context.expected(member.value, "a number: the largest difference that does not count");
    else
      out.tolerance.emplace(member.key.text, *number);
  }
}

void load_redaction(Context& context, const Value& item, std::vector<std::string>& out) {
  const std::string what = "what is to be redacted: a JSON path, header:NAME or query:NAME";
  std::string text;
  if (!read(context, &item, text, what)) return;
  const bool named = (text.starts_with("header:") && text.size() > 7) || (text.starts_with("query:") && text.size() > 6);
  const auto problem = named ? std::string() : compare::path_problem(text);
  if (!problem.empty()) context.expected(item, what, problem);
  else out.push_back(std::move(text));
}

}  // namespace

void load_compare(Context& context, const Value* value, const std::string& path, CompareRules& out) {
  if (!value) return;
  Mapping section(context, *value, path);
  if (const Value* json = section.find("json")) {
    Mapping inner(context, *json, path + ".json");
    load_paths(context, inner.find("ignore"), out.ignore);
    load_paths(context, inner.find("unordered"), out.unordered);
    load_tolerance(context, inner.find("tolerance"), path + ".json.tolerance", out);
  }
  if (const Value* headers = section.find("headers")) {
    Mapping inner(context, *headers, path + ".headers");
    each_item(inner.find("ignore"), [&](const Value& item) {
      std::string name;
      if (read(context, &item, name, "the name of a header")) out.ignore_headers.push_back(name);
    });
  }
  each_item(section.find("redact"), [&](const Value& item) { load_redaction(context, item, out.redact); });
  read_share(context, section.find("noise"), out.noise);
}

void load_cutovers(Context& context, const Value* value, Config& config, std::vector<PlacedRule>& rules) {
  if (!value || value->kind == Value::Kind::null) return;
  if (value->kind != Value::Kind::sequence) {
    context.expected(*value, "a list of cutovers", "each begins with '- name: ...'");
    return;
  }
  Loading loading{context, config, rules};
  config.cutovers.reserve(value->items.size());
  for (std::size_t i = 0; i < value->items.size(); ++i)
    load_cutover(loading, value->items[i], "cutovers[" + std::to_string(i) + "]");
}

}  // namespace banyan::config
