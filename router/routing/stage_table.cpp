#include "router/routing/stage_table.hpp"

namespace banyan::routing {

std::shared_ptr<const cutover::StageTable> make_stage_table(
    const config::Config& config, const std::map<std::string, cutover::State>& states) {
  auto table = std::make_shared<cutover::StageTable>();
  table->states.resize(config.cutovers.size());
  for (std::size_t i = 0; i < config.cutovers.size(); ++i)
    if (const auto found = states.find(config.cutovers[i].name); found != states.end())
      table->states[i] = found->second;
  return table;
}

}  // namespace banyan::routing
