#include "analyzer/cli/no_results.hpp"

#include "analyzer/cli/settings.hpp"

#include <iostream>

namespace banyan::cli {

std::string no_results(const std::string& folder, const std::string& name) { return "no " + name + " in '" + folder + "'"; }

std::string map_first(const std::string& folder) {
  return "Make one with: banyan-analyze map -o " + folder + "  (or name its folder with -o)";
}

int fail_without_results(const std::string& folder, const std::string& name) {
  std::cerr << "error: " << no_results(folder, name) << "\n  " << map_first(folder) << '\n';
  return kUsage;
}

}  // namespace banyan::cli
