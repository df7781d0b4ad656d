#include "router/plan/simulate.hpp"

#include "router/cli/cli.hpp"
#include "router/cli/load.hpp"
#include "router/cli/recorded_log.hpp"
#include "router/config/at.hpp"

#include <boost/json.hpp>

#include <iostream>
#include <stdexcept>

namespace banyan::cli {
namespace {

namespace json = boost::json;

// "orders-read/canary 25%", as `at:` of an expectation.
void set_stage(const config::Config& config, const std::string& text, cutover::StageTable& stages) {
  const auto at = config::parse_at(config, text);
  if (!at.problem.empty()) throw std::runtime_error("--at: " + at.problem + (at.problem.starts_with("expected") ? ", found '" + text + "'" : "") +
                             (at.hint.empty() ? "" : "; " + at.hint));
  for (const std::string& name : config.in_lockstep_with(at.cutover)) stages.states[*config.find_cutover(name)] = at.state;
}

json::object result_json(const plan::SimulationResult& result, const LogCounts& counts) {
  json::array rules, moved;
  for (const auto& rule : result.rules) {
    json::array steps;
    for (const auto& step : rule.plan)
      steps.push_back(json::object{{"stage", describe(step.at)},
                                   {"new_requests", step.requests},
                                   {"new_callers", step.callers},
                                   {"copies", step.copies}});
    rules.push_back(json::object{
        {"cutover", rule.cutover}, {"requests", rule.requests}, {"callers", rule.callers}, {"plan", std::move(steps)}});
  }
  for (const auto& way : result.moved)
    moved.push_back(json::object{{"from", way.from}, {"to", way.to}, {"requests", way.requests}, {"callers", way.callers}, {"sample", way.sample}});
  return {{"requests", result.requests},
          {"unreadable_lines", counts.unreadable},
          {"from", utc(result.first_ms)},
          {"to", utc(result.last_ms)},
          {"cutovers", std::move(rules)},
          {"unmatched", result.unmatched},
          {"ambiguous", result.ambiguous},
          {"aggregated", result.aggregated},
          {"unmatched_samples", json::value_from(result.unmatched_samples)},
          {"load", json::value_from(result.load)},
          {"moved", std::move(moved)}};
}

void print(const plan::SimulationResult& result) {
  std::cout << grouped(result.requests) << " requests from " << utc(result.first_ms) << " to " << utc(result.last_ms) << "\n";
  for (const auto& rule : result.rules) {
    std::cout << "  " << rule.cutover << ": " << grouped(rule.requests) << " requests of " << grouped(rule.callers) << " callers\n";
    for (const auto& step : rule.plan) {
      std::cout << "      " << describe(step.at) << ": ";
      if (step.at.stage == cutover::Stage::shadow) std::cout << grouped(step.copies) << " copies to the new side\n";
      else std::cout << grouped(step.requests) << " requests of " << grouped(step.callers) << " callers on the new side\n";
    }
  }
  std::cout << "  no cutover: " << grouped(result.unmatched) << " requests";
  if (result.ambiguous != 0) std::cout << ", " << grouped(result.ambiguous) << " of them with an ambiguous path";
  for (std::size_t i = 0; i < result.unmatched_samples.size(); ++i)
    std::cout << (i == 0 ? "; most often " : ", ") << result.unmatched_samples[i];
  if (result.aggregated != 0) std::cout << "\n  aggregations: " << grouped(result.aggregated) << " requests";
  std::cout << "\n  load:";
  for (const auto& [upstream, requests] : result.load) std::cout << " " << upstream << " " << grouped(requests);
  std::cout << "\n";
  for (const auto& way : result.moved)
    std::cout << "  would move: " << way.from << " -> " << way.to << ": " << grouped(way.requests) << " requests of "
              << grouped(way.callers) << " callers, such as " << way.sample << "\n";
}

}  // namespace

int simulate(const Options& options) {
  const config::LoadResult loaded = load_with_files(options.config);
  if (!loaded.config) return std::cerr << config::format(loaded.diagnostics), Exit::unusable;
  const routing::Snapshot now = snapshot_on_disk(loaded.config);
  auto stages = std::make_shared<cutover::StageTable>(*now.stages);
  for (const std::string& at : options.at) set_stage(*loaded.config, at, *stages);
  plan::Simulator simulator(now, {loaded.config, stages, 0});
  const LogCounts counts = read_logs(options, *loaded.config, [&](const plan::Recorded& request) { simulator.add(request); });
  const plan::SimulationResult result = simulator.result();
  if (options.format == "json") std::cout << json::serialize(result_json(result, counts)) << "\n";
  else print(result);
  const int code = partial_or_done(counts);
  // With --at something is meant to move; without it nobody should.
  return options.at.empty() && !result.moved.empty() ? static_cast<int>(Exit::findings) : code;
}

}  // namespace banyan::cli
