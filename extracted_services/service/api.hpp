// The endpoints of one service: matching, dialects by path prefix, and the OpenAPI document made from them.
// Filled before the server starts, then read only; any thread.
#pragma once
#include "extracted_services/service/endpoint.hpp"

#include <string>
#include <utility>
#include <vector>

namespace banyan::service {

struct Match {
  const Endpoint* endpoint = nullptr;  // nothing: unknown path, or a method it does not have
  std::map<std::string, std::string, std::less<>> path_values;
  std::vector<std::string> allowed;  // the path's methods, sorted; empty: unknown path
};

class Api {
 public:
  Api(std::string title, std::string version) : title_(std::move(title)), version_(std::move(version)) {}

  void add(Endpoint endpoint);
  // Paths below `prefix` answer faults this way; everything else speaks problem+json.
  void use_dialect(std::string prefix, const Dialect& dialect);

  // The path decides first, a literal segment before a parameter: /payments/summary is not payment "summary",
  // whatever the method. HEAD is answered by GET's endpoint.
  Match match(std::string_view method, std::string_view path) const;
  const Dialect& dialect(std::string_view path) const;
  const std::vector<Endpoint>& endpoints() const { return endpoints_; }
  json::object openapi() const;

 private:
  std::string title_;
  std::string version_;
  std::vector<Endpoint> endpoints_;
  std::vector<std::pair<std::string, const Dialect*>> dialects_;
};

}  // namespace banyan::service
