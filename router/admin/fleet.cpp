// A router in a fleet: it takes over what the others have written to the fleet's record.
//
//   record in etcd -> judge -> merge with own rollbacks -> journal -> memory
//
// The journal says how far this router has come in the record ("fleet" in a record's evidence): one transaction holds a
// stage and its place, so a restart neither repeats nor skips an entry.
#include "router/admin/control_words.hpp"
#include "router/admin/fleet_side.hpp"
#include "router/fleet/follow.hpp"

#include <boost/json.hpp>

#include <unistd.h>

#include <algorithm>

namespace banyan::admin {
namespace {

namespace json = boost::json;
using cutover::State;

json::object fleet_of(const std::string& evidence) {
  boost::system::error_code error;
  const json::value value = json::parse(evidence, error);
  const json::value* fleet = !error && value.is_object() ? value.get_object().if_contains("fleet") : nullptr;
  return fleet && fleet->is_object() ? fleet->get_object() : json::object{};
}

std::string word_in(const json::object& object, const char* key) {
  const json::value* value = object.if_contains(key);
  return value && value->is_string() ? std::string(value->get_string()) : "";
}

std::set<std::string> moved_by(const std::vector<fleet::Taken>& fresh, const fleet::Merged& merged) {
  std::set<std::string> names;
  for (const fleet::Step& step : merged.steps)
    if (step.before != step.after) names.insert(fresh[step.entry].entry.changes[step.change].cutover);
  return names;
}

fleet::Settings with_a_name(const config::Config& config) {
  fleet::Settings settings = *config.fixed.fleet;
  if (!settings.router.empty()) return settings;
  char host[256] = "router";
  ::gethostname(host, sizeof host - 1);
  settings.router = std::string(host) + "/" + to_string(config.fixed.listen);
  return settings;
}

}  // namespace

Control::FleetSide::FleetSide(const config::Config& config)
    : settings(with_a_name(config)), log(settings.address, settings.timeout) {}

void Control::FleetSide::on_wake(std::function<void()> wake) {
  const std::lock_guard lock(wake_mutex_);
  wake_ = std::move(wake);
}

void Control::FleetSide::wake() {
  const std::lock_guard lock(wake_mutex_);
  if (wake_) wake_();
}

std::string with_fleet(const std::string& evidence, json::object about) {
  boost::system::error_code error;
  json::value value = json::parse(evidence, error);
  if (error || !value.is_object()) value = json::object{};
  value.get_object()["fleet"] = std::move(about);
  return json::serialize(value);
}

fleet::Health& Control::fleet_health() { return fleet_->health; }
void Control::set_fleet_wake(std::function<void()> wake) { fleet_->on_wake(std::move(wake)); }

// What the journal says of the place in the record and of rollbacks that the record does not know of.
void Control::remember_fleet(const cutover::Record& record) {
  if (!fleet_) return;
  const json::object about = fleet_of(record.evidence);
  if (word_in(about, "of") != fleet_->settings.address.prefix) return;
  const json::value* seq = about.if_contains("seq");
  if (seq && seq->is_int64() && seq->get_int64() > fleet_->position.seq)
    advance_locked({{seq->get_int64(), {}, {}, {}, {}, {}, {}, {}, {}}, word_in(about, "hash"), 0});
  const std::lock_guard lock(state_mutex_);
  if (const std::string id = word_in(about, "settles"); !id.empty()) {
    settled_.insert(id);
    std::erase_if(pending_, [&id](const auto& each) { return each.second.id == id; });
  }
  const std::string id = word_in(about, "pending");
  const auto state = cutover::state_from_json(record.next);
  if (id.empty() || settled_.contains(id) || !state) return;
  fleet::Pending& pending = pending_[record.cutover];
  if (pending.id != id) pending = {id, state->note.value_or(cutover::RollbackNote{record.why, record.who, record.time})};
}

void Control::advance_locked(const fleet::Taken& taken) {
  fleet_->position = {taken.entry.seq, taken.hash};
  fleet_->created = taken.created;
  fleet_->entry = taken.entry.seq;
}

std::string Control::pending_evidence(const std::string& evidence, const std::string& rollback_id) const {
  if (!fleet_ || is_settled(rollback_id)) return evidence;
  return with_fleet(evidence, {{"of", fleet_->settings.address.prefix}, {"pending", rollback_id}});
}

bool Control::is_settled(const std::string& rollback_id) const {
  const std::lock_guard lock(state_mutex_);
  return rollback_id.empty() || settled_.contains(rollback_id);
}

fleet::Member Control::fleet_member() {
  fleet::Member member;
  member.position = [this] {
    const std::lock_guard lock(journal_mutex_);
    return fleet_->position;
  };
  member.take = [this](const fleet::Position& asked, const fleet::Listing& listing) { return take_from_fleet(asked, listing); };
  member.push = [this] { return push_to_fleet(); };
  member.log = log_;
  return member;
}

std::string Control::take_from_fleet(const fleet::Position& asked, const fleet::Listing& listing) {
  const std::lock_guard journal_lock(journal_mutex_);
  if (const auto& trouble = journal_.trouble()) return "this router's journal cannot be used: " + trouble->what;
  fleet::Judged judged;
  std::string trouble = take_items_locked(listing.items, judged);
  if (judged.verdict != fleet::Judged::Verdict::behind) return trouble;
  if (fleet_->position != asked) return {};  // it was read before the newest entry was written, by this router
  fleet_->health.count_older_answer();
  return trouble;
}

// Takes over what can be; says what cannot.
std::string Control::take_items_locked(const std::vector<fleet::KeyValue>& items, fleet::Judged& judged) {
  judged = fleet::judge(fleet_->settings.address.prefix, fleet_->position, items);
  if (judged.created != 0) fleet_->created = judged.created;
  if (std::string trouble = follow_locked(judged.fresh); !trouble.empty()) return trouble;
  return judged.words;
}

// What the entries lead to here, and the records of it; what goes back is in effect when this returns.
Control::Entries Control::prepare_locked(const std::vector<fleet::Taken>& fresh, bool killed, fleet::Merged& merged) {
  std::map<std::size_t, std::string> blocked;  // step -> the rollback that keeps it from going on, where it is a new one
  {
    const std::lock_guard lock(state_mutex_);
    merged = fleet::merge(states_, pending_, killed, fresh);
    bool moved = false;
    for (const auto& [name, after] : merged.states) {
      in_flight_[name] = after;
      if (after == states_[name] || goes_on(states_[name], after)) continue;
      states_[name] = after;
      moved = true;
    }
    if (moved) publish_locked();
    for (std::size_t i = 0; i < merged.steps.size(); ++i) {
      const auto& name = fresh[merged.steps[i].entry].entry.changes[merged.steps[i].change].cutover;
      if (!merged.steps[i].outranked || pending_.contains(name)) continue;
      blocked[i] = fleet::fresh_id();
      pending_[name] = {blocked[i], {"the kill file exists on " + fleet_->settings.router, "kill-file", cutover::format_time(std::chrono::system_clock::now())}};
    }
  }
  if (!blocked.empty()) fleet_->wake();
  Entries entries;
  for (std::size_t i = 0; i < merged.steps.size(); ++i) {
    const fleet::Step& step = merged.steps[i];
    const fleet::Entry& entry = fresh[step.entry].entry;
    const fleet::SharedChange& change = entry.changes[step.change];
    json::object about{{"of", fleet_->settings.address.prefix}, {"seq", entry.seq}, {"hash", fresh[step.entry].hash},
                       {"router", entry.router}, {"at", entry.at}};
    if (step.outranked) about["outranked"] = describe(change.after);
    if (blocked.contains(i)) about["pending"] = blocked[i];
    if (const auto own = merged.settled.find(change.cutover); own != merged.settled.end() && own->second.id == entry.id) about["settles"] = entry.id;
    entries.push_back(entry_for({change.cutover, step.before, step.after, {}, {}}, {entry.who, entry.why}, with_fleet(change.evidence, std::move(about))));
  }
  return entries;
}

std::string Control::follow_locked(const std::vector<fleet::Taken>& fresh) {
  if (fresh.empty()) return {};
  const bool joins = fleet_->position.seq == 0;
  fleet::Merged merged;
  const Entries entries = prepare_locked(fresh, kill_file_present(), merged);
  const auto written = journal_.append_all(entries, command_patience);
  if (written && moved_)
    for (const auto& name : moved_by(fresh, merged)) moved_(name, merged.states.at(name));
  if (!written) {
    const std::lock_guard lock(state_mutex_);
    for (const auto& [name, state] : merged.states) in_flight_.erase(name);
    return "this router's journal cannot be written, so it cannot follow: " + written.error().what;
  }
  advance_locked(fresh.back());
  for (const cutover::Record& record : *written) remember_fleet(record);
  follow_in_memory(fresh, merged, *written);
  return joins ? leave_behind_locked(fresh) : std::string();
}

void Control::follow_in_memory(const std::vector<fleet::Taken>& fresh, const fleet::Merged& merged,
                               const std::vector<cutover::Record>& records) {
  const std::lock_guard lock(state_mutex_);
  for (const cutover::Record& record : records) remember(record);
  for (const auto& [name, after] : merged.states) {
    in_flight_.erase(name);
    // A rollback that came while the journal was being written.
    if (!pending_.contains(name) || !goes_on(states_[name], after)) states_[name] = after;
  }
  publish_locked();
  for (const fleet::Step& step : merged.steps) {
    const fleet::Taken& taken = fresh[step.entry];
    const fleet::SharedChange& change = taken.entry.changes[step.change];
    log_(false, "fleet entry " + std::to_string(taken.entry.seq) + " (" + taken.entry.router + "), " + taken.entry.who + ": " + change.cutover + " " +
                    describe(step.before) + " -> " + describe(step.after) + (step.outranked ? ", not " + describe(change.after) + ": a rollback here outranks it" : ""));
    if (!config_->find_cutover(change.cutover)) continue;
    if (change.cohort == config_->fingerprint_of(change.cutover)) {
      fleet_->apart.erase(change.cutover);
    } else if (fleet_->apart.insert(change.cutover).second) {
      log_(true, taken.entry.router + " moves '" + change.cutover + "' under another cohort key, salt or lockstep group: the same callers get other sides there than here");
    }
  }
}

// Whoever joins a fleet takes its stages; what its record does not know of is at legacy there.
std::string Control::leave_behind_locked(const std::vector<fleet::Taken>& fresh) {
  std::set<std::string> known;
  for (const fleet::Taken& taken : fresh)
    for (const fleet::SharedChange& change : taken.entry.changes) known.insert(change.cutover);
  const cutover::RollbackNote note = note_of({"fleet", "the record of the fleet that this router joins does not know of it"});
  std::vector<Move> moves;
  {
    const std::lock_guard lock(state_mutex_);
    for (auto& [name, state] : states_) {
      if (known.contains(name) || (!state.past_legacy() && state.stage != cutover::Stage::held)) continue;
      moves.push_back({name, state, State{cutover::Stage::rolled_back, {}, 0, note}, {}, {}});
      state = moves.back().after;
    }
    if (!moves.empty()) publish_locked();
  }
  Entries entries;
  for (const Move& move : moves) {
    log_(true, "'" + move.cutover + "' goes from " + describe(move.before) + " to legacy: " + note.reason);
    entries.push_back(entry_for(move, {note.by, note.reason}, R"({"command":"join"})"));
  }
  if (entries.empty()) return {};
  const auto written = journal_.append_all(entries, command_patience);
  return written ? std::string() : "this router's journal cannot be written: " + written.error().what;
}

std::optional<FleetStatus> Control::fleet_status() const {
  if (!fleet_) return std::nullopt;
  FleetStatus out{to_string(fleet_->settings.address), fleet_->settings.router, fleet_->entry.load(), fleet_->health.report(), {}, {}, true};
  const std::lock_guard lock(state_mutex_);
  for (const auto& [name, pending] : pending_) out.untold.push_back(name);
  out.apart.assign(fleet_->apart.begin(), fleet_->apart.end());
  out.stages_known = out.report.ever || out.entry > 0 || !states_.empty();
  return out;
}

}  // namespace banyan::admin
