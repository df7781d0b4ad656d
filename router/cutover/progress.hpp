// May a cutover go on to its next step, and if not, why not, in words. Pure; time arrives as an argument.
//
// Gates and `hold` of a step must be met to leave it; `approve` to enter it; `after` to enter any step at all.
#pragma once

#include "router/cutover/blocker.hpp"
#include "router/cutover/gates.hpp"
#include "router/cutover/stages.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace banyan::cutover {

// Another cutover that must have come at least this far.
struct After {
  std::string cutover;
  Stage stage = Stage::live;
};

struct Situation {
  State state;
  std::int64_t in_step_ms = 0;      // since the step was entered
  std::vector<GateResult> results;  // of the gates of the current step
  std::set<std::string> approvals;  // given since the step was entered
  std::vector<Blocker> others;      // `after` that is not there yet, freezes, what is wrong with the router itself
};

struct Readiness {
  bool ready = false;
  bool automatic = false;       // the plan lets it go on by itself
  bool failing = false;         // a gate says that the new side is worse: roll back
  std::vector<Blocker> blocks;  // all of them; empty when ready
};

// What a promotion has to ask for: those that the stages themselves do not refuse. `forced`: only those that --force
// does not override.
std::vector<Blocker> judged(const std::vector<Blocker>& blocks, bool forced);

// A group goes on when every member may; `mates` by name.
struct Mate {
  std::string cutover;
  Readiness readiness;
};
Readiness in_lockstep(Readiness own, const std::vector<Mate>& mates);

// The plan step that the state is in: the last one that is not beyond it.
std::optional<PlanStep> current_step(const State& state, const Plan& plan);

Readiness assess(const Plan& plan, const Situation& situation);

// "2 h 5 min", "30 s"
std::string duration_words(std::int64_t ms);

}  // namespace banyan::cutover
