// A router in a fleet: what it adds to the fleet's record.
//
//   a command     is in the record when entry N+1 could be written with N as its newest: compare-and-set
//   a rollback    is in effect here long before; it is added when etcd can be reached, whatever came first
#include "router/admin/control_words.hpp"
#include "router/admin/fleet_side.hpp"
#include "router/fleet/follow.hpp"

#include <boost/json.hpp>

namespace banyan::admin {
namespace {

namespace json = boost::json;
using cutover::State;

constexpr int most_rounds = 8;  // each is lost only to somebody who has won

fleet::Entry shared_entry(const std::vector<cutover::Entry>& entries, const std::string& id, const std::string& router) {
  const cutover::Entry& first = entries.front();
  fleet::Entry out{0, "", id.empty() ? fleet::fresh_id() : id, router, first.who, first.why, cutover::format_time(first.time), first.config_hash, {}};
  for (const cutover::Entry& each : entries) out.changes.push_back({each.cutover, each.previous, each.next, each.cohort, each.evidence});
  return out;
}

constexpr std::string_view before_trouble = "nothing changed: this router is out of step with its fleet: ";

ControlError out_of_step(const std::string& trouble) {
  return {ControlError::Kind::fleet, std::string(before_trouble) + trouble,
          "it serves on with the last known stages; `rollback` acts here at once, on the others when etcd is back"};
}

ControlError not_written(const fleet::LogError& error) {
  if (!error.perhaps_done) return out_of_step(error.what);
  return {ControlError::Kind::fleet, "nothing changed yet, and it is not known whether the fleet has taken it: " + error.what,
          "`banyan-router status` says so when etcd answers again; if it was taken, this router follows by itself"};
}

// As it stands in the status, where nobody has given a command.
std::string trouble_of(const ControlError& error) {
  return error.what.starts_with(before_trouble) ? error.what.substr(before_trouble.size()) : error.what;
}

ControlError too_late(const fleet::Entry& first) {
  return {ControlError::Kind::conflict, "nothing changed: somebody else was first (entry " + std::to_string(first.seq) + "): " + describe(first),
          "look at `banyan-router status`, and repeat the command if it is still what you want"};
}

}  // namespace

std::optional<ControlError> Control::why_not_shared() const {
  if (!fleet_) return std::nullopt;
  const fleet::Report report = fleet_->health.report();
  if (report.in_step) return std::nullopt;
  return out_of_step(report.trouble);
}

std::string Control::note_on_others() const {
  if (!fleet_) return {};
  return fleet_->health.report().in_step ? "the other routers of the fleet are told" : "ON THIS ROUTER ONLY: the others of the fleet hear of it when etcd is back";
}

boost::system::result<std::vector<cutover::Record>, ControlError> Control::write_down(const Entries& entries) {
  if (fleet_) {
    const auto own = offer_locked(entries, "", true);
    if (!own) return own.error();
    return adopt_locked(*own, entries, "");
  }
  auto written = journal_.append_all(entries, command_patience);
  if (!written) return journal_error(written.error());
  return std::move(*written);
}

// Adds one entry. If somebody was first, their entries are taken over; then, unless it yields to them, it is tried again.
boost::system::result<fleet::Taken, ControlError> Control::offer_locked(const Entries& entries, const std::string& id, bool yields) {
  std::vector<std::string> names;
  for (const cutover::Entry& each : entries) names.push_back(each.cutover);
  fleet::Entry entry = shared_entry(entries, id, fleet_->settings.router);
  for (int round = 0; round < most_rounds; ++round) {
    if (!id.empty() && is_settled(id)) break;
    entry.seq = fleet_->position.seq + 1;
    entry.prev = fleet_->position.hash;
    const std::string text = to_json(entry);
    const auto written = fleet_->log.add(entry.seq, fleet_->created, text);
    if (!written) {
      if (yields) fleet_->wake();  // let the follower see for itself
      return not_written(written.error());
    }
    if (written->done) return fleet::Taken{entry, cutover::sha256_hex(text), written->revision};
    fleet::Judged judged;
    if (const std::string trouble = take_items_locked(written->instead.items, judged); !trouble.empty()) return out_of_step(trouble);
    if (!yields) continue;
    if (const fleet::Entry* first = who_was_first(judged.fresh, names)) return too_late(*first);
  }
  return ControlError{ControlError::Kind::busy, "nothing changed: others are writing to the fleet's record all the time", "try again"};
}

// Writes an entry of this router's own to its journal. The caller sees to the memory.
boost::system::result<std::vector<cutover::Record>, ControlError> Control::adopt_locked(const fleet::Taken& own, Entries entries,
                                                                                        const std::string& settles) {
  for (cutover::Entry& each : entries) {
    json::object about{{"of", fleet_->settings.address.prefix}, {"seq", own.entry.seq}, {"hash", own.hash},
                       {"router", own.entry.router}, {"at", own.entry.at}};
    if (!settles.empty()) about["settles"] = settles;
    each.evidence = with_fleet(each.evidence, std::move(about));
  }
  auto written = journal_.append_all(entries, command_patience);
  if (!written)
    return ControlError{ControlError::Kind::journal,
                        "the fleet has taken it as entry " + std::to_string(own.entry.seq) + ", but the journal of this router cannot be written: " + written.error().what,
                        "the other routers have it; this one follows when its journal can be written again"};
  advance_locked(own);
  for (const cutover::Record& record : *written) remember_fleet(record);
  return std::move(*written);
}

// The cutovers of one rollback that the record does not know of; empty: there is none.
Control::Entries Control::pending_entries(std::string& id) const {
  std::vector<Move> moves;
  Actor actor;
  std::string since;
  {
    const std::lock_guard lock(state_mutex_);
    for (const auto& [name, pending] : pending_) {
      if (id.empty()) id = pending.id, actor = {pending.note.by, pending.note.reason}, since = pending.note.at;
      if (pending.id != id) continue;
      const auto known = states_.find(name);
      moves.push_back({name, known == states_.end() ? State{} : known->second, State{cutover::Stage::rolled_back, {}, 0, pending.note}, {}, {}});
    }
  }
  Entries entries;
  for (const Move& move : moves)
    entries.push_back(entry_for(move, actor, json::serialize(json::object{{"command", "rollback"}, {"in_effect_since", since}})));
  return entries;
}

std::optional<ControlError> Control::push_locked() {
  if (!fleet_) return std::nullopt;
  for (;;) {
    std::string id;
    const Entries entries = pending_entries(id);
    if (entries.empty()) return std::nullopt;
    const auto own = offer_locked(entries, id, false);
    if (!own && is_settled(id)) continue;  // an earlier attempt had reached the record after all
    if (!own) return own.error();
    const auto written = adopt_locked(*own, entries, id);
    if (!written) return written.error();
    log_(false, "the fleet knows of the rollback by " + own->entry.who + ": entry " + std::to_string(own->entry.seq));
    const std::lock_guard lock(state_mutex_);
    for (const cutover::Entry& each : entries)
      if (!goes_on(states_[each.cutover], each.next)) states_[each.cutover] = each.next;
    publish_locked();
  }
}

// The first router of a fleet brings the stages that it has.
std::optional<ControlError> Control::seed_locked() {
  std::vector<Move> moves;
  {
    const std::lock_guard lock(state_mutex_);
    for (const auto& [name, state] : states_)
      if (state != State{}) moves.push_back({name, state, state, {}, {}});
  }
  if (moves.empty()) return std::nullopt;
  Entries entries;
  for (const Move& move : moves)
    entries.push_back(entry_for(move, {"fleet", "the stages of the first router of the fleet"}, R"({"command":"join"})"));
  const auto own = offer_locked(entries, "", true);
  if (!own) return own.error().kind == ControlError::Kind::conflict ? std::nullopt : std::optional(own.error());
  const auto written = adopt_locked(*own, entries, "");
  if (!written) return written.error();
  log_(false, "this is the first router of the fleet: its stages are the fleet's");
  return std::nullopt;
}

std::string Control::push_to_fleet() {
  const std::lock_guard journal_lock(journal_mutex_);
  if (journal_.trouble()) return "this router's journal cannot be used: " + journal_.trouble()->what;
  if (fleet_->position.seq == 0)
    if (const auto no = seed_locked()) return trouble_of(*no);
  if (const auto no = push_locked()) return trouble_of(*no);
  return {};
}

}  // namespace banyan::admin
