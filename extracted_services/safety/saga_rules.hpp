// The promises that sagas and their participants make, each with a switch that turns it off. Only tests have
// the switch: a program is compiled without BANYAN_MUTATIONS, and there holds() is the constant true. The gate
// (tests/extracted_services/saga) switches each rule off and requires that a check notices.
#pragma once
#include <array>
#include <string_view>

namespace banyan::safety {

enum class SagaRule {
  wait_for_predecessors,     // saga: a step begins after those it depends on are done
  compensate_unknown,        // saga: a step of unknown outcome is compensated too
  undo_in_reverse,           // saga: a step is undone after what was built on it
  ignore_late_answers,       // saga: an answer after the turn changes nothing
  no_way_back_after_pivot,   // saga: after the pivot it goes forward only
  compensations_insist,      // saga: only the participant's yes ends a compensation
  pending_is_not_done,       // saga: "not decided yet" is asked again
  command_with_state,        // saga: state and outgoing command commit together
  pinned_definition,         // saga: an instance finishes by the definition it began with
  audit_operator_acts,       // saga: an operator's act leaves a row saying who, what and why
  hold_once_per_key,         // inventory: the same key holds once
  hold_tombstone,            // inventory: a release that comes first keeps the late hold out
  release_gives_back_once,   // inventory: goods go back on hand once
  charge_once_per_key,       // payments: the same key charges once
  charge_tombstone,          // payments: a cancellation that comes first keeps the late charge out
  ask_the_bank,              // payments: no answer from the bank is not a decline
  void_at_the_bank,          // payments: a charge of unknown outcome is cancelled at the bank too
  bank_knows_its_callers,    // bank: the same key moves money once
  bank_tombstone,            // bank: a voided key is not charged later
};

struct NamedSagaRule {
  SagaRule rule;
  std::string_view name;
};

inline constexpr std::array<NamedSagaRule, 19> all_saga_rules{{
    {SagaRule::wait_for_predecessors, "wait_for_predecessors"},
    {SagaRule::compensate_unknown, "compensate_unknown"},
    {SagaRule::undo_in_reverse, "undo_in_reverse"},
    {SagaRule::ignore_late_answers, "ignore_late_answers"},
    {SagaRule::no_way_back_after_pivot, "no_way_back_after_pivot"},
    {SagaRule::compensations_insist, "compensations_insist"},
    {SagaRule::pending_is_not_done, "pending_is_not_done"},
    {SagaRule::command_with_state, "command_with_state"},
    {SagaRule::pinned_definition, "pinned_definition"},
    {SagaRule::audit_operator_acts, "audit_operator_acts"},
    {SagaRule::hold_once_per_key, "hold_once_per_key"},
    {SagaRule::hold_tombstone, "hold_tombstone"},
    {SagaRule::release_gives_back_once, "release_gives_back_once"},
    {SagaRule::charge_once_per_key, "charge_once_per_key"},
    {SagaRule::charge_tombstone, "charge_tombstone"},
    {SagaRule::ask_the_bank, "ask_the_bank"},
    {SagaRule::void_at_the_bank, "void_at_the_bank"},
    {SagaRule::bank_knows_its_callers, "bank_knows_its_callers"},
    {SagaRule::bank_tombstone, "bank_tombstone"},
}};

#ifdef BANYAN_MUTATIONS
bool holds(SagaRule rule);  // defined by the test
#else
constexpr bool holds(SagaRule) { return true; }
#endif

}  // namespace banyan::safety
