// What was really asked for: the router's access log, one JSON object a line, laid over the routes.
//
// A request counts for the route that matches it best: more fixed segments first, then a route of its own method.
// What no route matches is kept, with numbers and ids in its path folded to {id}: static analysis missed it, or the
// monolith answers it some other way. Lines that are no objects, or lack a method or target, are counted. Pure.
#pragma once

#include "analyzer/evidence/evidence.hpp"

#include <string_view>

namespace banyan::evidence {

// Adds to `traffic` and `traffic_totals`; wants the routes to be there.
void weigh_routes(const std::vector<AccessLog>& logs, Evidence& into);

// Does /orders/{id} or /files/** match /orders/7 or /files/a/b? The query is not part of `path`. On success,
// `fixed` is the number of segments that are equal.
bool matches_route(std::string_view route, std::string_view path, std::size_t& fixed);

// /orders/17/items -> /orders/{id}/items
std::string folded_path(std::string_view path);

}  // namespace banyan::evidence
