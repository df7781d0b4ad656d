// State that functions share without calling each other: mutable globals used outside the files that define
// them, singletons, environment variables, files by name, queues and shared memory.
#pragma once

#include "analyzer/evidence/evidence.hpp"

#include <vector>

namespace banyan::evidence {

std::vector<SharedState> find_shared_state(const facts::Program& program);

}  // namespace banyan::evidence
