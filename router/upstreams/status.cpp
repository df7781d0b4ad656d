// What the directory shows of itself.
#include "router/upstreams/directory.hpp"

namespace banyan::upstreams {

using resilience::Breaker;

std::vector<EndpointStatus> Directory::endpoints(const config::Config& config, std::int64_t now_ms) const {
  std::lock_guard lock(mutex_);
  std::vector<EndpointStatus> all;
  if (!last_set_) return all;
  for (std::size_t i = 0; i < config.upstreams.size() && i < last_set_->groups.size(); ++i) {
    const auto& upstream = config.upstreams[i];
    const auto leases = leases_.find(upstream.name);
    for (const auto& endpoint : last_set_->groups[i].endpoints) {
      EndpointStatus status{upstream.name,
                            endpoint->name(),
                            endpoint->healthy.load(),
                            endpoint->outlier.ejected(now_ms),
                            endpoint->socket_address().valid(),
                            endpoint->outlier.times_ejected(),
                            -1};
      if (leases != leases_.end())
        if (const auto lease = leases->second.find(endpoint->name()); lease != leases->second.end())
          status.lease_ms = std::max<std::int64_t>(0, lease->second.until_ms - now_ms);
      all.push_back(std::move(status));
    }
  }
  return all;
}

std::vector<UpstreamStatus> Directory::upstreams(const config::Config& config) const {
  std::lock_guard lock(mutex_);
  std::vector<UpstreamStatus> all;
  for (const auto& upstream : config.upstreams) {
    const auto found = states_.find(upstream.name);
    if (found == states_.end()) continue;
    const auto& state = *found->second;
    all.push_back({upstream.name, state.breaker.state(), upstream.breaker.on(), state.breaker.times_opened(),
                   state.active.sum(), state.bulkhead.waiting(), state.bulkhead.times_shed(), state.budget.retries(),
                   state.budget.times_exhausted()});
  }
  return all;
}

std::vector<std::string> Directory::warnings(const config::Config& config, std::int64_t now_ms) const {
  std::vector<std::string> all;
  for (const auto& endpoint : endpoints(config, now_ms)) {
    const auto where = "upstream '" + endpoint.upstream + "': " + endpoint.endpoint;
    if (!endpoint.healthy) all.push_back(where + " fails its health checks");
    if (endpoint.set_aside) all.push_back(where + " is set aside after failures");
  }
  for (const auto& upstream : upstreams(config))
    if (upstream.has_breaker && upstream.breaker != Breaker::State::closed)
      all.push_back("upstream '" + upstream.upstream + "': its breaker is " + std::string(resilience::to_string(upstream.breaker)));
  std::lock_guard lock(mutex_);
  for (const auto& upstream : config.upstreams)
    for (const auto& address : upstream.endpoints)
      if (const auto name = names_.find(config::to_string(address)); name != names_.end() && !name->second.found.failure.empty())
        all.push_back("upstream '" + upstream.name + "': " + name->first + " cannot be looked up (" + name->second.found.failure + ")");
  return all;
}

namespace {

std::string escaped(std::string_view label) {
  std::string out;
  for (const char c : label) {
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

struct Family {
  const char* name;
  const char* type;
  const char* help;
  std::int64_t (*value)(const UpstreamStatus&);
};

constexpr Family families[] = {
    {"breaker_state", "gauge", "0 closed, 1 half-open, 2 open.", [](const auto& one) { return static_cast<std::int64_t>(one.breaker); }},
    {"breaker_opened_total", "counter", "Times the breaker opened.", [](const auto& one) { return static_cast<std::int64_t>(one.breaker_opened); }},
    {"active", "gauge", "Requests admitted and not finished, waiting ones included.", [](const auto& one) { return one.active; }},
    {"waiting", "gauge", "Requests that wait for a place.", [](const auto& one) { return static_cast<std::int64_t>(one.waiting); }},
    {"shed_total", "counter", "Requests turned away because there was no place.", [](const auto& one) { return static_cast<std::int64_t>(one.shed); }},
    {"retries_total", "counter", "Requests sent again.", [](const auto& one) { return static_cast<std::int64_t>(one.retries); }},
    {"retry_budget_exhausted_total", "counter", "Retries that found the budget spent.", [](const auto& one) { return static_cast<std::int64_t>(one.budget_exhausted); }},
};

void put_family(std::string& out, std::string_view name, std::string_view help, std::string_view type) {
  out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
}

}  // namespace

std::string Directory::prometheus(const config::Config& config, std::int64_t now_ms) const {
  std::string out;
  const auto all = upstreams(config);
  for (const auto& family : families) {
    const auto name = std::string("banyan_router_upstream_") + family.name;
    put_family(out, name, family.help, family.type);
    for (const auto& one : all) out += name + "{upstream=\"" + escaped(one.upstream) + "\"} " + std::to_string(family.value(one)) + "\n";
  }
  const auto ends = endpoints(config, now_ms);
  const auto put = [&](const char* name, const char* help, const char* type, auto value) {
    put_family(out, name, help, type);
    for (const auto& one : ends)
      out += std::string(name) + "{upstream=\"" + escaped(one.upstream) + "\",endpoint=\"" + escaped(one.endpoint) + "\"} " + std::to_string(value(one)) + "\n";
  };
  put("banyan_router_endpoint_healthy", "Whether its health checks pass.", "gauge", [](const auto& one) { return one.healthy ? 1 : 0; });
  put("banyan_router_endpoint_ejected", "Whether it is set aside after failures.", "gauge", [](const auto& one) { return one.set_aside ? 1 : 0; });
  put("banyan_router_endpoint_ejections_total", "Times it was set aside.", "counter", [](const auto& one) { return one.ejections; });
  return out;
}

}  // namespace banyan::upstreams
