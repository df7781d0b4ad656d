// Findings that an earlier run had and this one has not. They are never dropped in silence: a unit that no longer
// parses takes its findings along, which is not the same as having solved them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace banyan::cli {

struct SeenFinding {
  std::string rule, title, file;
  int line = 0;
};

// Those on file, sorted by rule and title; none when there is no database or an older one.
std::vector<SeenFinding> findings_on_file(const std::string& database);

// Lines for stderr, empty when nothing vanished. `failed_units` of this run decide what they mean. Findings are the
// same when rule and title are: lines move.
std::vector<std::string> describe_vanished(const std::vector<SeenFinding>& before,
                                           const std::vector<SeenFinding>& now, std::size_t failed_units,
                                           bool all);

}  // namespace banyan::cli
