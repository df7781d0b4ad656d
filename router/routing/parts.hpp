// Where the parts of an aggregation go: each as if the caller had asked for it himself, so it follows its cutover's
// stage and the caller's cohort. Live traffic and `explain` call the same function. Pure; any thread.
#pragma once

#include "router/routing/decide.hpp"

#include <optional>
#include <string>
#include <vector>

namespace banyan::routing {

struct PartRoute {
  Decision decision;
  std::string target;  // what is asked for, before a translation
};

// In the declared order; `rule` is Decision::aggregation. Nothing when a value from the request makes a path that two
// servers could read differently.
//
// Unless mixed sides are allowed: where cutovers at canary disagree about this caller, all of them answer from legacy.
std::optional<std::vector<PartRoute>> route_parts(const Snapshot& snapshot, const RequestView& request, std::uint32_t rule);

}  // namespace banyan::routing
