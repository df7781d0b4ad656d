#include "router/admin/control.hpp"

#include "router/admin/control_words.hpp"
#include "router/admin/fleet_side.hpp"
#include "router/config/load.hpp"
#include "router/routing/stage_table.hpp"

#include <boost/json.hpp>

#include <unistd.h>

#include <stdexcept>

namespace banyan::admin {
namespace {

namespace json = boost::json;
using cutover::State;
using cutover::Verb;

// What the plan is checked for at load, for the commands that step outside of it.
std::string why_not_serve(const config::Config& config, const config::Cutover& cutover, const State& next) {
  const config::Upstream& target = config.upstreams[cutover.to];
  if (next.new_weight() > 0 && target.sandbox)
    return "'" + target.name + "' is a sandbox: it may be shadowed, never serve callers";
  if (next.effective() == cutover::Stage::canary && config.cohort.keys.empty())
    return "there is no cohort key: a canary has nobody to move";
  return {};
}

ControlError rollback_first(const std::string& name, const State& state) {
  return {ControlError::Kind::refused, "a rollback came first; '" + name + "' is " + describe(state), ""};
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
  status_.loaded_at = cutover::format_time(std::chrono::system_clock::now());
  if (!sidecar_.reserve())
    log_(true,
         "cannot reserve " + sidecar_.path() + ": a rollback on a full disk would not outlive a restart");
  if (config_->fixed.fleet) fleet_ = std::make_unique<FleetSide>(*config_);
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
  for (const cutover::Record& record : journal_.list()) remember(record), remember_fleet(record);
  unfolded_ = sidecar_.read().size();
  if (const auto folded = fold_locked(command_patience); !folded) {
    for (const cutover::SidecarEntry& entry : sidecar_.read())
      for (const std::string& name : config_->in_lockstep_with(entry.cutover))
        for (auto& [known, state] : states_)
          if ((name == cutover::every_cutover || name == known) && state.past_legacy()) {
            state = State{cutover::Stage::rolled_back, {}, 0, entry.note};
            if (fleet_ && !is_settled(entry.id)) pending_[known] = {entry.id, entry.note};
          }
    log_(true, "rollbacks from " + sidecar_.path() +
                   " are in effect but not yet in the journal: " + folded.error().what);
  } else {
    states_ = journal_.states();
    if (fleet_)
      for (const cutover::Record& record : journal_.list()) remember_fleet(record);
  }
  check_start();
}

// Throws when the callers of a cutover that is under way would change sides.
void Control::check_start() const {
  for (const auto& [name, state] : states_) {
    if (!state.past_legacy()) continue;
    if (!config_->find_cutover(name)) {
      log_(true, "cutover '" + name + "' is at " + describe(state) + " in the journal but not in " +
                     config_->source);
      continue;
    }
    const auto fingerprint = journal_.cohorts().find(name);
    if (fingerprint != journal_.cohorts().end() && fingerprint->second != config_->fingerprint_of(name))
      throw std::runtime_error(
          "the cohort key, the salt or the lockstep group changed while '" + name + "' is at " + describe(state) +
          ": its callers would change sides. Restore it, or roll the cutover back first.");
    for (const std::string& mate : config_->in_lockstep_with(name)) {
      const auto other = states_.find(mate);
      const State beside = other == states_.end() ? State{} : other->second;
      if (beside != state)
        throw std::runtime_error("'" + name + "' and '" + mate + "' move in lockstep, but the journal has '" + name +
                                 "' at " + describe(state) + " and '" + mate + "' at " + describe(beside) +
                                 ": take them apart in the configuration, or roll '" + name + "' back first.");
    }
  }
}

Control::~Control() = default;

void Control::publish_locked() { live_->publish(config_, routing::make_stage_table(*config_, states_)); }

std::vector<std::string> Control::lockstep_of(const std::string& cutover) const {
  const std::lock_guard lock(state_mutex_);
  return config_->in_lockstep_with(cutover);
}

cutover::RollbackNote Control::note_of(const Actor& actor) const {
  return {actor.why, actor.who, cutover::format_time(std::chrono::system_clock::now())};
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
          config_->fingerprint_of(move.cutover)};
}

std::string Control::evidence_for(const Move& move, const cutover::Command& command, bool group,
                                  const Opinions& opinions) const {
  json::object out{{"command", to_string(command.verb)}};
  if (group) {
    const std::lock_guard lock(state_mutex_);
    if (const auto index = config_->find_cutover(move.cutover)) out["lockstep"] = config_->cutovers[*index].lockstep;
  }
  if (move.step) {
    json::array gates;
    for (const std::string& gate : move.step->gates) gates.emplace_back(gate);
    out["gates_to_leave_it"] = std::move(gates);
    out["hold_ms"] = move.step->hold_ms;
  }
  if (command.force) out["forced"] = true;
  const auto embed = [&out](const char* key, const std::string& text) {
    boost::system::error_code error;
    json::value value = json::parse(text, error);
    if (!error) out[key] = std::move(value);
  };
  if (numbers_) embed("numbers", numbers_(move.cutover));
  if (const auto opinion = opinions.find(move.cutover); opinion != opinions.end()) embed("judged", opinion->second.evidence);
  return json::serialize(out);
}

boost::system::result<Change, ControlError> Control::command(const std::string& name,
                                                             cutover::Command command, const Actor& actor) {
  {
    const std::lock_guard lock(state_mutex_);
    if (!config_->find_cutover(name)) return unknown_cutover(*config_, name);
  }
  if (command.verb == Verb::rollback) return rollback({name}, false, actor).front();
  write_owed();
  return journalled(name, command, actor);
}

// What the command would do to a cutover and to those in lockstep with it: all of it, or nothing.
boost::system::result<std::vector<Control::Move>, ControlError> Control::moves_locked(
    const std::string& name, const cutover::Command& command) const {
  if (!config_->find_cutover(name)) return unknown_cutover(*config_, name);
  std::vector<Move> moves;
  for (const std::string& member : config_->in_lockstep_with(name)) {
    const config::Cutover& cutover = config_->cutovers[*config_->find_cutover(member)];
    const auto known = states_.find(member);
    Move move{member, known == states_.end() ? State{} : known->second, {}, {}};
    const cutover::Transition transition = cutover::apply(move.before, cutover.plan, command);
    if (transition.refusal != cutover::Refusal::none)
      return ControlError{ControlError::Kind::refused,
                          "cannot " + std::string(to_string(command.verb)) + " '" + member + "' (" +
                              describe(move.before) + "): " + std::string(explain(transition.refusal)),
                          member == name ? "" : "it moves in lockstep with '" + name + "'"};
    if (const std::string why = why_not_serve(*config_, cutover, transition.next); !why.empty())
      return ControlError{ControlError::Kind::refused, why, ""};
    move.after = transition.next;
    move.step = transition.step;
    if (const auto frozen = freeze_on_locked(member); frozen && goes_on(move.before, move.after))
      return ControlError{ControlError::Kind::refused, "'" + member + "' is " + describe(frozen->second),
                          "end it: banyan-router thaw " +
                              (frozen->first == cutover::every_cutover ? std::string("--all") : member) +
                              "; rollback is never frozen"};
    moves.push_back(std::move(move));
  }
  return moves;
}

boost::system::result<Change, ControlError> Control::journalled(const std::string& name,
                                                                const cutover::Command& command,
                                                                const Actor& actor) {
  if (kill_file_present() && command.verb != Verb::hold)
    return ControlError{ControlError::Kind::refused, "the kill switch is on",
                        "remove the kill file (static.kill_file) first"};
  std::uint64_t rollbacks = 0;
  {
    // What cannot be done at all, or is frozen, has its own words; after them evidence speaks.
    const std::lock_guard lock(state_mutex_);
    if (const auto possible = moves_locked(name, command); !possible) return possible.error();
    rollbacks = rollbacks_;
  }
  Opinions opinions;
  if (const auto no = why_not_shared()) return *no;
  if (const auto no = why_not_promote(name, command, actor, opinions)) return *no;
  std::unique_lock journal_lock(journal_mutex_, command_patience);
  if (!journal_lock)
    return ControlError{ControlError::Kind::busy, "another change is being written", "try again"};
  if (const auto folded = fold_locked(command_patience); !folded) return folded.error();
  if (const auto untold = push_locked()) return *untold;
  std::vector<Move> moves;
  {
    const std::lock_guard lock(state_mutex_);
    // Gates may take their time: what was asked for before a rollback does not come after it.
    if (rollbacks_ != rollbacks) return rollback_first(name, states_[name]);
    auto possible = moves_locked(name, command);
    if (!possible) return possible.error();
    moves = std::move(*possible);
    for (const Move& move : moves) in_flight_[move.cutover] = move.after;
  }
  std::vector<cutover::Entry> entries;
  for (const Move& move : moves)
    entries.push_back(entry_for(move, actor, evidence_for(move, command, moves.size() > 1, opinions)));
  for (cutover::Entry& entry : entries) entry.time = entries.front().time;
  const auto written = write_down(entries);
  if (written && moved_)
    for (const Move& move : moves) moved_(move.cutover, move.after);
  const std::lock_guard lock(state_mutex_);
  in_flight_.clear();
  if (!written) return written.error();
  if (rollbacks_ != rollbacks) return rollback_first(name, states_[name]);
  return take_over_locked(moves, entries.front().time, actor, opinions);
}

Change Control::take_over_locked(const std::vector<Move>& moves, std::chrono::system_clock::time_point at, const Actor& actor,
                                 const Opinions& opinions) {
  for (const Move& move : moves) {
    states_[move.cutover] = move.after;
    entered(move.cutover, move.before, move.after, at);
    log_(false, actor.who + ": " + move.cutover + " " + describe(move.before) + " -> " + describe(move.after));
  }
  publish_locked();
  const Move& first = moves.front();
  Change change{first.cutover, first.before, first.after, true, "journal", "", reverse_of(first.cutover, first.before, first.after), {}};
  for (std::size_t i = 1; i < moves.size(); ++i) change.together_with.push_back(moves[i].cutover);
  if (const auto opinion = opinions.find(first.cutover); opinion != opinions.end() && !opinion->second.blocks.empty())
    change.note = "forced: " + words_of(opinion->second.blocks);
  return change;
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
