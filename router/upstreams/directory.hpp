// The endpoints behind each upstream, and which of them to use. Endpoints outlive reloads: an address keeps its
// health, its counters and its kept connections as long as some configuration in use names it.
//
// Directory: any thread. Group::pick is called by every worker at once; it takes no lock.
#pragma once
#include "router/config/config.hpp"
#include "router/upstreams/health_policy.hpp"

#include <sys/socket.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace banyan::upstreams {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  bool valid() const { return size != 0; }
};

// Names are looked up (this blocks), literal addresses are only parsed.
SocketAddress resolve(const config::Address& address);

class Endpoint {
 public:
  Endpoint(config::Address address, std::uint32_t id);

  const std::string& name() const { return name_; }
  std::uint32_t id() const { return id_; }  // small and dense, for tables kept per worker
  const config::Address& address() const { return address_; }
  SocketAddress socket_address() const;
  void set_socket_address(const SocketAddress& address);

  bool usable(std::int64_t now_ms) const {
    return healthy.load(std::memory_order_relaxed) && set_aside_until_ms.load(std::memory_order_relaxed) <= now_ms;
  }
  void on_connect_failure(std::int64_t now_ms);
  void on_answer() {
    if (failures_.load(std::memory_order_relaxed) != 0) failures_.store(0, std::memory_order_relaxed);
  }

  std::atomic<bool> healthy{true};  // by active probes
  std::atomic<std::int64_t> set_aside_until_ms{0};

 private:
  config::Address address_;
  std::string name_;
  std::uint32_t id_;
  std::atomic<std::uint32_t> failures_{0};
  mutable std::mutex mutex_;
  SocketAddress socket_address_;
};

struct Group {
  std::vector<std::shared_ptr<Endpoint>> endpoints;
  // Requests under way, counted only for groups with a limit: workers share this one.
  std::unique_ptr<std::atomic<std::uint32_t>> inflight = std::make_unique<std::atomic<std::uint32_t>>(0);

  // Round robin from `cursor`, which advances. Endpoints that are down are passed over unless all are: then one of
  // them is tried all the same, because a wrong health path must not take the site down.
  // `tried` has one bit for each endpoint that already failed for this request. Null when all were tried.
  Endpoint* pick(std::uint32_t& cursor, std::int64_t now_ms, std::uint64_t tried) const;
};

// Aligned with Config::upstreams.
struct UpstreamSet {
  std::vector<Group> groups;
};

struct EndpointStatus {
  std::string upstream;
  std::string endpoint;
  bool healthy = true;
  bool set_aside = false;
};

class Directory {
 public:
  // The same set for the same configuration, so that workers share health.
  std::shared_ptr<const UpstreamSet> set_for(const std::shared_ptr<const config::Config>& config);

  std::vector<EndpointStatus> status(const config::Config& config, std::int64_t now_ms) const;

 private:
  std::shared_ptr<Endpoint> endpoint_for(const config::Upstream& upstream, const config::Address& address);

  mutable std::mutex mutex_;
  std::weak_ptr<const config::Config> last_config_;
  std::shared_ptr<const UpstreamSet> last_set_;
  std::map<std::string, std::weak_ptr<Endpoint>> endpoints_;  // by upstream and address
  std::uint32_t next_id_ = 0;
};

}  // namespace banyan::upstreams
