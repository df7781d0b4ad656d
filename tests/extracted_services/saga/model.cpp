#include "tests/extracted_services/saga/model.hpp"

#include <algorithm>
#include <random>

namespace banyan::saga_test {
using namespace saga;
namespace {

constexpr int most_model_events = 4000;

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  std::uint64_t any() { return random_(); }
  std::uint64_t below(std::uint64_t end) { return random_() % end; }
  bool chance(unsigned percent) { return below(100) < percent; }

 private:
  std::mt19937_64 random_;
};

// What is true at one participant, whatever the saga believes.
struct Truth {
  bool acted = false;
  bool undone = false;  // and closed to late actions
  bool refuses = false;
  int pending = 0;  // answers "not decided yet" so many times first
};

struct Letter {
  Millis at;
  bool is_answer;
  Command command;
  Verdict verdict;
};

class Model {
 public:
  Model(const Definition& definition, std::uint64_t seed) : definition_(definition), dice_(seed) {
    truth_.resize(definition.steps.size());
    for (auto& truth : truth_) truth.pending = dice_.chance(30) ? static_cast<int>(dice_.below(3)) : 0;
    for (std::size_t i = 0; i < truth_.size(); ++i)
      truth_[i].refuses = definition.steps[i].kind != Kind::retriable && dice_.chance(12);
    state_ = begin(definition, now_);
  }

  std::string run() {
    step(Started{});
    for (int i = 0; i < most_model_events && broken_.empty() && !(is_final(state_) && letters_.empty()); ++i) once();
    if (!broken_.empty()) return broken_;
    if (!is_final(state_)) return "never ends";
    return final_truth();
  }

 private:
  void once() {
    const auto tick = wake_at(definition_, state_);
    const auto letter = std::min_element(letters_.begin(), letters_.end(),
                                         [](const Letter& a, const Letter& b) { return a.at < b.at; });
    if (dice_.chance(2)) return step(Retry{});
    if (dice_.chance(1)) return step(Compensate{"an operator"});
    if (letter == letters_.end() || (tick && *tick <= letter->at)) {
      if (!tick) {
        broken_ = "nothing will ever happen";
        return;
      }
      now_ = std::max(now_, *tick);
      return step(Tick{});
    }
    const Letter taken = *letter;
    letters_.erase(letter);
    now_ = std::max(now_, taken.at);
    if (taken.is_answer)
      step(Answered{taken.command.step, taken.command.direction, taken.command.attempt, taken.verdict, dice_.any()});
    else
      arrive(taken.command);
  }

  // Lost, late, twice: requests and answers alike.
  void post(const Command& command, bool is_answer, const Verdict& verdict) {
    if (dice_.chance(15)) return;
    const int copies = dice_.chance(15) ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
      const Millis delay = static_cast<Millis>(dice_.chance(15) ? dice_.below(4000) : dice_.below(20));
      letters_.push_back({now_ + delay, is_answer, command, verdict});
    }
  }

  void arrive(const Command& command) {
    auto& truth = truth_[command.step];
    if (dice_.chance(10)) return post(command, true, Failed{"503"});
    if (truth.pending > 0 && !truth.undone) {
      --truth.pending;
      return post(command, true, Pending{});
    }
    if (command.direction == Direction::compensation) {
      truth.acted = false;
      truth.undone = true;
      return post(command, true, Done{"{}"});
    }
    if (truth.undone || truth.refuses) return post(command, true, Refused{"no"});
    truth.acted = true;
    post(command, true, Done{"{}"});
  }

  void step(const Event& event) {
    const auto moved = advance(definition_, state_, event, now_);
    check(event, moved);
    state_ = moved.next;
    for (const auto& command : moved.commands) post(command, false, Done{});
  }

  bool stands(const State& state, std::size_t i) const {
    const auto phase = state.steps[i].phase;
    return phase == Phase::acting || phase == Phase::done || phase == Phase::undoing;
  }

  void check(const Event& event, const Transition& moved) {
    const auto& next = moved.next;
    const auto say = [&](const std::string& words) { broken_ = words; };
    const auto* answer = std::get_if<Answered>(&event);
    const bool late = answer && answer->direction == Direction::action && state_.status != Status::running;
    if (late && !(next == state_)) say("a late answer changed something");
    if (is_final(state_) && !(next == state_)) say("what had ended changed");
    for (std::size_t i = 0; i < definition_.steps.size(); ++i) {
      const bool pivot_done = definition_.steps[i].kind == Kind::pivot && next.steps[i].phase == Phase::done;
      if (pivot_done && state_.steps[i].phase == Phase::done && next.status == Status::compensating)
        say("turned back after the pivot");
      if (definition_.steps[i].kind == Kind::retriable && next.steps[i].phase != Phase::idle &&
          next.status == Status::compensating)
        say("turned back after a retriable step had begun");
    }
    for (const auto& command : moved.commands) check_command(command, next);
  }

  void check_command(const Command& command, const State& next) {
    const std::string& name = definition_.steps[command.step].name;
    if (command.direction == Direction::action) {
      for (const auto before : predecessors(definition_, command.step))
        if (next.steps[before].phase != Phase::done) broken_ = name + " began too early";
      if (next.status != Status::running) broken_ = name + " was sent on the way back";
      return;
    }
    for (std::size_t j = command.step + 1; j < definition_.steps.size(); ++j) {
      const auto before = predecessors(definition_, j);
      const bool depends = std::find(before.begin(), before.end(), command.step) != before.end();
      if (depends && stands(next, j)) broken_ = name + " is undone before " + definition_.steps[j].name;
    }
  }

  std::string final_truth() const {
    for (std::size_t i = 0; i < truth_.size(); ++i) {
      if (state_.status == Status::completed && !truth_[i].acted)
        return definition_.steps[i].name + " never happened, yet the saga is completed";
      if (state_.status == Status::compensated && truth_[i].acted)
        return definition_.steps[i].name + " still stands, yet the saga is compensated";
    }
    return {};
  }

  const Definition& definition_;
  Dice dice_;
  Millis now_ = 1'000'000;
  State state_;
  std::vector<Truth> truth_;
  std::vector<Letter> letters_;
  std::string broken_;
};

}  // namespace

Definition random_definition(std::uint64_t seed) {
  Dice dice(seed * 7919 + 1);
  const auto first = dice.below(4), pivots = dice.below(2), rest = dice.below(3);
  const auto all = std::max<std::uint64_t>(first + pivots + rest, 1);
  std::string steps;
  for (std::uint64_t i = 0; i < all; ++i) {
    const bool compensatable = i < first, pivot = !compensatable && i < first + pivots;
    std::string step = R"({"name":"s)" + std::to_string(i) + R"(","action":"p.do","kind":")";
    step += compensatable ? "compensatable" : pivot ? "pivot" : "retriable";
    step += '"';
    if (compensatable || (pivot && dice.chance(70))) step += R"(,"compensation":"p.undo","timeout_ms":1500)";
    if (dice.chance(50)) {
      std::string after;
      for (std::uint64_t j = 0; j < i; ++j)
        if (dice.chance(40)) after += (after.empty() ? "\"s" : ",\"s") + std::to_string(j) + "\"";
      step += ",\"after\":[" + after + "]";
    }
    steps += (i == 0 ? "" : ",") + step + "}";
  }
  return parse_definition(R"({"saga":"random","timeout_ms":3000,"attempt_ms":200,"backoff_ms":20,)"
                          R"("backoff_max_ms":400,"park_after":3,"steps":[)" +
                          steps + "]}")
      .value();
}

std::string run_model(const Definition& definition, std::uint64_t seed) { return Model(definition, seed).run(); }

}  // namespace banyan::saga_test
