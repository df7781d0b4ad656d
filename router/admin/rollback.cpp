// Going back: memory first, then the journal, else STATE.rollback, which is folded into the journal later.
#include "router/admin/control.hpp"
#include "router/admin/control_words.hpp"
#include "router/admin/fleet_side.hpp"
#include "router/fleet/entry.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace banyan::admin {
namespace {

namespace json = boost::json;
using cutover::State;
using cutover::Verb;
using std::chrono::milliseconds;

std::string fleet_id_or_fresh(const std::string& id) { return id.empty() ? fleet::fresh_id() : id; }

}  // namespace

std::vector<Change> Control::rollback_all(const Actor& actor) {
  std::vector<std::string> names;
  {
    const std::lock_guard lock(state_mutex_);
    for (const auto& cutover : config_->cutovers) names.push_back(cutover.name);
  }
  return rollback(names, true, actor);
}

// Weight zero in memory, for all that are not there yet and all in lockstep with them.
std::vector<Control::Move> Control::take_back_locked(const std::vector<std::string>& names,
                                                     const cutover::RollbackNote& note) {
  std::vector<Move> moves;
  std::set<std::string> seen;
  const std::string id = fleet_ ? fleet::fresh_id() : "";
  const bool unseen = fleet_ && !fleet_->health.report().in_step;
  cutover::Command command;
  command.verb = Verb::rollback;
  command.note = note;
  for (const std::string& name : names)
    for (const std::string& member : config_->in_lockstep_with(name)) {
      if (!seen.insert(member).second) continue;
      const State before = states_[member];
      // What is being written right now would be found in the journal after a crash: it has to be taken back too.
      // The same for a fleet that this router cannot see: it may have gone on.
      const bool there = cutover::apply(before, {}, command).refusal != cutover::Refusal::none;
      if (there && !in_flight_.contains(member) && !unseen) continue;
      states_[member] = State{cutover::Stage::rolled_back, {}, 0, note};
      entered(member, before, states_[member], std::chrono::system_clock::now());
      moves.push_back({member, before, states_[member], {}, id});
      if (fleet_) pending_[member] = {id, note};
    }
  if (moves.empty()) return moves;
  ++rollbacks_;
  publish_locked();
  if (fleet_) fleet_->wake();
  return moves;
}

std::vector<Change> Control::rollback(const std::vector<std::string>& names, bool all, const Actor& actor) {
  const cutover::RollbackNote note = note_of(actor);
  std::vector<Change> changes;
  std::vector<Move> moves;
  {
    const std::lock_guard lock(state_mutex_);
    moves = take_back_locked(names, note);
    for (const std::string& name : names) changes.push_back({name, states_[name], states_[name], false, "", "", "", {}});
  }
  if (moves.empty()) return changes;
  const std::string persisted = persist_rollback(moves, all, actor, note);
  for (const Move& move : moves) {
    log_(true, "ROLLBACK by " + actor.who + ": " + move.cutover + " " + describe(move.before) + " -> legacy (" +
                   actor.why + "), written to " + persisted);
    const auto asked = std::find_if(changes.begin(), changes.end(), [&](const Change& c) { return c.cutover == move.cutover; });
    if (asked != changes.end())
      *asked = {move.cutover, move.before, move.after, true, persisted, note_on_others(), reverse_of(move.cutover, move.before, move.after), {}};
  }
  if (!all)
    for (const Move& move : moves)
      if (move.cutover != names.front()) changes.front().together_with.push_back(move.cutover);
  return changes;
}

std::string Control::persist_rollback(const std::vector<Move>& moves, bool all, const Actor& actor,
                                      const cutover::RollbackNote& note) {
  std::unique_lock journal_lock(journal_mutex_, rollback_patience);
  if (journal_lock) {
    std::vector<cutover::Entry> entries;
    for (const Move& move : moves) {
      Move seen = move;  // the journal may know a step that memory never took
      if (const auto known = journal_.states().find(move.cutover); known != journal_.states().end())
        seen.before = known->second;
      const std::string evidence =
          actor.evidence.empty() ? R"({"command":"rollback"})" : R"({"command":"rollback","judged":)" + actor.evidence + "}";
      entries.push_back(entry_for(seen, actor, pending_evidence(evidence, move.rollback_id)));
    }
    const auto written = journal_.append_all(entries, rollback_patience);
    if (written) return "journal";
    log_(true, "rollback is in effect; the journal cannot take it yet: " + written.error().what);
  }
  if (write_sidecar(moves, all, note)) return "sidecar";
  log_(true, "rollback is in effect but could not be written anywhere: a restart would undo it");
  return "memory only";
}

bool Control::write_sidecar(const std::vector<Move>& moves, bool all, const cutover::RollbackNote& note) {
  const std::lock_guard lock(sidecar_mutex_);
  bool good = true;
  const auto id = [&moves] { return fleet_id_or_fresh(moves.front().rollback_id); };
  if (all)
    good = sidecar_.add({id(), cutover::every_cutover, note});
  else
    for (const Move& move : moves) good = sidecar_.add({id(), move.cutover, note}) && good;
  unfolded_ = std::max<std::size_t>(1, sidecar_.read().size());
  return good;
}

std::optional<cutover::Entry> Control::fold_entry(const cutover::SidecarEntry& entry,
                                                  const std::string& name) const {
  const auto known = journal_.states().find(name);
  const State before = known == journal_.states().end() ? State{} : known->second;
  // What the fleet does not know of yet has to be in the journal, whatever that says of the stage.
  const bool untold = fleet_ && !is_settled(entry.id);
  if (!untold && (before.stage == cutover::Stage::rolled_back || (!before.past_legacy() && before.stage != cutover::Stage::held)))
    return std::nullopt;
  const json::object evidence{
      {"command", "rollback"}, {"sidecar", entry.id}, {"in_effect_since", entry.note.at}};
  const Move move{name, before, State{cutover::Stage::rolled_back, {}, 0, entry.note}};
  return entry_for(move, {entry.note.by, entry.note.reason}, pending_evidence(json::serialize(evidence), entry.id));
}

boost::system::result<void, ControlError> Control::fold_locked(milliseconds patience) {
  if (unfolded_.load() == 0) {
    if (journal_.trouble()) return journal_error(*journal_.trouble());
    return {};
  }
  const std::lock_guard lock(sidecar_mutex_);
  std::vector<cutover::Entry> entries;
  std::map<std::string, State> folded;
  for (const cutover::SidecarEntry& entry : sidecar_.read()) {
    if (journal_.has_sidecar_id(entry.id)) continue;
    std::vector<std::string> names;
    if (entry.cutover != cutover::every_cutover)
      names = lockstep_of(entry.cutover);
    else
      for (const auto& [name, state] : journal_.states()) names.push_back(name);
    for (const std::string& name : names)
      if (!folded.contains(name))
        if (auto record = fold_entry(entry, name)) {
          folded[name] = record->next;
          entries.push_back(std::move(*record));
        }
  }
  if (!entries.empty())
    if (const auto written = journal_.append_all(entries, patience); !written)
      return journal_error(written.error());
  if (sidecar_.clear()) unfolded_ = 0;
  return {};
}

void Control::tick() {
  write_owed();
  const bool killed = kill_file_present();
  if (killed && !kill_seen_) rollback_all({"kill-file", "the kill file exists"});
  kill_seen_ = killed;
  if (unfolded_.load() == 0) return;
  const std::unique_lock journal_lock(journal_mutex_, std::try_to_lock);
  if (journal_lock && !journal_.trouble()) {
    const auto folded = fold_locked(milliseconds(0));
    if (folded) log_(false, "rollbacks kept in " + sidecar_.path() + " are now in the journal");
  }
}

void Control::trip(const std::string& name, const Actor& actor) {
  const std::lock_guard lock(state_mutex_);
  auto moves = take_back_locked({name}, note_of(actor));
  if (!moves.empty()) owed_.push_back({std::move(moves), actor});
}

void Control::write_owed() {
  std::vector<Owed> owed;
  {
    const std::lock_guard lock(state_mutex_);
    owed.swap(owed_);
  }
  for (const Owed& each : owed) {
    const std::string persisted = persist_rollback(each.moves, false, each.actor, *each.moves.front().after.note);
    for (const Move& move : each.moves)
      log_(true, "ROLLBACK by " + each.actor.who + ": " + move.cutover + " " + describe(move.before) +
                     " -> legacy (" + each.actor.why + "), written to " + persisted);
  }
}

}  // namespace banyan::admin
