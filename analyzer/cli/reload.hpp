// The facts that the last map left in the output folder, with the configuration it used.
#pragma once

#include "analyzer/cli/config.hpp"
#include "analyzer/cli/settings.hpp"
#include "analyzer/facts/facts.hpp"

#include <string>
#include <vector>

namespace banyan::cli {

struct Reloaded {
  facts::Program program;            // without excluded files
  Config config;                     // --config, else the one map used
  std::vector<std::string> changed;  // files on disk that differ from what was mapped, sorted
  std::size_t failed = 0;            // units with errors: what they no longer say may still be so
  std::string error;                 // empty when it worked
  std::string hint;
};

Reloaded reload(const Settings& settings);

}  // namespace banyan::cli
