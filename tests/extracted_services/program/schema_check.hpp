// Does a JSON value fit a JSON Schema? The keywords our contracts use; any other keyword is a failure of the
// test, so that nothing is silently not checked.
#pragma once
#include <boost/json.hpp>

#include <string>

namespace banyan::services_test {

// Empty if it fits, else the first place where it does not.
std::string mismatch(const boost::json::value& value, const boost::json::object& schema,
                     const std::string& at = "");

}  // namespace banyan::services_test
