// Runs the `expect:` rows of a configuration through decide(), before it is put to use. Pure.
#pragma once

#include "router/config/load.hpp"
#include "router/routing/live.hpp"

#include <string_view>
#include <vector>

namespace banyan::routing {

// One diagnostic for each expectation that does not hold. Rows without `at:` are judged with every cutover at
// the stage given by `stages`, or at legacy when there is none.
std::vector<config::Diagnostic> check_expectations(
    const std::shared_ptr<const config::Config>& config,
    std::shared_ptr<const cutover::StageTable> stages = nullptr);

// load_file() and the expectations, as check, run and reload do it.
config::LoadResult load_and_check(const std::string& file);

}  // namespace banyan::routing
