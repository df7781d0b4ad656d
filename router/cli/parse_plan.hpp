// The verbs that look at plans and recorded logs. Internal to cli/.
#pragma once

#include "router/cli/cli.hpp"

#include <functional>

namespace CLI {
class App;
}

namespace banyan::cli {

void add_plan_verbs(CLI::App& app, Options& options);

}  // namespace banyan::cli
