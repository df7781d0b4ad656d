// Routes as an OpenAPI 3.1 document. What the code does not say (schemas, answers) stays open: {}.
#pragma once

#include "analyzer/report/model.hpp"

#include <boost/json/object.hpp>

namespace banyan::report {

// `context`: only its routes, without tags; graph::none: all, a tag each context.
boost::json::object api_draft(const Model& model, std::uint32_t context);

// "/a/{id}/**" as a path template of OpenAPI with its parameter names in order. Braces that are no parameter,
// '?' and
// '#' are percent-encoded; names are made distinct.
struct PathTemplate {
  std::string path;
  std::vector<std::string> parameters;
  std::string shape;  // equal for templates that differ in parameter names only
};
PathTemplate path_template(std::string_view route);

}  // namespace banyan::report
