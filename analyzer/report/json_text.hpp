// JSON for people and for diffs: what fits stands on one line, the rest is indented; numbers have at most
// four decimals.
#pragma once

#include <boost/json/value.hpp>

#include <string>

namespace banyan::report {

std::string pretty(const boost::json::value& value);
std::string compact(const boost::json::value& value);

}  // namespace banyan::report
