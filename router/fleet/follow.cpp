#include "router/fleet/follow.hpp"

#include "router/cutover/freeze.hpp"
#include "router/cutover/record.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace banyan::fleet {
namespace {

std::string number(std::int64_t seq) { return std::to_string(seq); }

// Reads the entry behind `last`; false: it is not there or cannot be read, and `out` says so.
bool take_next(std::string_view prefix, Position& last, const KeyValue& item, Judged& out) {
  const auto seq = seq_of(prefix, item.key);
  const auto unreadable = [&out](const std::string& words) {
    out.verdict = Judged::Verdict::unreadable;
    out.words = words;
    return false;
  };
  if (!seq) return unreadable("etcd holds '" + item.key.substr(0, 200) + "', which is not the key of an entry");
  if (*seq != last.seq + 1) return unreadable("entry " + number(last.seq + 1) + " is missing in etcd, though there is an entry " + number(*seq));
  std::string why;
  auto entry = entry_from_json(item.value, why);
  if (!entry) return unreadable("entry " + number(*seq) + " cannot be read: " + why);
  if (entry->seq != *seq || entry->prev != last.hash) return unreadable("entry " + number(*seq) + " does not follow the one before it");
  last = {*seq, cutover::sha256_hex(item.value)};
  out.fresh.push_back({std::move(*entry), last.hash, item.created});
  return true;
}

std::string command_of(const SharedChange& change) {
  boost::system::error_code error;
  const auto evidence = boost::json::parse(change.evidence, error);
  const auto* command = !error && evidence.is_object() ? evidence.get_object().if_contains("command") : nullptr;
  return command && command->is_string() ? std::string(command->get_string()) : "change";
}

}  // namespace

Judged judge(std::string_view prefix, const Position& position, const std::vector<KeyValue>& items) {
  Judged out;
  auto item = items.begin();
  if (position.seq > 0) {
    item = std::find_if(items.begin(), items.end(), [&](const KeyValue& each) { return each.key == entry_key(prefix, position.seq); });
    if (item == items.end()) {
      out.verdict = Judged::Verdict::behind;
      out.words = "etcd does not hold entry " + number(position.seq) + ", which this router has taken: its answer is older, or its data was lost";
      return out;
    }
    if (cutover::sha256_hex(item->value) != position.hash) {
      out.verdict = Judged::Verdict::foreign;
      out.words = "entry " + number(position.seq) + " in etcd is not the one that this router has taken: it is the record of another fleet, or was restored";
      return out;
    }
    out.created = item->created;
    ++item;
  }
  for (Position last = position; item != items.end() && take_next(prefix, last, *item, out);) ++item;
  return out;
}

Merged merge(const States& states, const AllPending& pending, bool killed, const std::vector<Taken>& entries) {
  Merged out;
  for (std::size_t e = 0; e < entries.size(); ++e)
    for (std::size_t c = 0; c < entries[e].entry.changes.size(); ++c) {
      const SharedChange& change = entries[e].entry.changes[c];
      Step step{e, c, {}, {}, false};
      if (change.cutover != cutover::every_cutover) {
        const auto known = states.find(change.cutover);
        auto now = out.states.try_emplace(change.cutover, known == states.end() ? cutover::State{} : known->second).first;
        const auto own = pending.find(change.cutover);
        const bool unsettled = own != pending.end() && !out.settled.contains(change.cutover);
        if (unsettled && own->second.id == entries[e].entry.id) out.settled.insert(*own);
        step.before = now->second;
        step.outranked = (killed || (unsettled && !out.settled.contains(change.cutover))) && goes_on(step.before, change.after);
        step.after = step.outranked ? step.before : change.after;
        now->second = step.after;
      }
      out.steps.push_back(step);
    }
  return out;
}

const Entry* who_was_first(const std::vector<Taken>& entries, const std::vector<std::string>& names) {
  for (auto taken = entries.rbegin(); taken != entries.rend(); ++taken)
    for (const SharedChange& change : taken->entry.changes)
      if (change.cutover == cutover::every_cutover || std::find(names.begin(), names.end(), change.cutover) != names.end() ||
          std::find(names.begin(), names.end(), cutover::every_cutover) != names.end())
        return &taken->entry;
  return nullptr;
}

std::string describe(const Entry& entry) {
  std::string text = entry.who + " on " + entry.router + ", " + entry.at + ":";
  for (const SharedChange& change : entry.changes) {
    text += (change == entry.changes.front() ? " " : ", ") + command_of(change) + " '" + change.cutover + "'";
    if (change.before != change.after) text += " to " + describe(change.after);
  }
  return text;
}

}  // namespace banyan::fleet
