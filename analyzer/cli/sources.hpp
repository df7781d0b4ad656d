// What evidence reads besides the facts: the repository's history, the router's access logs; and what is left out.
#pragma once

#include "analyzer/cli/config.hpp"
#include "analyzer/cli/settings.hpp"

#include <string>

namespace banyan::cli {

// Puts --without and --access-log into the configuration, and their content into its digest. A complete message when
// a source is not known or a log cannot be read, else empty.
std::string apply_sources(const Settings& settings, Config& config);

struct GitHistory {
  std::string log;   // as evidence::parse_history wants it
  std::string note;  // why there is none, or not all of it
};

// Runs git, which must be installed; no repository is no error. Reads at most the newest 5,000 commits that touch
// `root`.
GitHistory git_history(const std::string& root);

// Changes when git_history() would: the commit that is checked out, and whether the clone is shallow.
std::string git_state(const std::string& root);

}  // namespace banyan::cli
