// What a new contract breaks for callers that were written against an old one (OpenAPI 3.1, as our services
// print it). Callers ignore what they do not know, so additions to answers break nothing. Pure.
#pragma once
#include <boost/json.hpp>

#include <string>
#include <vector>

namespace banyan::services_test {

// One line each, naming the operation and the member; empty: old callers are still understood.
std::vector<std::string> breaking_changes(const boost::json::object& released, const boost::json::object& now);

}  // namespace banyan::services_test
