// In which order contexts leave: what each is worth, what its leaving costs while others are still inside, and
// what it makes cheaper for those after it. Greedy: at each step the context with the greatest
//
//   value / (1 + cost)      value = routes + tables it owns + thousands of lines + 10 x its share of the requests
//
// among those still inside, with the costs of that moment. Work is paid once, by the first of the two that leaves:
// what B offers to callers in the monolith is there when A leaves later, what A called back for is there when B does.
// Shared kernels and tests are no steps and cost nothing. Pure; every figure comes with the rows it is the sum of.
#pragma once

#include "analyzer/advice/findings.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::advice {

inline constexpr double kOfferedOperation = 1;  // a function of the leaving one that the monolith calls
inline constexpr double kCalledBack = 2;        // a function of the monolith that the leaving one calls
inline constexpr double kSharedVariable = 2;    // a mutable variable on the other side
inline constexpr double kForeignTable = 3;      // a table on the other side, in one mode
inline constexpr double kTornTransaction = 5;

struct WorkRow {
  std::string what;  // "functions it offers", with what they are multiplied by
  std::string with;  // name of the other context; empty in rows of value
  double count = 0;
  double each = 1;
  double total = 0;
};

struct Relief {
  std::string context;
  double before = 0;  // cost of its leaving, before and after this step
  double after = 0;
};

struct ExtractionStep {
  std::uint32_t context = 0;  // index into Result::contexts
  std::string name;
  double value = 0;
  double cost = 0;         // at its turn
  double cost_first = 0;   // had it left first
  std::vector<WorkRow> worth;
  std::vector<WorkRow> work;
  std::vector<Relief> makes_cheaper;  // most first
  std::vector<std::string> sentences;
};

std::vector<ExtractionStep> extraction_order(const Subject& subject);

}  // namespace banyan::advice
