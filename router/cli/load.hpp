// The configuration and every file that it names, as `check` and a start see them.
#pragma once

#include "router/config/load.hpp"

#include <string>

namespace banyan::cli {

config::LoadResult load_with_files(const std::string& file);

}  // namespace banyan::cli
