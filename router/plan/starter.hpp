// A first router.yaml with comments, from what `init` was told and, if given, the routes that the analyzer found. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::plan {

struct Route {
  std::string method, path, context;
};
// The routes in contexts.json, with the names of their contexts; nothing and `problem` when it is no such file.
std::optional<std::vector<Route>> read_routes(std::string_view json, std::string& problem);

struct Service {
  std::string name, address;
  std::string path{};  // what it takes over; empty: the routes of the context of that name
};

struct Starter {
  std::string listen, monolith;  // HOST:PORT
  std::string cohort_key;        // "header:X-Account-Id"
  std::string salt;
  std::vector<Service> services;
  std::vector<Route> routes;
};
std::string starter_text(const Starter& starter);

}  // namespace banyan::plan
