// Parses units held in memory in one go.
#pragma once

#include "analyzer/facts/merged.hpp"

#include "tests/analyzer/facts/parse_code.hpp"

#include <map>
#include <string>
#include <vector>

namespace banyan::facts::test {

struct Outcome {
  std::vector<std::string> reasons;         // a unit each; empty: delivered
  std::map<std::size_t, UnitFacts> merged;  // what was delivered
};

std::vector<ParseRequest> requests(const Files& files, const std::vector<std::string>& units);

// Fails the test where what is delivered differs from a parse alone.
Outcome together(const Files& files, const std::vector<std::string>& units);

}  // namespace banyan::facts::test
