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

}  // namespace banyan::upstreams
