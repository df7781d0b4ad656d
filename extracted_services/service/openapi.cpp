#include "extracted_services/service/api.hpp"
#include "extracted_services/service/status.hpp"

#include <algorithm>
#include <set>

namespace banyan::service {
namespace {

json::object content(std::string_view type, json::object schema) {
  return {{type, json::object{{"schema", std::move(schema)}}}};
}

// What the chassis answers on its own account, for any service.
std::set<int> chassis_faults(const Endpoint& endpoint) {
  std::set<int> faults{431, 500, 503};
  if (!endpoint.parameters.empty() || endpoint.body_schema) faults.insert(400);
  if (endpoint.writes()) faults.insert({400, 409, 413, 422});
  return faults;
}

bool has_etag(const Endpoint& endpoint, const Dialect& dialect) {
  return !endpoint.writes() && !endpoint.patience && &dialect == &problem_json();
}

json::object responses(const Endpoint& endpoint, const Dialect& dialect) {
  auto faults = chassis_faults(endpoint);
  faults.insert(endpoint.spec.faults.begin(), endpoint.spec.faults.end());
  const int success = endpoint.spec.success;
  json::object all;
  all[std::to_string(success)] =
      json::object{{"description", reason_phrase(success)},
                   {"content", content("application/json", endpoint.reply_schema)}};
  if (endpoint.spec.may_be_pending)
    all["202"] = json::object{{"description", "Taken, not decided yet: ask again with the same request"},
                              {"content", content("application/json", endpoint.reply_schema)}};
  if (has_etag(endpoint, dialect)) {
    all[std::to_string(success)].as_object()["headers"] =
        json::object{{"ETag", json::object{{"schema", json::object{{"type", "string"}}}}}};
    all["304"] = json::object{{"description", reason_phrase(304)}};
  }
  for (const int status : faults)
    all[std::to_string(status)] = json::object{{"description", reason_phrase(status)},
                                               {"content", content(dialect.content_type, dialect.schema())}};
  return all;
}

json::object operation(const Endpoint& endpoint, const Dialect& dialect) {
  json::object made{{"operationId", endpoint.spec.operation}, {"summary", endpoint.spec.summary}};
  json::array parameters = endpoint.parameters;
  if (endpoint.writes())
    parameters.push_back(
        json::object{{"name", "Idempotency-Key"},
                     {"in", "header"},
                     {"required", false},
                     {"description",
                      "Same key and same request: the stored answer, the effect once. Same key, other "
                      "request: 422. Still being "
                      "worked on: 409. Without a key a retry may act twice."},
                     {"schema", {{"type", "string"}, {"minLength", 1}, {"maxLength", 255}}}});
  if (has_etag(endpoint, dialect))
    parameters.push_back(json::object{{"name", "If-None-Match"},
                                      {"in", "header"},
                                      {"required", false},
                                      {"description", "The ETag of an answer you have: 304 if it is still the same"},
                                      {"schema", {{"type", "string"}}}});
  if (!parameters.empty()) made["parameters"] = std::move(parameters);
  if (endpoint.body_schema)
    made["requestBody"] = json::object{{"required", !endpoint.spec.empty_body_ok},
                                       {"content", content("application/json", *endpoint.body_schema)}};
  made["responses"] = responses(endpoint, dialect);
  return made;
}

std::string lower(std::string text) {
  for (auto& letter : text)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter + 32);
  return text;
}

}  // namespace

json::object Api::openapi() const {
  json::object paths;
  for (const auto& endpoint : endpoints_) {
    auto& item = paths[endpoint.spec.path];
    if (!item.is_object()) item = json::object();
    item.as_object()[lower(endpoint.spec.method)] = operation(endpoint, dialect(endpoint.spec.path));
  }
  return {{"openapi", "3.1.0"},
          {"info", {{"title", title_}, {"version", version_}}},
          {"paths", std::move(paths)}};
}

}  // namespace banyan::service
