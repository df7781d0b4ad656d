// Yesterday's violations, accepted for now. The list only gets shorter: what is new fails, and so does an
// entry whose violation is gone, until `prune` takes it out.
//
//   {"version": 1, "violations": [
//   {"rule": "...", "from": "src/a.cpp", "to": "src/b.hpp"},
//   ...]}
//
// Sorted, one entry a line, no line numbers: moving code within a file changes nothing.
#pragma once

#include "analyzer/rules/rules.hpp"

#include <string>
#include <utility>
#include <vector>

namespace banyan::rules {

struct Baseline {
  std::vector<Key> entries;  // sorted, unique
};

struct BaselineResult {
  Baseline baseline;
  std::string error;  // FILE:LINE:COLUMN: error: ..., empty when it worked
};

BaselineResult parse_baseline(const std::string& path, const std::string& text);
std::string write_baseline(const Baseline& baseline);
Baseline baseline_of(const std::vector<Violation>& violations);

// A known violation that goes by another name now.
struct Moved {
  Key was;
  Violation now;
  bool renamed = false;  // a file of the old name is gone; else the use went to another file
};

struct Comparison {
  std::vector<Violation> added;
  std::vector<Violation> known;
  std::vector<Moved> moved;
  std::vector<Key> stale;  // gone without a successor
  bool outdated() const { return !moved.empty() || !stale.empty(); }
};

// Nothing is found twice: each violation and each entry is in exactly one list.
Comparison compare(const Baseline& baseline, std::vector<Violation> violations, const Scene& scene);

// Without the stale entries, with the moved ones under their new names: never longer than before.
Baseline prune(const Comparison& comparison);

}  // namespace banyan::rules
