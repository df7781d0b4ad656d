// The part of an explanation that tells about an aggregation. Pure; any thread.
#pragma once

#include "router/routing/decide.hpp"

#include <string>

namespace banyan::routing {

// `rule` is Decision::aggregation. One line for the endpoint, one for each part and where it goes.
std::string aggregation_words(const Snapshot& snapshot, const RequestView& request, std::uint32_t rule);
// The same as a JSON object: name, match, parts.
std::string aggregation_json(const Snapshot& snapshot, const RequestView& request, std::uint32_t rule);

}  // namespace banyan::routing
