#include "extracted_services/saga/advance.hpp"

#include "extracted_services/safety/saga_rules.hpp"
#include "router/resilience/retry.hpp"

#include <algorithm>

namespace banyan::saga {
namespace {

using safety::holds;
using safety::SagaRule;

constexpr Millis longest_poll = 500;

bool has_effect(Phase phase) { return phase == Phase::acting || phase == Phase::done || phase == Phase::undoing; }

class Mover {
 public:
  Mover(const Definition& definition, const State& state, Millis now)
      : definition_(definition), now_(now), made_{state, {}, {}} {}

  void on(const Started&) {}
  void on(const Answered& answer);
  void on(const Tick&);
  void on(const Retry&);
  void on(const Compensate& wish);
  void go_on();
  Transition take() { return std::move(made_); }

 private:
  State& state() { return made_.next; }
  StepState& step(std::size_t i) { return made_.next.steps[i]; }
  Kind kind(std::size_t i) const { return definition_.steps[i].kind; }

  void on_action(std::size_t i, const Answered& answer);
  void on_compensation(std::size_t i, const Answered& answer);
  bool is_stale(std::size_t i, const Answered& answer);
  void succeeded(std::size_t i, Phase phase);
  void ask_again(std::size_t i);
  void try_again(std::size_t i, const std::string& why, std::uint64_t random);
  void park(std::size_t i, const std::string& why);
  void turn_back(const std::string& why);
  void check_timeouts();
  void start(std::size_t i, Phase phase);
  void send(std::size_t i);
  bool may_start(std::size_t i);
  bool may_undo(std::size_t i);
  bool must_succeed(std::size_t i) { return !may_give_up(i); }
  bool may_give_up(std::size_t i) {
    const bool way_back = kind(i) != Kind::retriable && !definition_.steps[i].compensation.empty();
    return step(i).phase == Phase::acting && way_back;
  }

  const Definition& definition_;
  const Millis now_;
  Transition made_;
};

void Mover::on(const Answered& answer) {
  if (answer.step >= state().steps.size()) return;
  if (answer.direction == Direction::action)
    on_action(answer.step, answer);
  else
    on_compensation(answer.step, answer);
}

// Of an attempt that has been given up: it says nothing about the one under way. A yes or a no counts
// whenever it comes, because all attempts carry one key.
bool Mover::is_stale(std::size_t i, const Answered& answer) {
  return !step(i).awaiting || answer.attempt != step(i).attempt;
}

void Mover::on_action(std::size_t i, const Answered& answer) {
  const bool expected = step(i).phase == Phase::acting && state().status == Status::running;
  if (!expected && (holds(SagaRule::ignore_late_answers) || step(i).phase == Phase::idle)) return;
  if (const auto* done = std::get_if<Done>(&answer.verdict)) {
    step(i).result = done->result;
    return succeeded(i, Phase::done);
  }
  if (std::holds_alternative<Pending>(answer.verdict) && !holds(SagaRule::pending_is_not_done))
    return succeeded(i, Phase::done);
  if (const auto* no = std::get_if<Refused>(&answer.verdict)) {
    if (kind(i) == Kind::retriable) {
      if (answer.attempt != step(i).attempt) return;
      try_again(i, no->why, answer.random);
      return park(i, "refused, though it must succeed: " + no->why);
    }
    step(i).phase = Phase::refused;
    step(i).awaiting = false;
    step(i).error = no->why;
    return turn_back(definition_.steps[i].name + " was refused: " + no->why);
  }
  if (is_stale(i, answer)) return;
  if (std::holds_alternative<Pending>(answer.verdict)) return ask_again(i);
  try_again(i, std::get<Failed>(answer.verdict).why, answer.random);
}

void Mover::on_compensation(std::size_t i, const Answered& answer) {
  if (step(i).phase != Phase::undoing) return;
  if (std::holds_alternative<Done>(answer.verdict) || !holds(SagaRule::compensations_insist))
    return succeeded(i, Phase::undone);
  if (const auto* no = std::get_if<Refused>(&answer.verdict); no && answer.attempt == step(i).attempt) {
    try_again(i, no->why, answer.random);
    return park(i, "the compensation was refused: " + no->why);
  }
  if (is_stale(i, answer)) return;
  if (std::holds_alternative<Pending>(answer.verdict)) return ask_again(i);
  try_again(i, std::get<Failed>(answer.verdict).why, answer.random);
}

void Mover::succeeded(std::size_t i, Phase phase) {
  step(i).phase = phase;
  step(i).awaiting = false;
  step(i).failures = step(i).polls = 0;
  step(i).error.clear();
  step(i).parked.clear();
}

void Mover::ask_again(std::size_t i) {
  step(i).awaiting = false;
  step(i).failures = 0;
  const int doublings = std::min(step(i).polls++, 10);
  step(i).due = now_ + std::min(definition_.poll_ms << doublings, std::max(longest_poll, definition_.poll_ms));
}

void Mover::try_again(std::size_t i, const std::string& why, std::uint64_t random) {
  const resilience::RetryRule rule{.base = std::chrono::milliseconds(definition_.backoff_ms),
                                   .cap = std::chrono::milliseconds(definition_.backoff_max_ms)};
  step(i).awaiting = false;
  step(i).failures += 1;
  step(i).error = why;
  step(i).due = now_ + resilience::backoff(rule, static_cast<std::uint32_t>(step(i).failures - 1), random).count();
  if (must_succeed(i) && step(i).failures >= definition_.park_after)
    park(i, std::to_string(step(i).failures) + " failures in a row, the last: " + why);
}

// Shown, and still repeated: who repairs the cause need not come back here.
void Mover::park(std::size_t i, const std::string& why) { step(i).parked = why; }

void Mover::on(const Tick&) {
  check_timeouts();
  for (std::size_t i = 0; i < state().steps.size(); ++i) {
    const bool acting = step(i).phase == Phase::acting && state().status == Status::running;
    if ((!acting && step(i).phase != Phase::undoing) || step(i).due > now_) continue;
    // No event with randomness brings us here; the moment, scattered, does as well.
    if (step(i).awaiting)
      try_again(i, "no answer in time", (static_cast<std::uint64_t>(now_) * 0x9E3779B97F4A7C15u) >> 11);
    else
      send(i);
  }
}

void Mover::check_timeouts() {
  if (state().status != Status::running || no_way_back(definition_, state())) return;
  if (now_ >= state().started + definition_.timeout_ms) return turn_back("the saga took too long");
  for (std::size_t i = 0; i < state().steps.size(); ++i)
    if (step(i).phase == Phase::acting && now_ >= step(i).since + definition_.steps[i].timeout_ms)
      return turn_back(definition_.steps[i].name + " took too long");
}

void Mover::on(const Retry&) {
  bool any = false;
  for (std::size_t i = 0; i < state().steps.size(); ++i) {
    if (step(i).phase != Phase::undoing && (step(i).phase != Phase::acting || state().status != Status::running))
      continue;
    any = true;
    step(i).failures = step(i).polls = 0;
    step(i).parked.clear();
    send(i);
  }
  if (!any) made_.refused = "nothing is waiting to be repeated";
}

void Mover::on(const Compensate& wish) {
  if (auto why = no_way_back(definition_, state()))
    made_.refused = std::move(why);
  else
    turn_back(wish.why);
}

void Mover::turn_back(const std::string& why) {
  if (state().status != Status::running) return;
  state().status = Status::compensating;
  state().why = why;
  for (auto& each : state().steps) {
    each.awaiting = false;
    if (each.phase == Phase::acting && !holds(SagaRule::compensate_unknown)) each.phase = Phase::refused;
  }
}

bool Mover::may_start(std::size_t i) {
  const auto before = predecessors(definition_, i);
  return !holds(SagaRule::wait_for_predecessors) ||
         std::all_of(before.begin(), before.end(), [&](std::size_t j) { return step(j).phase == Phase::done; });
}

bool Mover::may_undo(std::size_t i) {
  if (!holds(SagaRule::undo_in_reverse)) return true;
  for (std::size_t j = i + 1; j < state().steps.size(); ++j) {
    const auto before = predecessors(definition_, j);
    if (std::find(before.begin(), before.end(), i) != before.end() && has_effect(step(j).phase)) return false;
  }
  return true;
}

void Mover::start(std::size_t i, Phase phase) {
  step(i).phase = phase;
  step(i).since = now_;
  step(i).failures = step(i).polls = 0;
  step(i).parked.clear();
  send(i);
}

void Mover::send(std::size_t i) {
  step(i).attempt += 1;
  step(i).awaiting = true;
  // A little longer than the caller waits, so that its own timeout speaks first.
  step(i).due = now_ + definition_.attempt_ms * 2;
  const auto direction = step(i).phase == Phase::undoing ? Direction::compensation : Direction::action;
  made_.commands.push_back({i, direction, step(i).attempt});
}

void Mover::go_on() {
  if (is_final(state())) return;
  const bool forward = state().status == Status::running;
  bool finished = true;
  for (std::size_t i = 0; i < state().steps.size(); ++i) {
    const auto phase = step(i).phase;
    if (forward && phase == Phase::idle && may_start(i)) start(i, Phase::acting);
    if (!forward && (phase == Phase::acting || phase == Phase::done) && may_undo(i)) start(i, Phase::undoing);
    finished = finished && (forward ? step(i).phase == Phase::done : !has_effect(step(i).phase));
  }
  if (finished) state().status = forward ? Status::completed : Status::compensated;
}

}  // namespace

Transition advance(const Definition& definition, const State& state, const Event& event, Millis now) {
  Mover steps(definition, state, now);
  if (is_final(state)) {
    Transition same{state, {}, {}};
    if (std::holds_alternative<Retry>(event) || std::holds_alternative<Compensate>(event))
      same.refused = "the saga has ended: " + std::string(to_word(state.status));
    return same;
  }
  std::visit([&](const auto& happened) { steps.on(happened); }, event);
  steps.go_on();
  return steps.take();
}

std::optional<std::string> no_way_back(const Definition& definition, const State& state) {
  if (state.status != Status::running) return "the saga is " + std::string(to_word(state.status)) + " already";
  for (std::size_t i = 0; i < state.steps.size(); ++i) {
    const auto& step = definition.steps[i];
    const auto phase = state.steps[i].phase;
    const bool passed = phase == Phase::done || (phase == Phase::acting && step.compensation.empty());
    if (step.kind == Kind::pivot && passed && holds(SagaRule::no_way_back_after_pivot))
      return "the pivot " + step.name + (phase == Phase::done ? " is done" : " is under way and cannot be undone") +
             ": from here the saga goes forward only";
    if (step.kind == Kind::retriable && phase != Phase::idle && holds(SagaRule::no_way_back_after_pivot))
      return step.name + " has begun and cannot be undone: from here the saga goes forward only";
  }
  return std::nullopt;
}

std::optional<Millis> wake_at(const Definition& definition, const State& state) {
  if (is_final(state)) return std::nullopt;
  std::optional<Millis> first;
  const auto consider = [&](Millis moment) { first = first ? std::min(*first, moment) : moment; };
  const bool can_turn = !no_way_back(definition, state);
  for (std::size_t i = 0; i < state.steps.size(); ++i) {
    const auto& step = state.steps[i];
    const bool acting = step.phase == Phase::acting && state.status == Status::running;
    if (acting || step.phase == Phase::undoing) consider(step.due);
    if (acting && can_turn) consider(step.since + definition.steps[i].timeout_ms);
  }
  if (can_turn) consider(state.started + definition.timeout_ms);
  return first;
}

}  // namespace banyan::saga
