// A recorded request put to routing::decide(). Internal to plan/.
#pragma once

#include "router/plan/recorded.hpp"
#include "router/routing/decide.hpp"

namespace banyan::plan {

// With a stand-in for the cohort key, and the recorded bucket where the log has it for the cutover that decides.
routing::Decision decide(const routing::Snapshot& snapshot, const Recorded& request);

}  // namespace banyan::plan
