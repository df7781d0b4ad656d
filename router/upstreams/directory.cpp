#include "router/upstreams/directory.hpp"

#include <algorithm>

namespace banyan::upstreams {

std::shared_ptr<Endpoint> Directory::endpoint_for(const std::string& upstream, const config::Address& address,
                                                  const SocketAddress& number, bool named) {
  auto& slot = endpoints_[upstream + '\n' + config::to_string(address) + '\n' + to_string(number)];
  auto endpoint = slot.lock();
  if (!endpoint) {
    endpoint = std::make_shared<Endpoint>(address, next_id_++, number, named);
    slot = endpoint;
  }
  return endpoint;
}

void Directory::add_configured(Group& group, const config::Upstream& upstream, const config::Address& address,
                               std::int64_t now_ms) {
  if (const auto number = literal(address); number.valid()) {
    group.endpoints.push_back(endpoint_for(upstream.name, address, number, false));
    return;
  }
  auto& name = names_[config::to_string(address)];
  name.every_ms = upstream.resolve.count();
  if (name.address.host.empty()) {
    name.address = address;
    name.found = look_up(address);
    name.looked_up_ms = now_ms;
    name.due_ms = now_ms + name.every_ms;
  }
  for (const auto& number : name.found.addresses)
    group.endpoints.push_back(endpoint_for(upstream.name, address, number, true));
  if (name.found.addresses.empty()) group.endpoints.push_back(endpoint_for(upstream.name, address, {}, true));
}

Group Directory::build_group(const config::Upstream& upstream, std::int64_t now_ms) {
  Group group;
  auto& state = states_[upstream.name];
  const bool at_work = state != nullptr;
  if (!state) state = std::make_shared<UpstreamState>();
  group.state = state;
  const auto first_new = next_id_;
  for (const auto& address : upstream.endpoints) add_configured(group, upstream, address, now_ms);
  if (upstream.registry) {
    for (const auto& [text, lease] : leases_[upstream.name]) {
      auto endpoint = endpoint_for(upstream.name, lease.address, literal(lease.address), false);
      const bool twice = std::find(group.endpoints.begin(), group.endpoints.end(), endpoint) != group.endpoints.end();
      if (!twice) group.endpoints.push_back(std::move(endpoint));
    }
  }
  if (at_work)
    for (const auto& endpoint : group.endpoints)
      if (endpoint->id() >= first_new) endpoint->joined_ms.store(now_ms, std::memory_order_relaxed);
  return group;
}

std::shared_ptr<const UpstreamSet> Directory::set_for(const std::shared_ptr<const config::Config>& config,
                                                      std::int64_t now_ms) {
  std::lock_guard lock(mutex_);
  if (last_set_ && last_set_->generation == generation() && last_config_.lock() == config) return last_set_;
  auto set = std::make_shared<UpstreamSet>();
  set->generation = generation();
  for (const auto& upstream : config->upstreams) set->groups.push_back(build_group(upstream, now_ms));
  last_config_ = config;
  last_set_ = set;
  std::erase_if(endpoints_, [](const auto& entry) { return entry.second.expired(); });
  // The state of an upstream that a reload took away goes when its last request has.
  std::erase_if(states_, [&](const auto& entry) { return entry.second.use_count() == 1; });
  return set;
}

bool Directory::announce(const std::string& upstream, const config::Address& address, std::int64_t ttl_ms,
                         std::int64_t now_ms) {
  std::lock_guard lock(mutex_);
  const auto [slot, added] = leases_[upstream].try_emplace(config::to_string(address), Lease{address, 0});
  slot->second.until_ms = now_ms + ttl_ms;
  if (added) changed();
  return added;
}

bool Directory::withdraw(const std::string& upstream, const config::Address& address) {
  std::lock_guard lock(mutex_);
  const bool gone = leases_[upstream].erase(config::to_string(address)) != 0;
  if (gone) changed();
  return gone;
}

void Directory::expire_leases(std::int64_t now_ms) {
  std::lock_guard lock(mutex_);
  bool any = false;
  for (auto& [upstream, leases] : leases_)
    any |= std::erase_if(leases, [&](const auto& entry) { return entry.second.until_ms <= now_ms; }) != 0;
  if (any) changed();
}

std::vector<config::Address> Directory::names_due(std::int64_t now_ms) const {
  std::lock_guard lock(mutex_);
  std::vector<config::Address> due;
  for (const auto& [text, name] : names_)
    if (name.due_ms <= now_ms) due.push_back(name.address);
  return due;
}

void Directory::set_found(const config::Address& address, const Found& found, std::int64_t now_ms) {
  std::lock_guard lock(mutex_);
  const auto at = names_.find(config::to_string(address));
  if (at == names_.end()) return;
  auto& name = at->second;
  name.looked_up_ms = now_ms;
  name.due_ms = now_ms + (found.addresses.empty() ? std::min<std::int64_t>(name.every_ms, 5'000) : name.every_ms);
  name.found.failure = found.failure;
  if (found.addresses.empty()) return;
  const auto same = [](const auto& a, const auto& b) { return to_string(a) == to_string(b); };
  if (std::equal(found.addresses.begin(), found.addresses.end(), name.found.addresses.begin(), name.found.addresses.end(), same))
    return;
  name.found.addresses = found.addresses;
  changed();
}

void Directory::look_up_soon(const config::Address& address) {
  std::lock_guard lock(mutex_);
  const auto at = names_.find(config::to_string(address));
  if (at != names_.end()) at->second.due_ms = std::min(at->second.due_ms, at->second.looked_up_ms + 1'000);
}

}  // namespace banyan::upstreams
