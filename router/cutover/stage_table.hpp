// The stages of all cutovers at one moment: immutable, replaced whole, index-aligned with Config::cutovers.
#pragma once

#include "router/cutover/stages.hpp"

#include <vector>

namespace banyan::cutover {

struct StageTable {
  std::vector<State> states;
};

}  // namespace banyan::cutover
