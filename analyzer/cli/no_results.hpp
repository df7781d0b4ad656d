// What the verbs that only read say when there is nothing to read.
#pragma once

#include <string>

namespace banyan::cli {

// "no NAME in 'FOLDER'", without "error: ".
std::string no_results(const std::string& folder, const std::string& name);
std::string map_first(const std::string& folder);  // the hint that goes with it

// Both on stderr; kUsage.
int fail_without_results(const std::string& folder, const std::string& name);

}  // namespace banyan::cli
