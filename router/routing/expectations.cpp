#include "router/routing/expectations.hpp"

#include "router/routing/explain.hpp"

namespace banyan::routing {
namespace {

using config::Expectation;

std::string upstream_name(const config::Config& config, std::uint32_t index) {
  return config.upstreams[index].name;
}

std::string first_difference(const config::Config& config, const Expectation& row, const Decision& decision) {
  const std::string target = upstream_name(config, decision.upstream);
  const std::string cutover = decision.cutover == none ? "none" : config.cutovers[decision.cutover].name;
  const std::string aggregation = decision.aggregation == none ? "none" : config.aggregation_of(decision.aggregation)->name;
  const bool shadowed = decision.shadow != none;
  const std::uint32_t retries = retries_allowed(row.method);
  const auto yes_no = [](bool value) { return std::string(value ? "true" : "false"); };
  if (row.aggregation && *row.aggregation != aggregation)
    return "aggregation: " + *row.aggregation + ", but it is " + aggregation;
  if (row.goes_to && decision.aggregation != none)
    return "goes_to: " + *row.goes_to + ", but aggregation '" + aggregation + "' answers it";
  if (row.goes_to && *row.goes_to != target) return "goes_to: " + *row.goes_to + ", but it goes to " + target;
  if (row.cutover && *row.cutover != cutover) return "cutover: " + *row.cutover + ", but it is " + cutover;
  if (row.shadowed && *row.shadowed != shadowed)
    return "shadowed: " + yes_no(*row.shadowed) + ", but it is " + yes_no(shadowed);
  if (row.retries && *row.retries != retries)
    return "retries: " + std::to_string(*row.retries) + ", but " + std::to_string(retries) + " are allowed";
  return {};
}

std::shared_ptr<const cutover::StageTable> stages_for(const config::Config& config, const Expectation& row,
                                                      const cutover::StageTable& base) {
  auto stages = std::make_shared<cutover::StageTable>(base);
  stages->states.resize(config.cutovers.size());
  if (row.at_cutover)
    if (const auto index = config.find_cutover(*row.at_cutover)) stages->states[*index] = row.at_state;
  return stages;
}

}  // namespace

std::vector<config::Diagnostic> check_expectations(const std::shared_ptr<const config::Config>& config,
                                                   std::shared_ptr<const cutover::StageTable> stages) {
  std::vector<config::Diagnostic> failures;
  if (!stages) stages = std::make_shared<cutover::StageTable>();
  for (const Expectation& row : config->expectations) {
    const Snapshot snapshot{config, stages_for(*config, row, *stages), 0};
    const Question question{row.method, row.target, row.headers, ""};
    std::vector<HeaderSlice> slices;
    const std::string wrong = first_difference(*config, row, decide(snapshot, view_of(question, slices)));
    if (wrong.empty()) continue;
    const std::string at =
        row.at_cutover ? " (" + *row.at_cutover + " at " + describe(row.at_state) + ")" : "";
    failures.push_back({config->source, row.line, row.column, 1,
                        "expectation not met: " + row.method + " " + row.target + at + " " + wrong,
                        "ask: banyan-router explain " + row.method + " '" + row.target + "'",
                        row.source_line});
  }
  return failures;
}

config::LoadResult load_and_check(const std::string& file) {
  config::LoadResult result = config::load_file(file);
  if (!result.config) return result;
  result.diagnostics = check_expectations(result.config);
  if (!result.diagnostics.empty()) result.config.reset();
  return result;
}

}  // namespace banyan::routing
