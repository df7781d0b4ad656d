// How the monolith speaks, for the paths below /api that services took over from it: its error JSON, byte for
// byte. Its callers keep working, and shadow comparison compares answers instead of styles. Pure.
#pragma once
#include "extracted_services/service/api.hpp"

namespace banyan::shop_dialect {

// {"error":{"code":"not_found","message":"order 999 not found"}}
const service::Dialect& errors();

// Declares the endpoint twice: below /v1 in the service's own style and below /api as the monolith's callers
// know it. `spec.path` begins behind that prefix: "/inventory/{product_id}".
template <class Handler>
void add_both(service::Api& api, service::Spec spec, Handler handler) {
  const std::string path = spec.path;
  const std::string operation = spec.operation;
  spec.path = "/v1" + path;
  api.add(service::endpoint(spec, handler));
  spec.path = "/api" + path;
  spec.operation = "shop_" + operation;
  api.add(service::endpoint(spec, handler));
}

}  // namespace banyan::shop_dialect
