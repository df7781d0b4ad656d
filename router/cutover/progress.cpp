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

namespace {

Blocker gate_block(const GateResult& result, const Condition& condition) {
  Blocker out{Blocker::Kind::gate, "", result.gate, condition.what, condition.verdict, condition.have, condition.need};
  out.words = "gate " + result.gate + ", " + condition.what + ": " + std::string(to_string(condition.verdict)) + " (" +
              condition.words + ")";
  return out;
}

Blocker hold_block(std::int64_t lasted_ms, std::int64_t hold_ms) {
  Blocker out{Blocker::Kind::hold,
              "hold: " + duration_words(hold_ms - lasted_ms) + " of " + duration_words(hold_ms) + " left"};
  out.have = static_cast<std::uint64_t>(std::max<std::int64_t>(0, lasted_ms));
  out.need = static_cast<std::uint64_t>(hold_ms);
  return out;
}

}  // namespace

Readiness assess(const Plan& plan, const Situation& situation) {
  using Kind = Blocker::Kind;
  Readiness out;
  const auto next = next_step(situation.state, plan);
  if (situation.state.stage == Stage::held) out.blocks.push_back({Kind::held, "it is held; resume it first"});
  if (!next) out.blocks.push_back({Kind::plan_done, "its plan has no further step"});
  out.blocks.insert(out.blocks.end(), situation.others.begin(), situation.others.end());
  const bool serving = situation.state.new_weight() > 0;
  if (const auto step = current_step(situation.state, plan)) {
    out.automatic = step->automatic;
    if (situation.in_step_ms < step->hold_ms) out.blocks.push_back(hold_block(situation.in_step_ms, step->hold_ms));
    for (const GateResult& result : situation.results)
      for (const Condition& condition : result.conditions) {
        if (condition.verdict == Verdict::pass) continue;
        // A difference of answers stops a promotion; only callers that are worse off bring it back.
        out.failing |= serving && condition.verdict == Verdict::fail && condition.what != "diff_rate";
        out.blocks.push_back(gate_block(result, condition));
      }
  }
  if (next)
    for (const std::string& who : next->approve)
      if (!situation.approvals.contains(who))
        out.blocks.push_back({Kind::approval, "approval of " + who + " is missing", who});
  out.ready = out.blocks.empty();
  return out;
}

std::vector<Blocker> judged(const std::vector<Blocker>& blocks, bool forced) {
  std::vector<Blocker> out;
  for (const Blocker& block : blocks) {
    const bool own_words = block.kind == Blocker::Kind::held || block.kind == Blocker::Kind::plan_done;
    if (!own_words && !(forced && block.forceable())) out.push_back(block);
  }
  return out;
}

Readiness in_lockstep(Readiness own, const std::vector<Mate>& mates) {
  for (const Mate& mate : mates) {
    own.automatic = own.automatic && mate.readiness.automatic;
    for (Blocker block : mate.readiness.blocks) {
      // What holds for the router as a whole has been said already.
      const bool said = std::any_of(own.blocks.begin(), own.blocks.end(),
                                    [&](const Blocker& other) { return other.kind == block.kind && other.words == block.words; });
      if (said && block.kind != Blocker::Kind::gate && block.kind != Blocker::Kind::approval) continue;
      block.mate = mate.cutover;
      block.words = "in lockstep with '" + mate.cutover + "': " + block.words;
      own.blocks.push_back(std::move(block));
    }
  }
  own.ready = own.blocks.empty();
  return own;
}

}  // namespace banyan::cutover
