// `banyan-router run`: puts configuration, journal, data plane and admin listener together and serves.
#pragma once

#include "router/cli/cli.hpp"

namespace banyan::cli {

int serve(const Options& options);

}  // namespace banyan::cli
