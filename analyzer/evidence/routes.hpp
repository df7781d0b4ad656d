// HTTP routes from registrations: which verb and path leads to which function.
//
// Knows the documented ways of common C++ servers and, for house frameworks, any call or table row that ties
// a verb, a path and a callable together; banyan.yaml can name further ones. Paths come out in one spelling:
// {name} for a parameter, ** for a rest. A verb that is not known is `*`.
#pragma once

#include "analyzer/evidence/evidence.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::evidence {

std::vector<Route> find_routes(const facts::Program& program, const std::vector<RoutePattern>& patterns);

// /users/:id, /users/<int>, /users/(\d+), ^/users/{id:[0-9]+}$ -> /users/{id} or /users/{p1}
std::string normal_path(std::string_view path);

// "get", "HTTP_GET", "http::verb::delete_", "{Get, Post}" -> upper-case verbs; empty when it names none.
std::vector<std::string> verbs_in(std::string_view expression);

// Verb enumerators by line.
std::map<std::uint32_t, std::vector<std::string>> verb_lines(const facts::FileFacts& file);

// Paths that a class lists for itself.
void add_path_lists(const facts::Program& program, std::vector<Route>& routes);

}  // namespace banyan::evidence
