// The admin API without its sockets: one request in, one answer out.
//
//   GET  /livez /readyz /metrics   /api/v1/status /api/v1/cutovers /api/v1/explain /api/v1/audit
//        /api/v1/cutovers/{name}/diff
//   POST /api/v1/cutovers/{name}/{promote|rollback|hold|resume|set-weight|approve}   /api/v1/rollback-all
//   /api/v1/reload
//   POST, DELETE /api/v1/upstreams/{name}/endpoints   the registry: announce with a lease, withdraw
//
// Reading needs nothing; every POST and DELETE needs `Authorization: Bearer TOKEN`. Errors are application/problem+json.
// Any thread; a call may block for as long as Control does.
#pragma once

#include "router/admin/control.hpp"
#include "router/cutover/progress.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::admin {

struct ApiRequest {
  std::string method;
  std::string target;
  std::string authorization;
  std::string body;
  std::string peer;
};

struct ApiResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
};

// An endpoint that says it is there, for a while.
struct Announcement {
  std::string upstream;
  config::Address address;  // in numbers
  std::chrono::milliseconds ttl{0};
};

// What other parts know; each may be empty.
struct Sources {
  std::function<std::string()> metrics{};                // Prometheus text
  std::function<std::string()> not_ready{};              // why not ready; empty: ready
  std::function<std::vector<std::string>()> warnings{};  // ready, but somebody should look at it
  std::function<std::string()> tls{};                    // JSON object: certificates in use, endpoints in trouble
  std::function<std::string()> upstreams{};              // JSON array
  std::function<std::string()> resilience{};             // JSON array: breaker, queue, retries by upstream
  std::function<std::string()> shadow{};                 // JSON object by cutover
  std::function<bool(const Announcement&)> announce{};   // true: new
  std::function<bool(const Announcement&)> withdraw{};   // true: it was there
  std::function<std::string()> process{};                // JSON object: version, pid, addresses, event back end
  std::function<cutover::Readiness(const std::string&)> readiness{};  // may a cutover go on, and why not
  std::function<std::string(const std::string&)> diff{};  // what differs at a cutover, JSON; "null": nothing yet
};

class Api {
 public:
  Api(Control& control, Sources sources, std::string token);
  ApiResponse handle(const ApiRequest& request) const;

 private:
  ApiResponse read(const ApiRequest& request, std::string_view path, std::string_view query) const;
  ApiResponse change(const ApiRequest& request, std::string_view path) const;
  ApiResponse change_cutover(const ApiRequest& request, std::string_view path) const;
  ApiResponse registry(const ApiRequest& request, std::string_view path) const;  // registry.cpp
  ApiResponse reload(const ApiRequest& request) const;
  ApiResponse status() const;
  ApiResponse readyz() const;
  ApiResponse metrics() const;
  ApiResponse explain(std::string_view query) const;
  ApiResponse audit(std::string_view query) const;
  ApiResponse about_cutover(std::string_view path) const;

  Control& control_;
  Sources sources_;
  std::string token_;
};

}  // namespace banyan::admin
