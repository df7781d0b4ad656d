// Parses many units in one go, so that a header they share is read once. One buffer in memory includes each
// source in turn; after each a sentinel declaration tells that the unit is over. Then its declarations are
// walked, its own names and macros are taken back, and everything it used is checked to be something it could
// have seen by itself (unit_sight.hpp). Units for which that is not sure are not delivered: parse them alone.
//
// What is delivered equals parse_unit() of the same request.
#pragma once

#include "analyzer/facts/parse.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace banyan::facts {

// Requests with equal keys may share a parse; an empty key must be parsed alone.
std::string merge_key(const ParseRequest& request);

struct MergeLimits {
  std::size_t megabytes = 400;  // of syntax trees; the parse ends after the unit that passes it
};

// Delivered in order; false stops the parse.
using Deliver = std::function<bool(std::size_t index, UnitFacts facts)>;

// Why each unit was not delivered; empty for those that were. "not reached" when the parse ended before it.
std::vector<std::string> parse_merged(const std::vector<ParseRequest>& requests, const MergeLimits& limits,
                                      const Deliver& deliver);

inline constexpr const char* kNotReached = "not reached";
inline constexpr const char* kHasErrors = "has errors";

}  // namespace banyan::facts
