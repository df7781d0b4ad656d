// What rules and stages would have done to a recorded log: routing::decide(), request by request. Pure; one thread an
// object.
//
// A log has neither headers nor cohort keys. Rules that look at headers or cookies are judged as if there were none;
// callers are told apart by the log's caller mark, else by address, and each gets a bucket drawn from that: shares are
// right, who exactly is moved is known only where the log has the bucket (a canary or shadow of the same cutover).
#pragma once

#include "router/plan/recorded.hpp"
#include "router/routing/live.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <unordered_set>
#include <vector>

namespace banyan::plan {

struct Exposure {  // of one cutover at one stage
  cutover::State at;
  std::uint64_t requests = 0;  // answered by the new side
  std::uint64_t copies = 0;    // sent to it in shadow
  std::uint64_t callers = 0;   // distinct, on the new side
};

struct RuleResult {
  std::string cutover;
  std::uint64_t requests = 0, callers = 0;  // that match it
  std::vector<Exposure> plan;               // of every step of its plan
};

struct Moved {  // requests that would be answered by somebody else
  std::string from, to;
  std::uint64_t requests = 0, callers = 0;
  std::string sample;  // "GET /orders/42"
};

struct SimulationResult {
  std::uint64_t requests = 0;
  std::int64_t first_ms = 0, last_ms = 0;
  std::uint64_t unmatched = 0, ambiguous = 0;
  std::uint64_t aggregated = 0;  // answered from parts: counted here alone
  std::vector<std::string> unmatched_samples;  // "GET /x", the most frequent first
  std::map<std::string, std::uint64_t> load;   // by upstream
  std::vector<RuleResult> rules;               // in the configuration's order
  std::vector<Moved> moved;                    // the most requests first
};

class Simulator {
 public:
  // `then`: what is tried; `now`: what stands for the present where the log does not say who answered.
  Simulator(routing::Snapshot now, routing::Snapshot then);
  void add(const Recorded& request);
  SimulationResult result() const;

 private:
  using Callers = std::unordered_set<std::uint64_t>;
  struct Tally {
    std::uint64_t requests = 0, copies = 0;
    Callers callers;
  };
  struct Rule {
    Tally all;
    std::vector<Tally> steps;
    std::vector<routing::Snapshot> at;  // each step of its plan, all else as in `then`
  };
  struct MovedTally {
    Tally tally;
    std::string sample;
  };
  void add_unmatched(const Recorded& request, bool ambiguous);

  routing::Snapshot now_, then_;
  SimulationResult counts_;
  std::vector<Rule> rules_;
  std::map<std::pair<std::string, std::string>, MovedTally> moved_;
  std::map<std::string, std::uint64_t> unmatched_;
};

}  // namespace banyan::plan
