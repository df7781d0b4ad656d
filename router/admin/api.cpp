#include "router/admin/api.hpp"

#include "router/admin/query.hpp"
#include "router/admin/views.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace banyan::admin {
namespace {

// "/a/{name}/b" against "/a/x%2Fy/b" -> "x/y"; nothing when they do not fit.
std::optional<std::string> fit(std::string_view pattern, std::string_view path) {
  const auto open = pattern.find('{');
  if (open == pattern.npos) return pattern == path ? std::optional<std::string>("") : std::nullopt;
  const std::string_view before = pattern.substr(0, open);
  const std::string_view after = pattern.substr(pattern.find('}') + 1);
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after))
    return std::nullopt;
  const auto name = path.substr(before.size(), path.size() - before.size() - after.size());
  return name.find('/') == name.npos ? std::optional(decode(name)) : std::nullopt;
}

// Host and Origin without the port; an IPv6 address without its brackets.
std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(1, std::min(host.find(']'), host.size()) - 1);
  return host.substr(0, host.find(':'));
}

// Did a page of another site send this? A browser says where a request comes from; everything else says nothing.
bool from_foreign_page(const ApiRequest& request) {
  if (!request.fetch_site.empty()) return request.fetch_site != "same-origin" && request.fetch_site != "none";
  if (request.origin.empty()) return false;
  const auto slashes = request.origin.find("://");
  const std::string_view from = slashes == std::string::npos ? std::string_view("null") : std::string_view(request.origin).substr(slashes + 3);
  return from != request.host && (request.forwarded_host.empty() || from != request.forwarded_host);
}

// A page whose own name was made to point at this address (DNS rebinding) has that name in Host.
bool host_is_a_stranger(const ApiRequest& request, const std::string& own_name) {
  const std::string_view host = without_port(request.host);
  if (host.empty() || host == "localhost" || host == own_name) return false;
  boost::system::error_code not_an_address;
  boost::asio::ip::make_address(std::string(host), not_an_address);
  return not_an_address.failed();
}

bool is_open(std::string_view path) { return !path.starts_with("/api/"); }

}  // namespace

std::span<const Api::Operation> Api::operations() {
  static constexpr Operation all[] = {
      {"GET", "/", &Api::page},
      {"GET", "/livez", &Api::livez},
      {"GET", "/readyz", &Api::readyz},
      {"GET", "/metrics", &Api::metrics},
      {"GET", "/api/v1/status", &Api::status},
      {"GET", "/api/v1/cutovers", &Api::cutovers},
      {"GET", "/api/v1/explain", &Api::explain},
      {"GET", "/api/v1/audit", &Api::audit},
      {"GET", "/api/v1/cutovers/{name}", &Api::cutover},
      {"GET", "/api/v1/openapi.json", &Api::openapi},
      {"GET", "/api/v1/whoami", &Api::whoami},
      {"GET", "/api/v1/overview", &Api::overview},
      {"GET", "/api/v1/events", &Api::events},
      {"GET", "/api/v1/progress", &Api::progress},
      {"GET", "/api/v1/cutovers/{name}/diff", &Api::diff},
      {"GET", "/api/v1/cutovers/{name}/preview", &Api::preview},
      {"POST", "/api/v1/cutovers/{name}/promote", &Api::promote},
      {"POST", "/api/v1/cutovers/{name}/rollback", &Api::rollback},
      {"POST", "/api/v1/cutovers/{name}/hold", &Api::hold},
      {"POST", "/api/v1/cutovers/{name}/resume", &Api::resume},
      {"POST", "/api/v1/cutovers/{name}/set-weight", &Api::set_weight},
      {"POST", "/api/v1/cutovers/{name}/approve", &Api::approve},
      {"POST", "/api/v1/cutovers/{name}/freeze", &Api::freeze},
      {"POST", "/api/v1/cutovers/{name}/thaw", &Api::thaw},
      {"POST", "/api/v1/cutovers/{name}/ignore", &Api::ignore},
      {"POST", "/api/v1/rollback-all", &Api::rollback_all},
      {"POST", "/api/v1/freeze", &Api::freeze_all},
      {"POST", "/api/v1/thaw", &Api::thaw_all},
      {"POST", "/api/v1/reload", &Api::reload},
      {"POST", "/api/v1/upstreams/{name}/endpoints", &Api::announce},
      {"DELETE", "/api/v1/upstreams/{name}/endpoints", &Api::withdraw},
  };
  return all;
}

Api::Api(Control& control, Sources sources, const std::vector<Credential>& credentials)
    : control_(control), sources_(std::move(sources)), access_(std::make_shared<const Access>(credentials)),
      window_(steady_now_ms()),
      feed_([this] { return build_state(); }, wall_clock()) {}

void Api::set_credentials(const std::vector<Credential>& credentials) {
  auto next = std::make_shared<const Access>(credentials);
  const std::lock_guard lock(access_mutex_);
  access_ = std::move(next);
}

ApiResponse Api::handle(const ApiRequest& request) const {
  const std::string_view target = request.target;
  const auto mark = std::min(target.find('?'), target.size());
  const std::string_view path = target.substr(0, mark);
  const std::string_view query = target.substr(std::min(mark + 1, target.size()));
  const std::string_view method = request.method == "HEAD" ? "GET" : std::string_view(request.method);
  std::string allowed;
  for (const Operation& operation : operations()) {
    auto name = fit(operation.path, path);
    if (!name) continue;
    if (operation.method == method) return let_in(request, operation, {request, query, std::move(*name), {}, {}});
    allowed += (allowed.empty() ? "" : ", ") + std::string(operation.method);
  }
  if (!allowed.empty()) return problem(405, "method not allowed", "this takes " + allowed);
  return problem(404, "not found", "there is nothing at " + std::string(path), "what there is: GET /api/v1/openapi.json");
}

ApiResponse Api::let_in(const ApiRequest& request, const Operation& operation, Call call) const {
  if (is_open(operation.path)) return (this->*operation.serve)(call);
  std::shared_ptr<const Access> access;
  {
    const std::lock_guard lock(access_mutex_);
    access = access_;
  }
  const bool changes = operation.method != "GET";
  if (from_foreign_page(request))
    return problem(403, "foreign page", "this request comes from a page of another site: " + request.origin);
  const auto holder = access->holder(request.authorization);
  const bool stranger = host_is_a_stranger(request, control_.live().snapshot()->config->fixed.admin.host);
  if (!holder && (changes || access->reading_needs_token() || stranger))
    return problem(401, "token needed",
                   !request.authorization.empty() ? "nobody holds this token"
                   : changes                      ? "a change needs the header Authorization: Bearer TOKEN"
                   : stranger ? "over a host name, reading needs the header Authorization: Bearer TOKEN"
                              : "reading needs the header Authorization: Bearer TOKEN",
                   "unless it was put elsewhere, a token stands in " + control_.journal_path() + ".token");
  if (changes && holder->role != Role::operate)
    return problem(403, "not allowed", "the token '" + holder->name + "' may look, not change anything",
                   "a token with the role operate may");
  if (holder) call.token = holder->name, call.role = holder->role;
  return (this->*operation.serve)(call);
}

}  // namespace banyan::admin
