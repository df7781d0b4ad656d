#include "router/cutover/progress.hpp"

#include <algorithm>

namespace banyan::cutover {

std::string duration_words(std::int64_t ms) {
  const std::int64_t s = (ms + 999) / 1000;
  if (s < 120) return std::to_string(s) + " s";
  if (s < 7200) return std::to_string(s / 60) + " min";
  if (s < 2 * 86400) return std::to_string(s / 3600) + " h " + std::to_string(s % 3600 / 60) + " min";
  return std::to_string(s / 86400) + " d " + std::to_string(s % 86400 / 3600) + " h";
}

std::optional<PlanStep> current_step(const State& state, const Plan& plan) {
  std::optional<PlanStep> found;
  if (!state.past_legacy()) return found;
  const auto next = next_step(state, plan);
  for (const PlanStep& step : plan) {
    if (next && step.stage == next->stage && step.weight == next->weight) break;
    if (step.stage == state.effective()) found = step;
  }
  return found;
}

Readiness assess(const Plan& plan, const Situation& situation) {
  Readiness out;
  const auto block = [&out](std::string words, bool never_forced = false) {
    out.by_evidence.push_back(words);
    if (never_forced) out.never_forced.push_back(words);
    out.blocks.push_back(std::move(words));
  };
  const auto next = next_step(situation.state, plan);
  if (situation.state.stage == Stage::held) out.blocks.push_back("it is held; resume it first");
  if (!next) out.blocks.push_back("its plan has no further step");
  for (const std::string& wait : situation.waits_for) block(wait);
  const bool serving = situation.state.new_weight() > 0;
  if (const auto step = current_step(situation.state, plan)) {
    out.automatic = step->automatic;
    if (situation.in_step_ms < step->hold_ms)
      block("hold: " + duration_words(step->hold_ms - situation.in_step_ms) + " of " +
            duration_words(step->hold_ms) + " left");
    for (const GateResult& result : situation.results)
      for (const Condition& condition : result.conditions) {
        if (condition.verdict == Verdict::pass) continue;
        // A difference of answers stops a promotion; only callers that are worse off bring it back.
        out.failing |= serving && condition.verdict == Verdict::fail && condition.what != "diff_rate";
        block("gate " + result.gate + ", " + condition.what + ": " + std::string(to_string(condition.verdict)) + " (" +
              condition.words + ")");
      }
  }
  if (next)
    for (const std::string& who : next->approve)
      if (!situation.approvals.contains(who)) block("approval of " + who + " is missing", true);
  out.ready = out.blocks.empty();
  return out;
}

}  // namespace banyan::cutover
