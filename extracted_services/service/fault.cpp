#include "extracted_services/service/fault.hpp"

#include "extracted_services/service/status.hpp"

#include <boost/json.hpp>

#include <stdexcept>
#include <utility>

namespace banyan::service {
namespace json = boost::json;
namespace {

std::string render_problem(const Fault& fault, std::string_view trace_id) {
  json::object problem{{"type", "urn:banyan:problem:" + fault.code},
                       {"title", reason_phrase(fault.status)},
                       {"status", fault.status},
                       {"code", fault.code}};
  problem["detail"] = fault.hint.empty() ? fault.message : fault.message + ": " + fault.hint;
  if (!fault.pointer.empty())
    problem["errors"] = json::array{json::object{{"pointer", fault.pointer}, {"detail", fault.message}}};
  if (!fault.parameter.empty())
    problem["errors"] = json::array{json::object{{"parameter", fault.parameter}, {"detail", fault.message}}};
  if (!trace_id.empty()) problem["trace_id"] = trace_id;
  return json::serialize(problem);
}

json::object problem_schema() {
  const json::object text{{"type", "string"}};
  const json::object one_error{{"type", "object"},
                               {"required", json::array{"detail"}},
                               {"properties", {{"pointer", text}, {"parameter", text}, {"detail", text}}}};
  return {{"type", "object"},
          {"required", {"type", "title", "status", "code", "detail"}},
          {"properties",
           {{"type", text},
            {"title", text},
            {"status", {{"type", "integer"}}},
            {"code", text},
            {"detail", text},
            {"errors", {{"type", "array"}, {"items", one_error}}},
            {"trace_id", text}}}};
}

}  // namespace

void throw_exception_from_error(const Fault& fault, const boost::source_location& where) {
  throw std::logic_error(fault.code + " not looked at, line " + std::to_string(where.line()));
}

Fault bad_request(std::string message, std::string pointer) {
  return {400, "bad_request", std::move(message), std::move(pointer), {}};
}

Fault bad_parameter(std::string name, std::string_view what) {
  Fault fault = bad_request(name + " " + std::string(what));
  fault.parameter = std::move(name);
  return fault;
}

Fault not_found(std::string message) { return {404, "not_found", std::move(message)}; }

Fault conflict(std::string code, std::string message) { return {409, std::move(code), std::move(message)}; }

const Dialect& problem_json() {
  static const Dialect dialect{"application/problem+json", render_problem, problem_schema};
  return dialect;
}

}  // namespace banyan::service
