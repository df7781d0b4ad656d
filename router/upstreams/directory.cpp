#include "router/upstreams/directory.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace banyan::upstreams {
namespace {

bool parse_literal(const config::Address& address, SocketAddress& out) {
  sockaddr_in v4{};
  if (inet_pton(AF_INET, address.host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(address.port);
    std::memcpy(&out.storage, &v4, sizeof v4);
    out.size = sizeof v4;
    return true;
  }
  sockaddr_in6 v6{};
  if (inet_pton(AF_INET6, address.host.c_str(), &v6.sin6_addr) != 1) return false;
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(address.port);
  std::memcpy(&out.storage, &v6, sizeof v6);
  out.size = sizeof v6;
  return true;
}

}  // namespace

SocketAddress resolve(const config::Address& address) {
  SocketAddress out;
  if (parse_literal(address, out)) return out;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found) != 0) return out;
  if (found != nullptr && found->ai_addrlen <= sizeof out.storage) {
    std::memcpy(&out.storage, found->ai_addr, found->ai_addrlen);
    out.size = found->ai_addrlen;
  }
  freeaddrinfo(found);
  return out;
}

Endpoint::Endpoint(config::Address address, std::uint32_t id)
    : address_(std::move(address)), name_(config::to_string(address_)), id_(id), socket_address_(resolve(address_)) {}

SocketAddress Endpoint::socket_address() const {
  std::lock_guard lock(mutex_);
  return socket_address_;
}

void Endpoint::set_socket_address(const SocketAddress& address) {
  std::lock_guard lock(mutex_);
  socket_address_ = address;
}

void Endpoint::on_connect_failure(std::int64_t now_ms) {
  const auto in_a_row = failures_.fetch_add(1, std::memory_order_relaxed) + 1;
  if (const auto ms = set_aside_for_ms(PassiveRule{}, in_a_row); ms > 0)
    set_aside_until_ms.store(now_ms + ms, std::memory_order_relaxed);
}

Endpoint* Group::pick(std::uint32_t& cursor, std::int64_t now_ms, std::uint64_t tried) const {
  const auto count = static_cast<std::uint32_t>(std::min<std::size_t>(endpoints.size(), 64));
  Endpoint* fallback = nullptr;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto at = (cursor + i) % count;
    if ((tried >> at & 1u) != 0) continue;
    auto* candidate = endpoints[at].get();
    if (candidate->usable(now_ms)) {
      cursor = at + 1;
      return candidate;
    }
    if (fallback == nullptr) fallback = candidate;
  }
  if (fallback != nullptr) ++cursor;
  return fallback;
}

std::shared_ptr<Endpoint> Directory::endpoint_for(const config::Upstream& upstream, const config::Address& address) {
  auto& slot = endpoints_[upstream.name + '\n' + config::to_string(address)];
  auto endpoint = slot.lock();
  if (!endpoint) {
    endpoint = std::make_shared<Endpoint>(address, next_id_++);
    slot = endpoint;
  }
  return endpoint;
}

std::shared_ptr<const UpstreamSet> Directory::set_for(const std::shared_ptr<const config::Config>& config) {
  std::lock_guard lock(mutex_);
  if (last_set_ && last_config_.lock() == config) return last_set_;
  auto set = std::make_shared<UpstreamSet>();
  for (const auto& upstream : config->upstreams) {
    auto& group = set->groups.emplace_back();
    for (const auto& address : upstream.endpoints) group.endpoints.push_back(endpoint_for(upstream, address));
  }
  std::erase_if(endpoints_, [](const auto& entry) { return entry.second.expired(); });
  last_config_ = config;
  last_set_ = set;
  return set;
}

std::vector<EndpointStatus> Directory::status(const config::Config& config, std::int64_t now_ms) const {
  std::lock_guard lock(mutex_);
  std::vector<EndpointStatus> all;
  for (const auto& upstream : config.upstreams) {
    for (const auto& address : upstream.endpoints) {
      const auto found = endpoints_.find(upstream.name + '\n' + config::to_string(address));
      const auto endpoint = found == endpoints_.end() ? nullptr : found->second.lock();
      if (!endpoint) continue;
      all.push_back({upstream.name, endpoint->name(), endpoint->healthy.load(),
                     endpoint->set_aside_until_ms.load() > now_ms});
    }
  }
  return all;
}

}  // namespace banyan::upstreams
