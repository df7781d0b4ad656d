// Freezing and thawing, and what else of Control stands in the way of a next step.
#include "router/admin/control.hpp"
#include "router/admin/control_words.hpp"

namespace banyan::admin {

using cutover::Blocker;
using cutover::State;

std::optional<std::pair<std::string, cutover::Freeze>> Control::freeze_on_locked(const std::string& name) const {
  const auto now = std::chrono::system_clock::now();
  for (const std::string& key : {std::string(cutover::every_cutover), name}) {
    const auto found = freezes_.find(key);
    if (found != freezes_.end() && in_force(found->second, now)) return *found;
  }
  return std::nullopt;
}

cutover::Freezes Control::freezes() const {
  const auto now = std::chrono::system_clock::now();
  const std::lock_guard lock(state_mutex_);
  cutover::Freezes out;
  for (const auto& [name, freeze] : freezes_)
    if (in_force(freeze, now)) out.emplace(name, freeze);
  return out;
}

std::vector<Blocker> Control::own_blocks(const std::string& name) const {
  std::vector<Blocker> out;
  if (kill_file_present()) out.push_back({Blocker::Kind::kill_file, "the kill switch is on"});
  // Not waited for: while somebody writes to it, it was fine when they began.
  if (const std::unique_lock journal(journal_mutex_, std::try_to_lock); journal && journal_.trouble())
    out.push_back({Blocker::Kind::journal, "the journal: " + journal_.trouble()->what});
  if (const auto no = why_not_shared()) out.push_back({Blocker::Kind::fleet, no->what});
  const std::lock_guard lock(state_mutex_);
  if (const auto freeze = freeze_on_locked(name))
    out.push_back({Blocker::Kind::frozen,
                   (freeze->first == cutover::every_cutover ? "every cutover is " : "it is ") + describe(freeze->second),
                   freeze->first});
  return out;
}

// A record that leaves the state as it is and carries only its evidence.
boost::system::result<cutover::Record, ControlError> Control::note_in_journal(const std::string& name, const Actor& actor,
                                                                              const std::string& evidence, bool shared) {
  std::unique_lock journal_lock(journal_mutex_, command_patience);
  if (!journal_lock) return ControlError{ControlError::Kind::busy, "another change is being written", "try again"};
  if (const auto folded = fold_locked(command_patience); !folded) return folded.error();
  if (shared)
    if (const auto untold = push_locked()) return *untold;
  Move move{name, {}, {}, {}};
  {
    const std::lock_guard lock(state_mutex_);
    if (name != cutover::every_cutover) {
      if (!config_->find_cutover(name)) return unknown_cutover(*config_, name);
      move.before = move.after = states_[name];
    }
  }
  const Entries entries{entry_for(move, actor, evidence)};
  if (!shared) {
    auto written = journal_.append_all(entries, command_patience);
    if (!written) return journal_error(written.error());
    return std::move(written->front());
  }
  auto written = write_down(entries);
  if (!written) return written.error();
  const std::lock_guard lock(state_mutex_);
  follow(freezes_, written->front());
  return std::move(written->front());
}

boost::system::result<Change, ControlError> Control::freeze(const std::string& name, const std::string& until,
                                                            const Actor& actor) {
  if (actor.why.empty())
    return ControlError{ControlError::Kind::invalid, "a freeze needs a reason", "add --why \"...\": whoever is stopped by it sees it"};
  if (!until.empty()) {
    const auto end = cutover::parse_time(until);
    if (!end) return ControlError{ControlError::Kind::invalid, "'" + until + "' is no time", "such as 2026-12-24T08:00:00Z"};
    if (*end <= std::chrono::system_clock::now())
      return ControlError{ControlError::Kind::invalid, "a freeze until " + until + " would be over already", ""};
  }
  write_owed();
  if (const auto no = why_not_shared()) return *no;
  const auto record = note_in_journal(name, actor, cutover::freeze_evidence(until), true);
  if (!record) return record.error();
  const cutover::Freeze freeze{actor.who, actor.why, record->time, until};
  log_(false, name + " is " + describe(freeze));
  const bool all = name == cutover::every_cutover;
  const State state = all ? State{} : *cutover::state_from_json(record->next);
  return Change{name, state, state, true, "journal", describe(freeze), "banyan-router thaw " + (all ? "--all" : name), {}};
}

boost::system::result<Change, ControlError> Control::thaw(const std::string& name, const Actor& actor) {
  const bool all = name == cutover::every_cutover;
  {
    const std::lock_guard lock(state_mutex_);
    if (!all && !config_->find_cutover(name)) return unknown_cutover(*config_, name);
    const auto now = std::chrono::system_clock::now();
    const auto found = freezes_.find(name);
    if (found == freezes_.end() || !in_force(found->second, now)) {
      const bool wider = !all && freeze_on_locked(name).has_value();
      return ControlError{ControlError::Kind::refused, all ? "there is no freeze of all cutovers" : "'" + name + "' has no freeze of its own",
                          wider ? "every cutover is frozen: banyan-router thaw --all" : ""};
    }
  }
  write_owed();
  if (const auto no = why_not_shared()) return *no;
  const auto record = note_in_journal(name, actor, cutover::thaw_evidence(), true);
  if (!record) return record.error();
  log_(false, actor.who + ": " + name + " is thawed");
  const State state = all ? State{} : *cutover::state_from_json(record->next);
  return Change{name, state, state, true, "journal", "thawed", "", {}};
}

}  // namespace banyan::admin
