#include "router/plan/simulate.hpp"

#include "router/plan/ask.hpp"

#include <algorithm>

namespace banyan::plan {
namespace {

std::string in_short(const Recorded& request) {
  return request.method + " " + request.target.substr(0, request.target.find('?'));
}

std::uint64_t hash_of(const std::string& who) { return std::hash<std::string>{}(who); }

cutover::State state_of(const cutover::PlanStep& step) {
  cutover::State state;
  state.stage = step.stage;
  state.weight = step.weight;
  return state;
}

}  // namespace

Simulator::Simulator(routing::Snapshot now, routing::Snapshot then) : now_(std::move(now)), then_(std::move(then)) {
  const auto& cutovers = then_.config->cutovers;
  rules_.resize(cutovers.size());
  for (std::size_t i = 0; i < cutovers.size(); ++i)
    for (const cutover::PlanStep& step : cutovers[i].plan) {
      auto stages = std::make_shared<cutover::StageTable>(*then_.stages);
      stages->states[i] = state_of(step);
      rules_[i].at.push_back({then_.config, std::move(stages), 0});
      rules_[i].steps.emplace_back();
    }
}

void Simulator::add_unmatched(const Recorded& request, bool ambiguous) {
  ++counts_.unmatched;
  counts_.ambiguous += ambiguous;
  constexpr std::size_t most = 10'000;  // different paths that are told apart
  if (const std::string text = in_short(request); unmatched_.size() < most || unmatched_.contains(text)) ++unmatched_[text];
}

void Simulator::add(const Recorded& request) {
  if (counts_.requests++ == 0) counts_.first_ms = request.unix_ms;
  counts_.first_ms = std::min(counts_.first_ms, request.unix_ms);
  counts_.last_ms = std::max(counts_.last_ms, request.unix_ms);
  const std::uint64_t who = hash_of(request.who());
  const routing::Decision then = decide(then_, request);
  if (then.aggregation != routing::none) {
    ++counts_.aggregated;
    return;
  }
  const std::string& upstream = then_.config->upstreams[then.upstream].name;
  ++counts_.load[upstream];
  const std::string before =
      request.upstream.empty() ? now_.config->upstreams[decide(now_, request).upstream].name : request.upstream;
  if (before != upstream) {
    MovedTally& moved = moved_[{before, upstream}];
    if (moved.tally.requests++ == 0) moved.sample = in_short(request);
    moved.tally.callers.insert(who);
  }
  if (then.cutover == routing::none) return add_unmatched(request, then.reason == routing::Reason::ambiguous_path);
  Rule& rule = rules_[then.cutover];
  ++rule.all.requests;
  rule.all.callers.insert(who);
  for (std::size_t step = 0; step < rule.steps.size(); ++step) {
    const routing::Decision there = decide(rule.at[step], request);
    rule.steps[step].copies += there.shadow != routing::none;
    if (there.side != routing::Side::new_side) continue;
    ++rule.steps[step].requests;
    rule.steps[step].callers.insert(who);
  }
}

SimulationResult Simulator::result() const {
  SimulationResult out = counts_;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const config::Cutover& cutover = then_.config->cutovers[i];
    RuleResult rule{cutover.name, rules_[i].all.requests, rules_[i].all.callers.size(), {}};
    for (std::size_t step = 0; step < rules_[i].steps.size(); ++step) {
      const Tally& tally = rules_[i].steps[step];
      rule.plan.push_back({state_of(cutover.plan[step]), tally.requests, tally.copies, tally.callers.size()});
    }
    out.rules.push_back(std::move(rule));
  }
  for (const auto& [way, moved] : moved_)
    out.moved.push_back({way.first, way.second, moved.tally.requests, moved.tally.callers.size(), moved.sample});
  std::stable_sort(out.moved.begin(), out.moved.end(), [](const Moved& a, const Moved& b) { return a.requests > b.requests; });
  std::vector<std::pair<std::uint64_t, std::string>> paths;
  for (const auto& [text, count] : unmatched_) paths.emplace_back(count, text);
  std::stable_sort(paths.begin(), paths.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  for (std::size_t i = 0; i < std::min<std::size_t>(paths.size(), 5); ++i)
    out.unmatched_samples.push_back(paths[i].second + " (" + std::to_string(paths[i].first) + ")");
  return out;
}

}  // namespace banyan::plan
