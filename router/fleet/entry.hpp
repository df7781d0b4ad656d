// One entry of the record that a fleet shares, as it stands in etcd under PREFIX/log/000000000042.
//
// (1) Entries are numbered from 1 without a gap, written once, never changed and never deleted.
// (2) Each carries the SHA-256 of the one before it, so two histories cannot be taken for one.
// (3) What it says follows from the entry alone: who, when, why, on which router, and the stages it leads to.
// Pure; any thread.
#pragma once
#include "router/cutover/stages.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::fleet {

// Of one cutover, or of all ("*", for a freeze). A freeze or an approval leaves the state as it is.
struct SharedChange {
  std::string cutover;
  cutover::State before, after;
  std::string cohort;    // fingerprint: under another one the same callers have other buckets
  std::string evidence;  // JSON object, as in the journal
  bool operator==(const SharedChange&) const = default;
};

struct Entry {
  std::int64_t seq = 0;
  std::string prev;  // hash of entry seq - 1; of the first: empty
  std::string id;    // unique
  std::string router, who, why;
  std::string at;      // RFC 3339, UTC, by the clock of that router
  std::string config;  // hash of its configuration
  std::vector<SharedChange> changes;
  bool operator==(const Entry&) const = default;
};

std::string to_json(const Entry& entry);
// Nothing: this version cannot read it; `why` says so.
std::optional<Entry> entry_from_json(std::string_view text, std::string& why);
std::string fresh_id();  // 64 random bits

std::string entry_key(std::string_view prefix, std::int64_t seq);
std::string end_key(std::string_view prefix);  // after every entry_key
std::optional<std::int64_t> seq_of(std::string_view prefix, std::string_view key);

}  // namespace banyan::fleet
