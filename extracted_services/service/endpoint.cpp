#include "extracted_services/service/endpoint.hpp"

namespace banyan::service {

std::vector<std::string> path_parameters(std::string_view path) {
  std::vector<std::string> names;
  for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{', open + 1)) {
    const auto close = path.find('}', open);
    names.emplace_back(path.substr(open + 1, close - open - 1));
  }
  return names;
}

Outcome<std::map<std::string, std::int64_t, std::less<>>> read_ids(const Spec& spec, const Request& request) {
  std::map<std::string, std::int64_t, std::less<>> ids;
  for (const auto& name : path_parameters(spec.path)) {
    const auto text = request.path_values.find(name);
    const auto number = text == request.path_values.end() ? std::nullopt : parse_integer(text->second);
    if (!number || *number < 1) return bad_parameter(name, "must be a positive integer");
    ids.emplace(name, *number);
  }
  return ids;
}

json::array declared_parameters(const Spec& spec) {
  json::array parameters;
  for (const auto& name : path_parameters(spec.path))
    parameters.push_back(json::object{
        {"name", name}, {"in", "path"}, {"required", true}, {"schema", Field<Positive>::schema()}});
  if (spec.uses_account)
    parameters.push_back(json::object{{"name", "X-Account-Id"},
                                      {"in", "header"},
                                      {"required", false},
                                      {"schema", Field<Positive>::schema()}});
  return parameters;
}

}  // namespace banyan::service
