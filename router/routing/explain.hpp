// What would happen to a request, and why: decide() with its trace, in words and as JSON. Pure; any thread.
#pragma once

#include "router/routing/decide.hpp"

#include <string>
#include <utility>
#include <vector>

namespace banyan::routing {

// A request that owns its bytes, built from what a person typed.
struct Question {
  std::string method;
  std::string target;  // "/orders/42?x=1" or a whole URL
  std::vector<std::pair<std::string, std::string>> headers;
  std::string peer;
};

// Views into `question`; `slices` must outlive the result.
RequestView view_of(const Question& question, std::vector<HeaderSlice>& slices);

struct Explanation {
  Decision decision;
  std::string text;
  std::string json;
};
Explanation explain(const Snapshot& snapshot, const Question& question);

}  // namespace banyan::routing
