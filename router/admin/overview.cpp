#include "router/admin/overview.hpp"

#include "router/admin/views.hpp"
#include "router/cutover/audit.hpp"

#include <algorithm>
#include <cmath>

namespace banyan::admin {
namespace {

namespace json = boost::json;
using cutover::Numbers;
using cutover::SideNumbers;
using cutover::State;

double rounded(double value, double steps) { return std::round(value * steps) / steps; }

json::object side_figures(const SideNumbers& side, double seconds, std::uint64_t (*bucket_end_us)(std::size_t)) {
  json::object out{{"requests", side.requests}, {"errors", side.errors()}};
  out["per_second"] = seconds > 0 ? rounded(static_cast<double>(side.requests) / seconds, 100) : 0.0;
  out["error_percent"] = side.requests ? json::value(rounded(100.0 * static_cast<double>(side.errors()) / static_cast<double>(side.requests), 1000))
                                       : json::value(nullptr);
  for (const auto& [key, share] : {std::pair{"p50_us", 0.5}, std::pair{"p95_us", 0.95}, std::pair{"p99_us", 0.99}})
    out[key] = side.requests ? json::value(quantile_us(side.latency, share, bucket_end_us)) : json::value(nullptr);
  return out;
}

std::string step_text(const cutover::PlanStep& step) {
  State state;
  state.stage = step.stage;
  state.weight = step.weight;
  return describe(state);
}

// The steps of the plan after "legacy", each past, now, next or later.
json::array track_json(const State& state, const cutover::Plan& plan) {
  const auto next = cutover::next_step(state, plan);
  const auto here = state.past_legacy() ? cutover::current_step(state, plan) : std::nullopt;
  const auto same = [](const cutover::PlanStep& a, const std::optional<cutover::PlanStep>& b) {
    return b && a.stage == b->stage && a.weight == b->weight;
  };
  json::array out{json::object{{"text", "legacy"}, {"place", state.past_legacy() ? "past" : "now"}, {"leave_when", json::array{}}}};
  std::string_view place = "past";
  if (!state.past_legacy()) place = "later";
  for (const cutover::PlanStep& step : plan) {
    json::array leave;
    for (const std::string& gate : step.gates) leave.emplace_back("gate " + gate);
    if (step.hold_ms > 0) leave.emplace_back("after " + cutover::duration_words(step.hold_ms));
    const bool now = same(step, here), coming = same(step, next);
    out.push_back(json::object{{"text", step_text(step)},
                               {"place", now ? "now" : coming ? "next" : place},
                               {"automatic", step.automatic},
                               {"leave_when", std::move(leave)},
                               {"approve", json::value_from(step.approve)}});
    if (now || coming) place = "later";
  }
  return out;
}

const Numbers& numbers_of_cutover(const Recent& recent, const std::string& name) {
  static const Numbers none;
  const auto found = recent.numbers.find(name);
  return found == recent.numbers.end() ? none : found->second;
}

double mean_percent(const std::vector<State>& states) {
  if (states.empty()) return 0;
  double sum = 0;
  for (const State& state : states) sum += state.new_weight() / 100.0;
  return rounded(sum / static_cast<double>(states.size()), 100);
}

// Requests count whichever route they took, those that no cutover matches too.
json::value request_percent(const Recent& recent) {
  std::uint64_t fresh = 0, all = 0;
  for (const auto& [name, numbers] : recent.numbers) {
    fresh += numbers.fresh.requests;
    all += numbers.fresh.requests + numbers.legacy.requests;
  }
  return all ? json::value(rounded(100.0 * static_cast<double>(fresh) / static_cast<double>(all), 100)) : json::value(nullptr);
}

}  // namespace

json::object overview_json(Control& control, const Sources& sources, const Recent& recent) {
  const auto snapshot = control.live().snapshot();
  const auto& config = *snapshot->config;
  json::array rows = cutovers_json(control, sources);
  for (std::size_t i = 0; i < rows.size() && i < config.cutovers.size(); ++i) {
    json::object& row = rows[i].as_object();
    const State& state = snapshot->stages->states[i];
    const Numbers& numbers = numbers_of_cutover(recent, config.cutovers[i].name);
    row["track"] = track_json(state, config.cutovers[i].plan);
    row["legacy"] = side_figures(numbers.legacy, recent.seconds, sources.bucket_end_us);
    row["new"] = side_figures(numbers.fresh, recent.seconds, sources.bucket_end_us);
    row["in_step_ms"] = control.in_step_ms(config.cutovers[i].name) / 1000 * 1000;
  }
  json::object out{{"window_s", std::round(recent.seconds)},
                   {"percent_of_callers", mean_percent(snapshot->stages->states)},
                   {"percent_of_requests", request_percent(recent)},
                   {"generation", snapshot->generation},
                   {"cutovers", std::move(rows)},
                   {"freeze", freeze_json(control, cutover::every_cutover)},
                   {"problems", problems_json(control, sources)}};
  json::array warnings;
  if (sources.warnings)
    for (const auto& warning : sources.warnings()) warnings.emplace_back(warning);
  out["warnings"] = std::move(warnings);
  out["router"] = parse_or_null(sources.process);
  return out;
}

json::object progress_json(Control& control, std::size_t most) {
  const auto snapshot = control.live().snapshot();
  std::map<std::string, State> states;
  for (const auto& cutover : snapshot->config->cutovers) states[cutover.name] = {};
  json::array points;
  const auto point = [&] {
    std::vector<State> all;
    for (const auto& [name, state] : states) all.push_back(state);
    return mean_percent(all);
  };
  double last = -1;
  const auto audit = cutover::audit_file(control.journal_path(), std::chrono::milliseconds(500), [&](const cutover::Record& record) {
    const auto known = states.find(record.cutover);
    const auto next = cutover::state_from_json(record.next);
    if (known == states.end() || !next) return;
    known->second = *next;
    if (const double now = point(); now != last) {
      points.push_back(json::object{{"time", record.time}, {"percent", now}, {"cutover", record.cutover}, {"to", describe(*next)}});
      last = now;
      if (points.size() > most) points.erase(points.begin());
    }
  });
  return {{"whole", audit.ok()}, {"points", std::move(points)}};
}

json::object preview_json(Control& control, const Sources& sources, const Recent& recent, std::size_t index,
                          cutover::Command command) {
  const auto snapshot = control.live().snapshot();
  const auto& cutover = snapshot->config->cutovers[index];
  const State& before = snapshot->stages->states[index];
  const auto transition = cutover::apply(before, cutover.plan, command);
  const bool onward = command.verb == cutover::Verb::promote || command.verb == cutover::Verb::promote_full;
  json::array blocks, never_forced;
  if (onward && sources.readiness) {
    const auto readiness = sources.readiness(cutover.name);
    for (const auto& block : cutover::judged(readiness.blocks, false)) blocks.emplace_back(block.words);
    for (const auto& block : cutover::judged(readiness.blocks, true)) never_forced.emplace_back(block.words);
  }
  const Numbers& numbers = numbers_of_cutover(recent, cutover.name);
  const double all = static_cast<double>(numbers.fresh.requests + numbers.legacy.requests);
  const double shift = (transition.next.new_weight() - before.new_weight()) / 10'000.0;
  return {{"cutover", cutover.name},
          {"verb", to_string(command.verb)},
          {"before", state_json(before)},
          {"after", state_json(transition.next)},
          {"refused", transition.refusal == cutover::Refusal::none ? json::value(nullptr) : json::value(explain(transition.refusal))},
          {"blocks", std::move(blocks)},
          {"never_forced", std::move(never_forced)},
          {"callers_percent", rounded(shift * 100, 100)},
          {"requests_seen", static_cast<std::uint64_t>(all)},
          {"requests_moved", static_cast<std::int64_t>(std::llround(all * shift))},
          {"window_s", std::round(recent.seconds)}};
}

}  // namespace banyan::admin
