// The admin API without its sockets: one request in, one answer out.
//
//   GET  /livez /readyz /metrics   /api/v1/status /api/v1/cutovers /api/v1/explain /api/v1/audit
//        /api/v1/cutovers/{name}/diff
//   POST /api/v1/cutovers/{name}/{promote|rollback|hold|resume|set-weight|approve}   /api/v1/rollback-all
//   /api/v1/reload
//
// Reading needs nothing; every POST needs `Authorization: Bearer TOKEN`. Errors are application/problem+json.
// Any thread; a call may block for as long as Control does.
#pragma once

#include "router/admin/control.hpp"
#include "router/cutover/progress.hpp"

#include <functional>
#include <string>
#include <string_view>

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

// What other parts know; each may be empty.
struct Sources {
  std::function<std::string()> metrics;    // Prometheus text
  std::function<std::string()> not_ready;  // why not ready; empty: ready
  std::function<std::string()> upstreams;  // JSON array
  std::function<std::string()> shadow;     // JSON object by cutover
  std::function<std::string()> process;    // JSON object: version, pid, addresses, event back end
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
