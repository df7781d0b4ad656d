// Routes of one source text, in words.
#pragma once

#include "analyzer/evidence/routes.hpp"
#include "tests/analyzer/evidence/source_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::evidence::testing {

using Strings = std::vector<std::string>;

// "GET /users/{id} -> show": the handler's last name, `lambda` for lambdas.
inline Strings routes_of(const std::string& source, const std::vector<RoutePattern>& patterns = {}) {
  Strings errors;
  const facts::Program program = program_of({{"main.cpp", source}}, &errors);
  EXPECT_THAT(errors, ::testing::IsEmpty());
  Strings out;
  for (const Route& route : find_routes(program, patterns)) {
    const std::size_t colon = route.handler_name.rfind("::");
    std::string handler =
        colon == std::string::npos ? route.handler_name : route.handler_name.substr(colon + 2);
    if (handler.find("operator()") != std::string::npos || handler.find("lambda") != std::string::npos)
      handler = "lambda";
    EXPECT_FALSE(route.handler_usr.empty()) << route.path;
    out.push_back(route.method + " " + route.path + " -> " + handler + " [" + route.detector + "]");
  }
  return out;
}


inline const std::string prelude = R"(
#include <functional>
#include <map>
#include <string>
#include <vector>
struct Request {}; struct Response {};
)";

}  // namespace banyan::evidence::testing
