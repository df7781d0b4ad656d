#include "router/admin/control.hpp"

#include "router/config/load.hpp"
#include "router/routing/stage_table.hpp"

#include <boost/json.hpp>

#include <unistd.h>

#include <random>
#include <stdexcept>

namespace banyan::admin {
namespace {

namespace json = boost::json;
using cutover::State;
using cutover::Verb;
using std::chrono::milliseconds;

constexpr milliseconds command_patience{2000};
constexpr milliseconds rollback_patience{200};

std::string now_text() { return cutover::format_time(std::chrono::system_clock::now()); }

std::string fresh_id() {
  std::random_device random;
  return std::to_string((static_cast<std::uint64_t>(random()) << 32) | random());
}

std::string reverse_of(const std::string& name, const State& before, const State& after) {
  const std::string verb = "banyan-router ";
  if (after.stage == cutover::Stage::held) return verb + "resume " + name;
  if (before.stage == cutover::Stage::held && after.stage != cutover::Stage::rolled_back)
    return verb + "hold " + name;
  if (after.stage != cutover::Stage::rolled_back) return verb + "rollback " + name;
  if (before.effective() == cutover::Stage::canary) {
    std::string weight = cutover::percent(before.weight);
    std::erase(weight, ' ');
    return verb + "set-weight " + name + " " + weight;
  }
  if (before.new_weight() == cutover::full_weight) return verb + "promote " + name + " --full";
  return verb + "promote " + name;
}

// What the plan is checked for at load, for the commands that step outside of it.
std::string why_not_serve(const config::Config& config, const config::Cutover& cutover, const State& next) {
  const config::Upstream& target = config.upstreams[cutover.to];
  if (next.new_weight() > 0 && target.sandbox)
    return "'" + target.name + "' is a sandbox: it may be shadowed, never serve callers";
  if (next.effective() == cutover::Stage::canary && config.cohort.keys.empty())
    return "there is no cohort key: a canary has nobody to move";
  return {};
}

ControlError journal_error(const cutover::JournalError& error) {
  return {ControlError::Kind::journal, "nothing changed: the journal cannot be written: " + error.what,
          "rollback still works; it is kept beside the journal until this is over"};
}

}  // namespace

Control::Control(std::shared_ptr<const config::Config> config, Log log)
    : log_(std::move(log)),
      journal_path_(config->fixed.state),
      journal_(journal_path_, cutover::Journal::Access::read_write, command_patience),
      sidecar_(journal_path_),
      config_(std::move(config)) {
  status_.file = config_->source;
  status_.hash = config_->hash;
  status_.loaded_at = now_text();
  if (!sidecar_.reserve())
    log_(true,
         "cannot reserve " + sidecar_.path() + ": a rollback on a full disk would not outlive a restart");
  start_states();
  live_ = std::make_unique<routing::Live>(config_, routing::make_stage_table(*config_, states_));
}

void Control::start_states() {
  if (const auto& trouble = journal_.trouble()) {
    log_(true, "THE JOURNAL CANNOT BE TRUSTED: " + trouble->what +
                   ". Serving LEGACY for every cutover; promote is " +
                   "refused. Look with `banyan-router audit`; restore the file and restart.");
    return;
  }
  states_ = journal_.states();
  for (const cutover::Record& record : journal_.list()) remember(record);
  unfolded_ = sidecar_.read().size();
  if (const auto folded = fold_locked(command_patience); !folded) {
    for (const cutover::SidecarEntry& entry : sidecar_.read())
      for (auto& [name, state] : states_)
        if (entry.cutover == "*" || entry.cutover == name)
          if (state.past_legacy()) state = State{cutover::Stage::rolled_back, {}, 0, entry.note};
    log_(true, "rollbacks from " + sidecar_.path() +
                   " are in effect but not yet in the journal: " + folded.error().what);
  } else {
    states_ = journal_.states();
  }
  for (const auto& [name, state] : states_) {
    if (!state.past_legacy()) continue;
    if (!config_->find_cutover(name)) {
      log_(true, "cutover '" + name + "' is at " + describe(state) + " in the journal but not in " +
                     config_->source);
      continue;
    }
    const auto fingerprint = journal_.cohorts().find(name);
    if (fingerprint != journal_.cohorts().end() && fingerprint->second != config_->cohort.fingerprint)
      throw std::runtime_error(
          "the cohort key or salt changed while '" + name + "' is at " + describe(state) +
          ": its callers would change sides. Restore it, or roll the cutover back first.");
  }
}

void Control::publish_locked() { live_->publish(config_, routing::make_stage_table(*config_, states_)); }

cutover::RollbackNote Control::note_of(const Actor& actor) const {
  return {actor.why, actor.who, now_text()};
}

cutover::Entry Control::entry_for(const Move& move, const Actor& actor, std::string evidence) const {
  if (!actor.via.empty()) evidence = evidence.substr(0, evidence.size() - 1) + ",\"via\":\"" + actor.via + "\"}";
  const std::lock_guard lock(state_mutex_);
  return {std::chrono::system_clock::now(),
          actor.who,
          actor.why,
          move.cutover,
          move.before,
          move.after,
          std::move(evidence),
          config_->hash,
          config_->cohort.fingerprint};
}

std::string Control::evidence_for(const std::string& name, const cutover::Command& command,
                                  const cutover::Transition& transition) const {
  json::object out{{"command", to_string(command.verb)}};
  if (transition.step) {
    json::array gates;
    for (const std::string& gate : transition.step->gates) gates.emplace_back(gate);
    out["gates_to_leave_it"] = std::move(gates);
    out["hold_ms"] = transition.step->hold_ms;
  }
  if (command.force) out["forced"] = true;
  if (numbers_) {
    boost::system::error_code error;
    const json::value numbers = json::parse(numbers_(name), error);
    if (!error) out["numbers"] = numbers;
  }
  return json::serialize(out);
}

boost::system::result<Change, ControlError> Control::command(const std::string& name,
                                                             cutover::Command command, const Actor& actor) {
  {
    const std::lock_guard lock(state_mutex_);
    if (!config_->find_cutover(name)) {
      std::vector<std::string> names;
      for (const auto& cutover : config_->cutovers) names.push_back(cutover.name);
      const std::string near = config::nearest(name, names);
      return ControlError{ControlError::Kind::not_found, "there is no cutover '" + name + "'",
                          near.empty() ? "see: banyan-router status" : "did you mean '" + near + "'?"};
    }
  }
  if (command.verb == Verb::rollback) return rollback({name}, false, actor).front();
  write_owed();
  return journalled(name, command, actor);
}

boost::system::result<Change, ControlError> Control::journalled(const std::string& name,
                                                                const cutover::Command& command,
                                                                const Actor& actor) {
  if (kill_file_present() && command.verb != Verb::hold)
    return ControlError{ControlError::Kind::refused, "the kill switch is on",
                        "remove the kill file (static.kill_file) first"};
  Opinion opinion;
  if (const auto no = why_not_promote(name, command, actor, opinion)) return *no;
  std::unique_lock journal_lock(journal_mutex_, command_patience);
  if (!journal_lock)
    return ControlError{ControlError::Kind::busy, "another change is being written", "try again"};
  if (const auto folded = fold_locked(command_patience); !folded) return folded.error();
  Move move{name, {}, {}};
  cutover::Transition transition;
  std::uint64_t rollbacks = 0;
  {
    const std::lock_guard lock(state_mutex_);
    const auto index = config_->find_cutover(name);
    if (!index) return ControlError{ControlError::Kind::not_found, "there is no cutover '" + name + "'", ""};
    move.before = states_[name];
    transition = cutover::apply(move.before, config_->cutovers[*index].plan, command);
    if (transition.refusal != cutover::Refusal::none)
      return ControlError{ControlError::Kind::refused,
                          "cannot " + std::string(to_string(command.verb)) + " '" + name + "' (" +
                              describe(move.before) + "): " + std::string(explain(transition.refusal)),
                          ""};
    if (const std::string why = why_not_serve(*config_, config_->cutovers[*index], transition.next);
        !why.empty())
      return ControlError{ControlError::Kind::refused, why, ""};
    move.after = transition.next;
    in_flight_ = name;
    rollbacks = rollbacks_;
  }
  std::string evidence = evidence_for(name, command, transition);
  if (!opinion.evidence.empty())
    evidence = evidence.substr(0, evidence.size() - 1) + ",\"judged\":" + opinion.evidence + "}";
  const auto written = journal_.append(entry_for(move, actor, std::move(evidence)), command_patience);
  if (written && moved_) moved_(name, move.after);
  const std::lock_guard lock(state_mutex_);
  in_flight_.clear();
  if (!written) return journal_error(written.error());
  if (rollbacks_ != rollbacks)
    return ControlError{ControlError::Kind::refused,
                        "a rollback came first; '" + name + "' is " + describe(states_[name]), ""};
  states_[name] = move.after;
  entered(name, move.before, move.after, std::chrono::system_clock::now());
  publish_locked();
  Change change{
      name, move.before, move.after, true, "journal", "", reverse_of(name, move.before, move.after)};
  for (const std::string& block : opinion.blocks) change.note += (change.note.empty() ? "forced: " : "; ") + block;
  log_(false, actor.who + ": " + name + " " + describe(move.before) + " -> " + describe(move.after));
  return change;
}

std::vector<Change> Control::rollback_all(const Actor& actor) {
  std::vector<std::string> names;
  {
    const std::lock_guard lock(state_mutex_);
    for (const auto& cutover : config_->cutovers) names.push_back(cutover.name);
  }
  return rollback(names, true, actor);
}

std::vector<Change> Control::rollback(const std::vector<std::string>& names, bool all, const Actor& actor) {
  const cutover::RollbackNote note = note_of(actor);
  std::vector<Change> changes;
  std::vector<Move> moves;
  {
    const std::lock_guard lock(state_mutex_);
    ++rollbacks_;
    for (const std::string& name : names) {
      Change change{name, states_[name], states_[name], false, "", "", ""};
      cutover::Command command;
      command.verb = Verb::rollback;
      command.note = note;
      const auto transition = cutover::apply(change.before, {}, command);
      // What is being written right now would be found in the journal after a crash: it has to be taken back
      // too.
      if (transition.refusal == cutover::Refusal::none || in_flight_ == name) {
        change.after = State{cutover::Stage::rolled_back, {}, 0, note};
        change.changed = true;
        change.reverse = reverse_of(name, change.before, change.after);
        states_[name] = change.after;
        entered(name, change.before, change.after, std::chrono::system_clock::now());
        moves.push_back({name, change.before, change.after});
      }
      changes.push_back(std::move(change));
    }
    if (!moves.empty()) publish_locked();
  }
  if (moves.empty()) return changes;
  const std::string persisted = persist_rollback(moves, all, actor, note);
  for (Change& change : changes)
    if (change.changed) {
      change.persisted = persisted;
      log_(true, "ROLLBACK by " + actor.who + ": " + change.cutover + " " + describe(change.before) +
                     " -> legacy (" + actor.why + "), written to " + persisted);
    }
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
      entries.push_back(entry_for(
          seen, actor,
          actor.evidence.empty() ? R"({"command":"rollback"})" : R"({"command":"rollback","judged":)" + actor.evidence + "}"));
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
  if (all)
    good = sidecar_.add({fresh_id(), "*", note});
  else
    for (const Move& move : moves) good = sidecar_.add({fresh_id(), move.cutover, note}) && good;
  unfolded_ = std::max<std::size_t>(1, sidecar_.read().size());
  return good;
}

std::optional<cutover::Entry> Control::fold_entry(const cutover::SidecarEntry& entry,
                                                  const std::string& name) const {
  const auto known = journal_.states().find(name);
  const State before = known == journal_.states().end() ? State{} : known->second;
  if (before.stage == cutover::Stage::rolled_back ||
      (!before.past_legacy() && before.stage != cutover::Stage::held))
    return std::nullopt;
  const json::object evidence{
      {"command", "rollback"}, {"sidecar", entry.id}, {"in_effect_since", entry.note.at}};
  const Move move{name, before, State{cutover::Stage::rolled_back, {}, 0, entry.note}};
  return entry_for(move, {entry.note.by, entry.note.reason}, json::serialize(evidence));
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
    if (entry.cutover != "*")
      names = {entry.cutover};
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

bool Control::kill_file_present() const {
  const std::lock_guard lock(state_mutex_);
  return ::access(config_->fixed.kill_file.c_str(), F_OK) == 0;
}

ConfigStatus Control::config_status() const {
  const std::lock_guard lock(state_mutex_);
  return status_;
}

std::optional<cutover::JournalError> Control::journal_trouble() const {
  const std::unique_lock lock(journal_mutex_, rollback_patience);
  // Somebody is writing to it at this moment, so it was fine when they began.
  return lock ? journal_.trouble() : std::nullopt;
}

}  // namespace banyan::admin
