// The map of the sample monolith, as it lies in the source tree, made once for all tests that only read it. Later calls
// find everything up to date and take a second. Parallel test programs wait for each other.
#pragma once

#include <filesystem>

namespace banyan::support {

struct SampleMap {
  std::filesystem::path source;  // the root of the map
  std::filesystem::path build;   // compile_commands.json
  std::filesystem::path out;     // what banyan-analyze map wrote; do not write here
};

// Throws std::runtime_error when it cannot be made.
SampleMap sample_map();

}  // namespace banyan::support
