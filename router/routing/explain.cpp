#include "router/routing/explain.hpp"

#include "router/routing/explain_aggregation.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cstdio>

namespace banyan::routing {
namespace {

namespace json = boost::json;
using matching::Mismatch;
using matching::Rule;
using matching::Tried;

// More rules than this are counted, not listed, when only their path differs.
constexpr std::size_t listed_rules = 40;

std::string predicate_words(const Rule& rule, const Tried& tried) {
  const auto name = [&](const std::vector<matching::Predicate>& predicates) {
    return tried.detail < predicates.size() ? " " + predicates[tried.detail].name : std::string();
  };
  if (tried.outcome == Mismatch::header) return name(rule.headers);
  if (tried.outcome == Mismatch::cookie) return name(rule.cookies);
  if (tried.outcome == Mismatch::query) return name(rule.queries);
  return {};
}

// Every rule with its fate: what the lookup itself noted, and for those it never had to touch, the plain
// test.
std::vector<Tried> fates(const config::Config& config, const RequestView& request, const Decision& decision,
                         const matching::Trace& trace) {
  const auto& rules = config.rules.rules();
  std::vector<Tried> all(rules.size(), Tried{none, Mismatch::path});
  for (const Tried& tried : trace) all[tried.rule] = tried;
  for (std::uint32_t i = 0; i < rules.size(); ++i) {
    if (all[i].rule != none) continue;
    all[i] = matching::try_rule(rules[i], i, request);
    if (all[i].outcome == Mismatch::none && i != decision.rule) all[i].outcome = Mismatch::outranked;
  }
  return all;
}

std::string source_words(const config::CohortSource& source) {
  switch (source.kind) {
    case config::CohortSource::Kind::header:
      return "header:" + source.name;
    case config::CohortSource::Kind::cookie:
      return "cookie:" + source.name;
    case config::CohortSource::Kind::query:
      return "query:" + source.name;
    case config::CohortSource::Kind::peer:
      return "peer";
  }
  return "?";
}

std::string two_digits(std::uint32_t hundredths) {
  char text[32];
  std::snprintf(text, sizeof text, "%u.%02u %%", hundredths / 100, hundredths % 100);
  return text;
}

std::string bucket_words(const config::Config& config, const Decision& decision,
                         const cutover::State& state) {
  if (decision.stage != cutover::Stage::canary && decision.stage != cutover::Stage::shadow) return {};
  if (decision.bucket == none) {
    std::string keys;
    for (const auto& source : config.cohort.keys) keys += (keys.empty() ? "" : ", ") + source_words(source);
    return "   no cohort key (" + (keys.empty() ? "none configured" : keys) + ") -> legacy\n";
  }
  std::string text = "   bucket " + std::to_string(decision.bucket) + " of 10000 (" +
                     source_words(config.cohort.keys[decision.key_source]) + ") -> ";
  if (decision.stage == cutover::Stage::shadow) return text + "legacy (a shadow never answers)\n";
  const bool below = decision.bucket < state.weight;
  text += std::string(below ? "< " : ">= ") + std::to_string(state.weight) + " -> " +
          std::string(to_string(decision.side));
  return text + "   (this caller moves at " + two_digits(decision.bucket + 1) + ")\n";
}

std::string shadow_words(const config::Config& config, const Decision& decision, const RequestView& request,
                         const cutover::State* state) {
  if (decision.shadow != none)
    return "copy to " + config.upstreams[decision.shadow].name +
           (decision.bucket == none && state->weight < cutover::full_weight
                ? " for " + cutover::percent(state->weight) + " of such requests"
                : "");
  if (!state || decision.stage != cutover::Stage::shadow) return "off";
  return is_safe(request.method) ? "off (this caller is outside the " + cutover::percent(state->weight) + ")"
                                 : "off (" + std::string(request.method) + " is not a safe method)";
}

std::string rule_lines(const config::Config& config, const Snapshot& snapshot, const Decision& decision,
                       const std::vector<Tried>& all) {
  std::string text;
  std::size_t silent = 0;
  const auto& rules = config.rules.rules();
  for (const Tried& tried : all) {
    const Rule& rule = rules[tried.rule];
    if (all.size() > listed_rules && tried.outcome == Mismatch::path) {
      ++silent;
      continue;
    }
    const auto& cutover = config.cutovers[rule.cutover];
    text +=
        " " + std::to_string(tried.rule + 1) + " " + cutover.name + "  " + matching::describe(rule) + "  ";
    if (tried.rule == decision.rule) {
      const auto& state = snapshot.stages->states[rule.cutover];
      text += "MATCH  stage " + describe(state) + "\n" + bucket_words(config, decision, state);
    } else {
      text += std::string(matching::to_string(tried.outcome)) + predicate_words(rule, tried) + "\n";
    }
  }
  if (silent) text += " and " + std::to_string(silent) + " more rules whose path differs\n";
  return text;
}

// What the new side is asked in place of the request, whoever answers at this stage.
std::string translated_target(const config::Config& config, const Decision& decision, const RequestView& request) {
  const auto& rules = *config.cutovers[decision.cutover].translate;
  if (!rules.path) return std::string(request.target);
  const auto target = translate::target_for(rules, config.rules.rules()[decision.rule].path, request.path, request.query);
  return target.value_or("refused: 400 translate-failed");
}

bool is_translated(const config::Config& config, const Decision& decision) {
  return decision.cutover != none && config.cutovers[decision.cutover].translate != nullptr;
}

std::string translate_words(const config::Config& config, const Decision& decision, const RequestView& request) {
  if (!is_translated(config, decision)) return {};
  return "translated on the new side: " + std::string(request.method) + " " + translated_target(config, decision, request) + "   (" +
         translate::describe(*config.cutovers[decision.cutover].translate) + ")\n";
}

std::string words(const Snapshot& snapshot, const RequestView& request, const Decision& decision,
                  const std::vector<Tried>& all) {
  const config::Config& config = *snapshot.config;
  std::string text = rule_lines(config, snapshot, decision, all);
  if (decision.reason == Reason::ambiguous_path)
    text +=
        " ambiguous path: " + std::string(matching::ambiguity(request.path)) + " -> no cutover, default\n";
  else if (decision.cutover == none)
    text += " no rule matches -> default\n";
  const config::Upstream& target = config.upstreams[decision.upstream];
  text += "upstream: " + target.name;
  for (const auto& endpoint : target.endpoints) text += " " + to_string(endpoint);
  text += "   timeout " + std::to_string(target.timeouts.response.count()) + "ms";
  text += "   retries: " + std::to_string(retries_allowed(request.method));
  const cutover::State* state =
      decision.cutover == none ? nullptr : &snapshot.stages->states[decision.cutover];
  return text + "   shadow: " + shadow_words(config, decision, request, state) + "\n" + translate_words(config, decision, request);
}

json::object decision_json(const Snapshot& snapshot, const RequestView& request, const Decision& decision) {
  const config::Config& config = *snapshot.config;
  json::object out;
  out["side"] = to_string(decision.side);
  out["reason"] = to_string(decision.reason);
  out["upstream"] = config.upstreams[decision.upstream].name;
  out["cutover"] = nullptr;
  if (decision.cutover != none) {
    out["cutover"] = config.cutovers[decision.cutover].name;
    out["stage"] = to_string(snapshot.stages->states[decision.cutover].stage);
    out["weight"] = decision.weight;
  }
  out["bucket"] = nullptr;
  if (decision.bucket != none) {
    out["bucket"] = decision.bucket;
    out["key"] = source_words(config.cohort.keys[decision.key_source]);
  }
  out["shadow"] = nullptr;
  if (decision.shadow != none) out["shadow"] = config.upstreams[decision.shadow].name;
  out["retries"] = retries_allowed(request.method);
  if (is_translated(config, decision)) out["new_side_target"] = translated_target(config, decision, request);
  return out;
}

std::string as_json(const Snapshot& snapshot, const RequestView& request, const Decision& decision,
                    const std::vector<Tried>& all) {
  const config::Config& config = *snapshot.config;
  json::array rules;
  std::size_t silent = 0;
  for (const Tried& tried : all) {
    if (all.size() > listed_rules && tried.outcome == Mismatch::path) {
      ++silent;
      continue;
    }
    const Rule& rule = config.rules.rules()[tried.rule];
    rules.push_back(json::object{
        {"rank", tried.rule + 1},
        {"cutover", config.cutovers[rule.cutover].name},
        {"match", matching::describe(rule)},
        {"outcome", std::string(matching::to_string(tried.outcome)) + predicate_words(rule, tried)}});
  }
  json::object out = decision_json(snapshot, request, decision);
  out["rules"] = std::move(rules);
  out["rules_with_other_paths"] = silent;
  return json::serialize(out);
}

}  // namespace

RequestView view_of(const Question& question, std::vector<HeaderSlice>& slices) {
  RequestView view;
  view.method = question.method;
  view.target = question.target;
  view.peer = question.peer;
  slices.clear();
  for (const auto& [name, value] : question.headers) slices.push_back({name, value});
  view.headers = slices;
  view.host = matching::find_header(view, "host");
  matching::split_target(view);
  return view;
}

Explanation explain(const Snapshot& snapshot, const Question& question) {
  std::vector<HeaderSlice> slices;
  const RequestView request = view_of(question, slices);
  matching::Trace trace;
  Explanation out;
  out.decision = decide(snapshot, request, &trace);
  if (out.decision.aggregation != none) {
    out.text = aggregation_words(snapshot, request, out.decision.aggregation);
    out.json = aggregation_json(snapshot, request, out.decision.aggregation);
    return out;
  }
  const auto all = fates(*snapshot.config, request, out.decision, trace);
  out.text = words(snapshot, request, out.decision, all);
  out.json = as_json(snapshot, request, out.decision, all);
  return out;
}

}  // namespace banyan::routing
