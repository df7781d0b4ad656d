// The admin API without its sockets: one request in, one answer out.
//
// What it serves stands in one table (Api::operations), in docs/reference/admin-api.yaml for people and programs, and a
// test holds the two together.
//
//   / /livez /readyz /metrics        anybody
//   GET                              anybody, unless somebody holds a token with the role view: then either role
//   POST, DELETE                     `Authorization: Bearer TOKEN` with the role operate, never from a foreign page
//
// There are no cookies and no CORS headers. Errors are application/problem+json.
// Any thread; a call may block for as long as Control does.
#pragma once

#include "router/admin/control.hpp"
#include "router/admin/feed.hpp"
#include "router/admin/token.hpp"
#include "router/admin/window.hpp"
#include "router/cutover/progress.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
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
  // Header fields; empty when they were not sent.
  std::string host{}, forwarded_host{}, origin{}, fetch_site{};
  std::string via{};  // Banyan-Via: cli or page; anything else is "api"
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
  std::function<std::map<std::string, cutover::Readiness>()> all_readiness{};  // the same of all at once
  std::function<std::string(const std::string&)> diff{};  // what differs at a cutover, JSON; "null": nothing yet
  std::function<NumbersByCutover()> numbers{};            // of both sides, since the start; "none": without a cutover
  std::uint64_t (*bucket_end_us)(std::size_t) = nullptr;  // of their latencies
};

// The content type that tells the server to go on with frames.
inline constexpr std::string_view event_stream = "text/event-stream";

class Api {
 public:
  Api(Control& control, Sources sources, const std::vector<Credential>& credentials);
  ApiResponse handle(const ApiRequest& request) const;
  // For a token file that changed.
  void set_credentials(const std::vector<Credential>& credentials);

  // A request that was let in.
  struct Call {
    const ApiRequest& request;
    std::string_view query;
    std::string name;   // {name} of the path, decoded
    std::string token;  // the name of the token that was shown, if it has one
    std::optional<Role> role{};  // nothing: no token
  };
  struct Operation {
    std::string_view method, path;  // "/api/v1/cutovers/{name}/hold"
    ApiResponse (Api::*serve)(const Call& call) const;
  };
  static std::span<const Operation> operations();
  // The newest snapshot for those who watch. Builds one when the last is old; blocks then like any reading call.
  Frame frame() const;

 private:
  ApiResponse let_in(const ApiRequest& request, const Operation& operation, Call call) const;

  // reads.cpp
  ApiResponse livez(const Call& call) const;
  ApiResponse readyz(const Call& call) const;
  ApiResponse metrics(const Call& call) const;
  ApiResponse status(const Call& call) const;
  ApiResponse cutovers(const Call& call) const;
  ApiResponse cutover(const Call& call) const;
  ApiResponse explain(const Call& call) const;
  ApiResponse audit(const Call& call) const;
  ApiResponse diff(const Call& call) const;

  // watch.cpp
  Recent recent() const;
  std::string build_state() const;
  static std::function<std::int64_t()> wall_clock();
  ApiResponse overview(const Call& call) const;
  ApiResponse events(const Call& call) const;
  ApiResponse progress(const Call& call) const;
  ApiResponse preview(const Call& call) const;
  ApiResponse whoami(const Call& call) const;

  // page.cpp
  ApiResponse page(const Call& call) const;
  ApiResponse openapi(const Call& call) const;

  // ignore.cpp
  ApiResponse ignore(const Call& call) const;
  std::optional<ApiResponse> write_config(const Call& call, const boost::json::object& body, const std::string& path,
                                          const std::string& before, const std::string& after) const;

  // changes.cpp
  ApiResponse promote(const Call& call) const;
  ApiResponse rollback(const Call& call) const;
  ApiResponse hold(const Call& call) const;
  ApiResponse resume(const Call& call) const;
  ApiResponse set_weight(const Call& call) const;
  ApiResponse approve(const Call& call) const;
  ApiResponse rollback_all(const Call& call) const;
  ApiResponse freeze(const Call& call) const;
  ApiResponse freeze_all(const Call& call) const;
  ApiResponse thaw(const Call& call) const;
  ApiResponse thaw_all(const Call& call) const;
  ApiResponse reload(const Call& call) const;

  // registry.cpp
  ApiResponse announce(const Call& call) const;
  ApiResponse withdraw(const Call& call) const;

  Control& control_;
  Sources sources_;
  mutable std::mutex access_mutex_;
  std::shared_ptr<const Access> access_;
  mutable std::mutex window_mutex_, edit_mutex_;
  mutable Window window_;
  mutable Feed feed_;
};

}  // namespace banyan::admin
