// The promises that the event path makes, each with a switch that turns it off. Only tests have the switch:
// a program is compiled without BANYAN_MUTATIONS, and there holds() is the constant true. A mutation gate
// (tests/extracted_services/events) switches each rule off and requires that a test notices.
#pragma once
#include <array>
#include <string_view>

namespace banyan::safety {

enum class Rule {
  forget_after_ack,       // relay: a row leaves the outbox only after the log has acknowledged it
  forget_what_was_sent,   // relay: forgets the rows it sent, not every row below the highest it sent
  count_per_key,          // outbox: each key counts 1, 2, 3, ... in the transaction of the change
  append_in_transaction,  // outbox: the event commits with the change or not at all
  one_key_one_partition,  // log: the partition depends on nothing but the key
  sync_before_ack,        // log: the acknowledgement follows the fsync
  records_never_change,   // log: a record that was acknowledged can be neither altered nor deleted
  position_with_effect,   // consumer: position and effect commit together
  compare_and_set,        // consumer: the position moves only from where this consumer believes it to be
  drop_repeats,           // consumer: what was applied before is not applied again
  park_on_gap,            // consumer: a sequence that is not the next one waits
  park_on_poison,         // consumer: an event that cannot be applied waits, it is not lost
  hold_back_followers,    // consumer: behind a parked event its key waits
  others_go_on,           // consumer: a parked key holds back no other key
  undo_failed_effect,     // consumer: a failing handler leaves nothing behind
  drain_in_order,         // consumer: what was parked is applied in the order of its sequence
  audit_interventions,    // operator: a replay or a skip leaves a row saying who, when and why
};

struct Named {
  Rule rule;
  std::string_view name;
};

inline constexpr std::array<Named, 17> all_rules{{
    {Rule::forget_after_ack, "forget_after_ack"},
    {Rule::forget_what_was_sent, "forget_what_was_sent"},
    {Rule::count_per_key, "count_per_key"},
    {Rule::append_in_transaction, "append_in_transaction"},
    {Rule::one_key_one_partition, "one_key_one_partition"},
    {Rule::sync_before_ack, "sync_before_ack"},
    {Rule::records_never_change, "records_never_change"},
    {Rule::position_with_effect, "position_with_effect"},
    {Rule::compare_and_set, "compare_and_set"},
    {Rule::drop_repeats, "drop_repeats"},
    {Rule::park_on_gap, "park_on_gap"},
    {Rule::park_on_poison, "park_on_poison"},
    {Rule::hold_back_followers, "hold_back_followers"},
    {Rule::others_go_on, "others_go_on"},
    {Rule::undo_failed_effect, "undo_failed_effect"},
    {Rule::drain_in_order, "drain_in_order"},
    {Rule::audit_interventions, "audit_interventions"},
}};

#ifdef BANYAN_MUTATIONS
bool holds(Rule rule);  // defined by the test
#else
constexpr bool holds(Rule) { return true; }
#endif

}  // namespace banyan::safety
