#include "router/admin/control_words.hpp"

namespace banyan::admin {

using cutover::State;

std::string reverse_of(const std::string& name, const State& before, const State& after) {
  const std::string verb = "banyan-router ";
  if (after.stage == cutover::Stage::held) return verb + "resume " + name;
  if (before.stage == cutover::Stage::held && after.stage != cutover::Stage::rolled_back)
    return verb + "hold " + name;
  if (after.stage != cutover::Stage::rolled_back) return verb + "rollback " + name;
  if (before.effective() == cutover::Stage::canary) {
    std::string weight = cutover::percent(before.weight);
    std::erase(weight, ' ');
    return verb + "set-weight " + name + " " + weight;
  }
  if (before.new_weight() == cutover::full_weight) return verb + "promote " + name + " --full";
  return verb + "promote " + name;
}

ControlError journal_error(const cutover::JournalError& error) {
  return {ControlError::Kind::journal, "nothing changed: the journal cannot be written: " + error.what,
          "rollback still works; it is kept beside the journal until this is over"};
}

ControlError unknown_cutover(const config::Config& config, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& cutover : config.cutovers) names.push_back(cutover.name);
  const std::string near = config::nearest(name, names);
  return {ControlError::Kind::not_found, "there is no cutover '" + name + "'",
          near.empty() ? "see: banyan-router status" : "did you mean '" + near + "'?"};
}

}  // namespace banyan::admin
