// What a router does with the entries that it finds in etcd. Pure; any thread.
//
// (1) The place in the record only ever moves forward: an answer without the entry taken last is older, or of another
//     history, and changes nothing.
// (2) A rollback of this router that the fleet does not know of yet outranks every step forward made elsewhere.
// (3) While the kill file exists here, steps forward are outranked too.
#pragma once
#include "router/cutover/stages.hpp"
#include "router/fleet/entry.hpp"
#include "router/fleet/gateway.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::fleet {

// The newest entry that a router has taken; seq 0: none yet.
struct Position {
  std::int64_t seq = 0;
  std::string hash;
  bool operator==(const Position&) const = default;
};

struct Taken {
  Entry entry;
  std::string hash;
  std::int64_t created = 0;  // revision
};

struct Judged {
  enum class Verdict : std::uint8_t {
    good,
    behind,     // it does not hold the entry that was taken last
    foreign,    // it holds another one in its place
    unreadable  // `fresh` are those before the one that cannot be read
  };
  Verdict verdict = Verdict::good;
  std::string words;         // unless good
  std::int64_t created = 0;  // of the entry taken last, if it is there
  std::vector<Taken> fresh;  // what follows it, in order
};
Judged judge(std::string_view prefix, const Position& position, const std::vector<KeyValue>& items);

// A rollback that is in effect here and not yet in the record.
struct Pending {
  std::string id;
  cutover::RollbackNote note;
};
using States = std::map<std::string, cutover::State>;
using AllPending = std::map<std::string, Pending>;  // by cutover

struct Step {
  std::size_t entry = 0, change = 0;  // indices
  cutover::State before, after;       // of this router
  bool outranked = false;             // `after` is not what the entry says
};

struct Merged {
  std::vector<Step> steps;
  States states;        // of the cutovers that the entries name, at the end
  AllPending settled;   // pending rollbacks that are among the entries
};
Merged merge(const States& states, const AllPending& pending, bool killed, const std::vector<Taken>& entries);

// The newest of the entries that is about one of the names, or about all cutovers; null: none.
const Entry* who_was_first(const std::vector<Taken>& entries, const std::vector<std::string>& names);
// "ada@10.0.0.7 on edge-a, 2026-12-01T08:00:00Z: promote 'orders' to canary 25 %"
std::string describe(const Entry& entry);

}  // namespace banyan::fleet
