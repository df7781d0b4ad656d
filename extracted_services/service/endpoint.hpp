// One declared endpoint: what it is called, what it takes, what it answers, and the function behind it.
// Everything else comes from the declaration: validation, the OpenAPI document, metrics labels, and which
// thread runs it.
//
//   Outcome<StockRow> adjust(const Call<None, Adjust>& call, store::Connection& db);
//   api.add(endpoint({.method = "POST", .path = "/v1/inventory/{product_id}/adjust", ...}, adjust));
//
// The request is checked (path ids, query, body, in that order) on the caller's thread before anything is
// queued. GET handlers run on a reader thread in one snapshot; all others on the writer thread, in a
// savepoint that is undone when they answer a fault.
#pragma once
#include "extracted_services/service/query.hpp"
#include "extracted_services/store/connection.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace banyan::service {

struct Spec {
  std::string method;
  std::string path;  // "/v1/orders/{id}"; what stands in braces is a positive integer
  std::string operation;
  std::string summary;
  int success = 200;
  std::vector<int> faults{};   // beyond those the chassis itself can answer
  bool empty_body_ok = false;  // no body reads as {}
  bool uses_account = false;   // its query looks at X-Account-Id
  bool may_be_pending = false;  // may answer 202: taken, not decided yet, ask again with the same request
};

template <class Query = None, class Body = None>
struct Call {
  std::map<std::string, std::int64_t, std::less<>> ids;
  Query query;
  Body body;
  std::string traceparent;  // of this request, for the events and calls it causes

  std::int64_t id(std::string_view name = "id") const { return ids.find(name)->second; }
};

// A success: its JSON text, and which aggregate a write acted on ("stock/7"), because keys travel with
// aggregates. A reply type names it with a function found by argument-dependent look-up: std::string
// aggregate_of(const Reply&).
//
// A reply may also say its own status: int status_of(const Reply&). 202 means that the matter is not decided
// yet; it is not stored under the Idempotency-Key, so that asking again finds what has become of it.
struct Success {
  std::string body;
  std::string aggregate;
  bool nothing_yet = false;  // a patient caller would rather wait for the next commit and look again
  int status = 0;  // 0: the declared one
};

using Action = std::function<Outcome<Success>(store::Connection&)>;

template <class Reply>
Success success(const Reply& reply) {
  Success made{write_json(reply), {}};
  if constexpr (requires { aggregate_of(reply); }) made.aggregate = aggregate_of(reply);
  if constexpr (requires { status_of(reply); }) made.status = status_of(reply);
  return made;
}

struct Endpoint {
  Spec spec;
  json::array parameters;
  std::optional<json::object> body_schema;
  json::object reply_schema;
  // Checks the request before anything is queued.
  std::function<Outcome<Action>(const Request&)> prepare;
  // How long a GET that finds nothing yet may wait; nothing: it never does.
  std::function<std::chrono::milliseconds(const Request&)> patience{};

  bool writes() const { return spec.method != "GET"; }
};

// The names in braces, in order.
std::vector<std::string> path_parameters(std::string_view path);
Outcome<std::map<std::string, std::int64_t, std::less<>>> read_ids(const Spec& spec, const Request& request);
json::array declared_parameters(const Spec& spec);

template <class Query, class Body>
Outcome<Call<Query, Body>> read_call(const Spec& spec, const Request& request) {
  Call<Query, Body> call;
  call.traceparent = request.traceparent;
  auto ids = read_ids(spec, request);
  if (!ids) return ids.error();
  call.ids = std::move(*ids);
  auto query = read_query<Query>(request);
  if (!query) return query.error();
  call.query = std::move(*query);
  if constexpr (!std::is_same_v<Body, None>) {
    auto body =
        read_json<Body>(spec.empty_body_ok && request.body.empty() ? std::string_view("{}") : request.body);
    if (!body) return body.error();
    call.body = std::move(*body);
  }
  return call;
}

template <class Query, class Body, class Reply, class Handler>
Endpoint endpoint_of(Spec spec, Handler handler) {
  Endpoint made;
  made.parameters = declared_parameters(spec);
  for (auto& parameter : query_parameters<Query>()) made.parameters.push_back(std::move(parameter));
  if constexpr (!std::is_same_v<Body, None>) made.body_schema = Field<Body>::schema();
  made.reply_schema = Field<Reply>::schema();
  made.spec = std::move(spec);
  made.prepare = [spec = made.spec, handler](const Request& request) -> Outcome<Action> {
    auto call = read_call<Query, Body>(spec, request);
    if (!call) return call.error();
    auto shared = std::make_shared<const Call<Query, Body>>(std::move(*call));
    return Action([shared, handler](store::Connection& db) -> Outcome<Success> {
      auto reply = handler(*shared, db);
      if (!reply) return reply.error();
      return success(*reply);
    });
  };
  return made;
}

template <class Reply, class Query, class Body>
Endpoint endpoint(Spec spec, Outcome<Reply> (*handler)(const Call<Query, Body>&, store::Connection&)) {
  return endpoint_of<Query, Body, Reply>(std::move(spec), handler);
}

// For handlers that hold something: a lambda in a std::function.
template <class Reply, class Query, class Body>
Endpoint endpoint(Spec spec,
                  std::function<Outcome<Reply>(const Call<Query, Body>&, store::Connection&)> handler) {
  return endpoint_of<Query, Body, Reply>(std::move(spec), std::move(handler));
}

}  // namespace banyan::service
