// Where one saga stands, and what can happen to it. Plain values; any thread.
#pragma once
#include "extracted_services/saga/definition.hpp"

#include <optional>
#include <variant>

namespace banyan::saga {

//   running -> completed
//      \--> compensating -> compensated
enum class Status { running, compensating, completed, compensated };

//   idle -> acting -> done -> undoing -> undone        done ends a saga that went forward
//              |  \------------^                       outcome unknown: undone all the same
//              \--> refused                            said no, has no effect
enum class Phase { idle, acting, done, refused, undoing, undone };

struct StepState {
  Phase phase = Phase::idle;
  int attempt = 0;       // of the action, then counted on by the compensation
  int failures = 0;      // in a row
  int polls = 0;         // "not decided yet" in a row
  bool awaiting = false;  // an answer to `attempt` is awaited until `due`; else `attempt` + 1 goes out at `due`
  Millis since = 0;      // the first attempt of this phase
  Millis due = 0;
  std::string result;  // of the action: JSON text
  std::string error;   // the last failure in words
  std::string parked;  // why somebody should look; empty: not parked
  bool operator==(const StepState&) const = default;
};

struct State {
  Status status = Status::running;
  Millis started = 0;
  std::string why;  // of the way back
  std::vector<StepState> steps;
  bool operator==(const State&) const = default;
};

enum class Direction { action, compensation };

// What an answer means; see verdict.hpp.
struct Done {
  std::string result;
};
struct Refused {  // a definite no: without effect now and at any later time
  std::string why;
};
struct Pending {};  // taken, not decided yet
struct Failed {     // nobody knows: no answer, or none that says anything
  std::string why;
};
using Verdict = std::variant<Done, Refused, Pending, Failed>;

struct Started {};
struct Answered {
  std::size_t step;
  Direction direction;
  int attempt;
  Verdict verdict;
  std::uint64_t random;  // for the jitter of the next attempt
};
struct Tick {};        // time has passed
struct Retry {};       // an operator: do not wait, try now
struct Compensate {    // an operator: turn back
  std::string why;
};
using Event = std::variant<Started, Answered, Tick, Retry, Compensate>;

// To be sent. The key of (saga, step, direction) is the same for all attempts.
struct Command {
  std::size_t step;
  Direction direction;
  int attempt;
  bool operator==(const Command&) const = default;
};

State begin(const Definition& definition, Millis now);
bool is_final(const State& state);
bool is_parked(const State& state);

std::string_view to_word(Status status);
std::string_view to_word(Phase phase);
std::string_view to_word(Direction direction);
std::optional<Status> parse_status(std::string_view word);
std::optional<Phase> parse_phase(std::string_view word);

}  // namespace banyan::saga
