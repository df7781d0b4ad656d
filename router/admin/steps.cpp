// What Control knows of the step a cutover is in: since when, who approves, and whether it may go on.
#include "router/admin/control.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace banyan::admin {
namespace {

namespace json = boost::json;
using cutover::Blocker;
using cutover::State;

// What helps against the first that nobody can force, else against all.
std::string way_on(const std::vector<Blocker>& blocks, const std::string& name) {
  for (const Blocker& block : blocks) {
    if (block.kind == Blocker::Kind::approval)
      return "approve it: banyan-router approve " + (block.mate.empty() ? name : block.mate) + " --as " + block.about;
    if (!block.forceable()) return "see: banyan-router explain " + name;
  }
  return "to go on all the same: --force --why \"...\"";
}

}  // namespace

void Control::entered(const std::string& name, const State& before, const State& after,
                      std::chrono::system_clock::time_point at) {
  // A hold and its end are not another step.
  if (before.effective() == after.effective() && before.weight == after.weight) return;
  steps_[name] = {at, {}};
}

void Control::remember(const cutover::Record& record) {
  const auto before = cutover::state_from_json(record.previous), after = cutover::state_from_json(record.next);
  if (!before || !after) return;
  follow(freezes_, record);
  entered(record.cutover, *before, *after, cutover::parse_time(record.time).value_or(std::chrono::system_clock::time_point{}));
  boost::system::error_code error;
  const json::value evidence = json::parse(record.evidence, error);
  if (error || !evidence.is_object()) return;
  const json::value* as = evidence.get_object().if_contains("approved_as");
  if (as && as->is_string()) steps_[record.cutover].approvals.insert(std::string(as->get_string()));
}

std::set<std::string> Control::approvals(const std::string& name) const {
  const std::lock_guard lock(state_mutex_);
  const auto step = steps_.find(name);
  return step == steps_.end() ? std::set<std::string>{} : step->second.approvals;
}

std::int64_t Control::in_step_ms(const std::string& name) const {
  const std::lock_guard lock(state_mutex_);
  const auto step = steps_.find(name);
  if (step == steps_.end()) return 0;
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now() - step->second.since)
      .count();
}

std::string Control::step_stamp(const std::string& name) const {
  const std::lock_guard lock(state_mutex_);
  const auto step = steps_.find(name);
  const auto state = states_.find(name);
  if (step == steps_.end() || state == states_.end()) return {};
  return std::string(to_string(state->second.effective())) + ' ' + std::to_string(state->second.weight) + ' ' +
         cutover::format_time(step->second.since);
}

boost::system::result<Change, ControlError> Control::remark(const std::string& name, const std::string& evidence,
                                                            const Actor& actor) {
  write_owed();
  const auto record = note_in_journal(name, actor, evidence, false);
  if (!record) return record.error();
  const State state = cutover::state_from_json(record->next).value_or(State{});
  return Change{name, state, state, true, "journal", "", "", {}};
}

boost::system::result<Change, ControlError> Control::approve(const std::string& name, const std::string& as,
                                                             const Actor& actor) {
  write_owed();
  if (const auto no = why_not_shared()) return *no;
  std::unique_lock journal_lock(journal_mutex_, std::chrono::milliseconds(2000));
  if (!journal_lock) return ControlError{ControlError::Kind::busy, "another change is being written", "try again"};
  if (const auto untold = push_locked()) return *untold;
  Move move{name, {}, {}, {}};
  {
    const std::lock_guard lock(state_mutex_);
    const auto index = config_->find_cutover(name);
    if (!index) return ControlError{ControlError::Kind::not_found, "there is no cutover '" + name + "'", ""};
    move.before = move.after = states_[name];
    const auto next = cutover::next_step(move.before, config_->cutovers[*index].plan);
    if (!next || std::find(next->approve.begin(), next->approve.end(), as) == next->approve.end()) {
      std::string wanted;
      if (next)
        for (const std::string& who : next->approve) wanted += (wanted.empty() ? "" : ", ") + who;
      return ControlError{ControlError::Kind::refused, "the next step of '" + name + "' asks for no approval of '" + as + "'",
                          wanted.empty() ? "" : "it asks for: " + wanted};
    }
  }
  const json::object evidence{{"command", "approve"}, {"approved_as", as}};
  const auto written = write_down({entry_for(move, actor, json::serialize(evidence))});
  if (!written) return written.error();
  const std::lock_guard lock(state_mutex_);
  steps_[name].approvals.insert(as);
  log_(false, actor.who + ": " + name + " approved as " + as);
  return Change{name, move.before, move.after, true, "journal", "approved as " + as, "", {}};
}

// A group goes on when nothing blocks any of its members.
std::optional<ControlError> Control::why_not_promote(const std::string& name, const cutover::Command& command,
                                                     const Actor& actor, Opinions& opinions) const {
  const bool onward = command.verb == cutover::Verb::promote || command.verb == cutover::Verb::promote_full;
  if (!onward || !ask_) return std::nullopt;
  for (const std::string& member : lockstep_of(name)) opinions[member] = ask_(member);
  const auto& blocks = opinions[name].blocks;
  const auto no = cutover::judged(blocks, command.force);
  if (!no.empty())
    return ControlError{ControlError::Kind::refused, "'" + name + "' cannot go on yet: " + words_of(no), way_on(no, name)};
  if (command.force && actor.why.empty() && !blocks.empty())
    return ControlError{ControlError::Kind::invalid, "--force needs a reason", "add --why \"...\": it is kept in the journal"};
  return std::nullopt;
}

}  // namespace banyan::admin
