// Journal states (by name) -> StageTable (by index). Cutovers the journal does not name are at legacy. Pure.
#pragma once

#include "router/config/config.hpp"
#include "router/cutover/stage_table.hpp"

#include <map>
#include <memory>
#include <string>

namespace banyan::routing {

std::shared_ptr<const cutover::StageTable> make_stage_table(
    const config::Config& config, const std::map<std::string, cutover::State>& states);

}  // namespace banyan::routing
