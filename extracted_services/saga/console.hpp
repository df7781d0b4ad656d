// `banyan-<service> saga list|show|retry|compensate|check`: the console of a running service, over its HTTP
// endpoints. Exit codes: 0 done, 1 refused or not found, 2 usage, not reachable, not a definition.
#pragma once
#include <cstdint>

namespace CLI {
class App;
}

namespace banyan::saga {

void add_console(CLI::App& app, std::uint16_t default_port);

}  // namespace banyan::saga
