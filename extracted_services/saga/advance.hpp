// The saga's decisions: (definition, state, event, now) -> (state, commands). Covers every pair of state and
// event; what makes no sense in a state changes nothing. Pure; any thread.
//
// Guarantees, each with a switch in safety/saga_rules.hpp and a test that notices when it is off:
//  (1) a step begins after its predecessors are done, and is undone after its successors are undone;
//  (2) a step whose outcome is unknown is compensated like one that is done;
//  (3) an answer to an action that comes after the saga has turned back changes nothing;
//  (4) after the pivot (or, without one, the first retriable step) there is no way back;
//  (5) a compensation counts as done only when its participant says so; it is repeated for ever, and shown as
//      parked after `park_after` failures in a row or a definite no;
//  (6) "not decided yet" is not "done".
// What has ended stays as it ended.
#pragma once
#include "extracted_services/saga/state.hpp"

namespace banyan::saga {

struct Transition {
  State next;
  std::vector<Command> commands;
  std::optional<std::string> refused{};  // why an operator's wish cannot be followed
};

Transition advance(const Definition& definition, const State& state, const Event& event, Millis now);

// The moment at which a Tick can change something; nothing: none.
std::optional<Millis> wake_at(const Definition& definition, const State& state);

// Nothing: it can still turn back. Else why not.
std::optional<std::string> no_way_back(const Definition& definition, const State& state);

}  // namespace banyan::saga
