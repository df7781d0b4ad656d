#include "router/cutover/stages.hpp"

#include <algorithm>

namespace banyan::cutover {
namespace {

// How far along a stage and weight are; promote only ever moves to something larger.
std::uint32_t progress(Stage stage, Weight weight) {
  switch (stage) {
    case Stage::shadow:
      return 10'000u + weight;
    case Stage::canary:
      return 30'000u + weight;
    case Stage::live:
      return 50'000u;
    case Stage::retired:
      return 60'000u;
    default:
      return 0;
  }
}

State state_of(const PlanStep& step) {
  State state;
  state.stage = step.stage;
  state.weight = step.stage == Stage::live || step.stage == Stage::retired ? full_weight : step.weight;
  return state;
}

Transition refuse(const State& state, Refusal why) { return {why, state, std::nullopt}; }

Transition promote(const State& state, const Plan& plan) {
  if (state.stage == Stage::held) return refuse(state, Refusal::held);
  if (state.stage == Stage::retired) return refuse(state, Refusal::plan_done);
  const auto step = next_step(state, plan);
  if (!step) return refuse(state, Refusal::plan_done);
  return {Refusal::none, state_of(*step), step};
}

Transition promote_full(const State& state, const Plan& plan) {
  if (state.stage == Stage::held) return refuse(state, Refusal::held);
  if (state.stage == Stage::live || state.stage == Stage::retired)
    return refuse(state, Refusal::already_there);
  const auto step =
      std::find_if(plan.begin(), plan.end(), [](const PlanStep& s) { return s.stage == Stage::live; });
  PlanStep live;
  live.stage = Stage::live;
  if (step != plan.end()) live = *step;
  return {Refusal::none, state_of(live), live};
}

Transition rollback(const State& state, const RollbackNote& note) {
  if (!state.past_legacy() && state.stage != Stage::held) return refuse(state, Refusal::already_there);
  State next;
  next.stage = Stage::rolled_back;
  next.note = note;
  return {Refusal::none, next, std::nullopt};
}

Transition hold(const State& state) {
  if (state.stage == Stage::held) return refuse(state, Refusal::already_there);
  if (state.stage == Stage::rolled_back) return refuse(state, Refusal::rolled_back);
  State next = state;
  next.stage = Stage::held;
  next.before_hold = state.stage;
  return {Refusal::none, next, std::nullopt};
}

Transition resume(const State& state) {
  if (state.stage == Stage::rolled_back) return refuse(state, Refusal::rolled_back);
  if (state.stage != Stage::held) return refuse(state, Refusal::not_held);
  State next = state;
  next.stage = state.before_hold;
  next.before_hold = Stage::legacy;
  return {Refusal::none, next, std::nullopt};
}

Transition set_weight(const State& state, Weight weight) {
  if (state.stage == Stage::held) return refuse(state, Refusal::held);
  if (state.stage == Stage::retired) return refuse(state, Refusal::retired);
  if (weight == 0 || weight > full_weight) return refuse(state, Refusal::weight_not_usable);
  State next;
  next.stage = Stage::canary;
  next.weight = weight;
  if (next == state) return refuse(state, Refusal::already_there);
  return {Refusal::none, next, std::nullopt};
}

std::string describe_plain(Stage stage, Weight weight) {
  const bool weighted = stage == Stage::shadow || stage == Stage::canary;
  return std::string(to_string(stage)) + (weighted ? " " + percent(weight) : "");
}

}  // namespace

std::string percent(Weight weight) {
  std::string text = std::to_string(weight / 100);
  if (const int cents = weight % 100) {
    text += '.';
    text += static_cast<char>('0' + cents / 10);
    if (cents % 10) text += static_cast<char>('0' + cents % 10);
  }
  return text + " %";
}

std::string_view to_string(Stage stage) {
  switch (stage) {
    case Stage::legacy:
      return "legacy";
    case Stage::shadow:
      return "shadow";
    case Stage::canary:
      return "canary";
    case Stage::live:
      return "live";
    case Stage::retired:
      return "retired";
    case Stage::held:
      return "held";
    case Stage::rolled_back:
      return "rolled_back";
  }
  return "?";
}

std::optional<Stage> stage_from(std::string_view name) {
  for (const Stage stage : all_stages)
    if (to_string(stage) == name) return stage;
  return std::nullopt;
}

Weight State::new_weight() const {
  switch (effective()) {
    case Stage::canary:
      return weight;
    case Stage::live:
    case Stage::retired:
      return full_weight;
    default:
      return 0;
  }
}

Weight State::shadow_weight() const { return effective() == Stage::shadow ? weight : Weight{0}; }

std::string describe(const State& state) {
  if (state.stage == Stage::held) return "held (" + describe_plain(state.before_hold, state.weight) + ")";
  return describe_plain(state.stage, state.weight);
}

std::string_view to_string(Verb verb) {
  switch (verb) {
    case Verb::promote:
      return "promote";
    case Verb::promote_full:
      return "promote --full";
    case Verb::rollback:
      return "rollback";
    case Verb::hold:
      return "hold";
    case Verb::resume:
      return "resume";
    case Verb::set_weight:
      return "set-weight";
  }
  return "?";
}

std::string_view explain(Refusal refusal) {
  switch (refusal) {
    case Refusal::none:
      return "";
    case Refusal::already_there:
      return "it is there already";
    case Refusal::held:
      return "it is held; resume it first";
    case Refusal::not_held:
      return "it is not held";
    case Refusal::rolled_back:
      return "it is rolled back; promote starts it over";
    case Refusal::retired:
      return "it is retired; roll it back first";
    case Refusal::plan_done:
      return "its plan has no further step";
    case Refusal::weight_not_usable:
      return "a weight is more than 0 and at most 100 %; weight zero is `rollback`";
  }
  return "?";
}

std::optional<PlanStep> next_step(const State& state, const Plan& plan) {
  const std::uint32_t reached = progress(state.effective(), state.weight);
  for (const PlanStep& step : plan)
    if (progress(step.stage, step.weight) > reached) return step;
  return std::nullopt;
}

Transition apply(const State& state, const Plan& plan, const Command& command) {
  switch (command.verb) {
    case Verb::promote:
      return promote(state, plan);
    case Verb::promote_full:
      return promote_full(state, plan);
    case Verb::rollback:
      return rollback(state, command.note);
    case Verb::hold:
      return hold(state);
    case Verb::resume:
      return resume(state);
    case Verb::set_weight:
      return set_weight(state, command.weight);
  }
  return refuse(state, Refusal::already_there);
}

}  // namespace banyan::cutover
