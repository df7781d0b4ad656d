#include "extracted_services/saga/state.hpp"

#include <algorithm>
#include <array>

namespace banyan::saga {
namespace {

constexpr std::array<std::string_view, 4> statuses{"running", "compensating", "completed", "compensated"};
constexpr std::array<std::string_view, 6> phases{"idle", "acting", "done", "refused", "undoing", "undone"};

template <class Enum, std::size_t Size>
std::optional<Enum> parse(const std::array<std::string_view, Size>& words, std::string_view word) {
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) return std::nullopt;
  return static_cast<Enum>(found - words.begin());
}

}  // namespace

State begin(const Definition& definition, Millis now) {
  State state;
  state.started = now;
  state.steps.resize(definition.steps.size());
  return state;
}

bool is_final(const State& state) {
  return state.status == Status::completed || state.status == Status::compensated;
}

bool is_parked(const State& state) {
  return std::any_of(state.steps.begin(), state.steps.end(),
                     [](const StepState& step) { return !step.parked.empty(); });
}

std::string_view to_word(Status status) { return statuses[static_cast<std::size_t>(status)]; }
std::string_view to_word(Phase phase) { return phases[static_cast<std::size_t>(phase)]; }
std::string_view to_word(Direction direction) { return direction == Direction::action ? "do" : "undo"; }
std::optional<Status> parse_status(std::string_view word) { return parse<Status>(statuses, word); }
std::optional<Phase> parse_phase(std::string_view word) { return parse<Phase>(phases, word); }

}  // namespace banyan::saga
