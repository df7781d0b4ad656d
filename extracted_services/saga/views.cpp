#include "extracted_services/saga/views.hpp"

#include "extracted_services/saga/advance.hpp"

#include <algorithm>

namespace banyan::saga {
namespace {

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

bool on_the_way_back(const State& state, const StepState& step) {
  return state.status == Status::compensating &&
         (step.phase == Phase::acting || step.phase == Phase::done || step.phase == Phase::undoing);
}

StepView step_view(const Step& step, const State& state, const StepState& now) {
  StepView made;
  made.name = step.name;
  made.kind = to_word(step.kind);
  made.phase = to_word(now.phase);
  made.action = on_the_way_back(state, now) || now.phase == Phase::undone ? step.compensation : step.action;
  made.attempts = now.attempt;
  made.failures = now.failures;
  made.error = unless_empty(now.error);
  made.parked = unless_empty(now.parked);
  return made;
}

std::vector<std::string> remaining_of(const Definition& by, const State& state) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < by.steps.size(); ++i) {
    const auto phase = state.steps[i].phase;
    const bool forward = state.status == Status::running && (phase == Phase::idle || phase == Phase::acting);
    if (forward || on_the_way_back(state, state.steps[i])) names.push_back(by.steps[i].name);
  }
  if (state.status == Status::compensating) std::reverse(names.begin(), names.end());
  return names;
}

std::vector<Holding> holdings(store::Connection& db, const Definition& by, const Instance& instance) {
  std::vector<Holding> all;
  const std::string from = origin(db);
  for (std::size_t i = 0; i < by.steps.size(); ++i) {
    const auto phase = instance.state.steps[i].phase;
    if (phase != Phase::acting && phase != Phase::done && phase != Phase::undoing) continue;
    const auto& step = by.steps[i];
    all.push_back({step.name, step.action.substr(0, step.action.find('.')),
                   from + "-" + std::to_string(instance.id) + "-" + step.name, phase == Phase::done});
  }
  return all;
}

}  // namespace

SagaView view(store::Connection& db, const Instance& instance) {
  const auto& state = instance.state;
  SagaView made;
  made.id = instance.id;
  made.saga = instance.name;
  made.subject = instance.subject;
  made.status = to_word(state.status);
  made.why = unless_empty(state.why);
  made.started_at = state.started;
  made.changed_at = instance.changed;
  made.definition = instance.definition;
  made.traceparent = instance.traceparent;
  for (const auto& step : state.steps)
    if (!made.parked) made.parked = unless_empty(step.parked);
  for (const auto& row : audit_of(db, instance.id)) made.acts.push_back({row.at, row.who, row.act, row.reason, row.outcome});
  const auto by = parse_definition(definition_text(db, instance.definition).value_or(""));
  if (!by) return made;
  made.can_turn_back = !no_way_back(*by, state);
  made.deadline_at = state.started + by->timeout_ms;
  made.remaining = remaining_of(*by, state);
  made.holds = holdings(db, *by, instance);
  for (std::size_t i = 0; i < by->steps.size(); ++i)
    made.steps.push_back(step_view(by->steps[i], state, state.steps[i]));
  return made;
}

}  // namespace banyan::saga
