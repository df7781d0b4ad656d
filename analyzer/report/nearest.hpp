// "Did you mean": the names most like the one that was not found.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace banyan::report {

// Levenshtein distance, ASCII letters without case.
std::size_t edit_distance(std::string_view a, std::string_view b);

// Up to `limit` of `names`, best first: those that contain `wanted`, then those a few edits away, whole or in
// their last part (after '/' or "::"). Ties in alphabetical order.
std::vector<std::string> nearest(std::string_view wanted, const std::vector<std::string>& names,
                                 std::size_t limit);

}  // namespace banyan::report
