// How much of the monolith is strangled, who still needs it, and what can be deleted: stages and a recorded log. Pure; one
// thread an object.
//
// What counts as legacy: a request that the log says legacy answered, or, in a log that does not say so, one that the
// stages of now would send there.
#pragma once

#include "router/plan/recorded.hpp"
#include "router/routing/live.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace banyan::plan {

struct Share {
  std::uint64_t moved = 0, all = 0;
  double percent() const { return all == 0 ? 0 : 100.0 * static_cast<double>(moved) / static_cast<double>(all); }
};

struct LegacyCaller {
  std::string who;         // the caller mark, or the address
  std::string user_agent;  // the last one seen
  std::uint64_t requests = 0;
  std::int64_t last_ms = 0;
};

enum class Deletable : std::uint8_t {
  yes,       // everybody is on the new side, and nobody asked legacy in the given time
  not_moved, // not at live or retired
  asked,     // legacy was asked in that time
  log_short  // the log does not reach back so far
};
std::string_view to_string(Deletable deletable);

struct LedgerRow {
  std::string cutover;
  std::vector<std::string> endpoints;  // its rules
  cutover::State state;
  std::uint64_t legacy_requests = 0, new_requests = 0;
  std::int64_t last_legacy_ms = 0;  // 0: never
  std::uint64_t legacy_callers = 0;
  std::vector<LegacyCaller> callers;  // of legacy, the most requests first
  Deletable deletable = Deletable::not_moved;
};

struct LedgerResult {
  Share endpoints;        // rules of cutovers at live or retired
  Share requests, writes; // answered by a new side, of all in the log
  std::int64_t first_ms = 0, last_ms = 0;
  std::uint64_t aggregated = 0;  // answered from parts: in none of the shares
  std::uint64_t unmatched = 0;  // requests that no cutover matches: the monolith's alone
  std::vector<LedgerRow> rows;
};

class Ledger {
 public:
  explicit Ledger(routing::Snapshot now);
  void add(const Recorded& request);
  // `silence`: how long legacy must have been silent for an endpoint to be deletable at the time `now_ms`.
  LedgerResult result(std::int64_t now_ms, std::chrono::milliseconds silence, std::size_t most_callers) const;

 private:
  struct Row {
    std::uint64_t legacy = 0, fresh = 0;
    std::int64_t last_legacy_ms = 0;
    std::map<std::string, LegacyCaller> callers;
  };
  Deletable judge(std::size_t row, std::int64_t now_ms, std::chrono::milliseconds silence) const;

  routing::Snapshot now_;
  std::vector<Row> rows_;
  LedgerResult counts_;
};

}  // namespace banyan::plan
