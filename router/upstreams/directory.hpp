// Who stands behind each upstream right now: the configured addresses, the addresses that configured names have, and
// the endpoints that have announced themselves for a while. A change of any of these makes a new set and a new
// generation(); requests under way keep the set they began with.
//
// Any thread.
#pragma once
#include "router/upstreams/group.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace banyan::upstreams {

// Aligned with Config::upstreams.
struct UpstreamSet {
  std::vector<Group> groups;
  std::uint64_t generation = 0;
};

struct EndpointStatus {
  std::string upstream;
  std::string endpoint;
  bool healthy = true;
  bool set_aside = false;
  bool resolved = true;
  std::uint64_t ejections = 0;
  std::int64_t lease_ms = -1;  // what is left of it; -1: configured
};

struct UpstreamStatus {
  std::string upstream;
  resilience::Breaker::State breaker = resilience::Breaker::State::closed;
  bool has_breaker = false;
  std::uint64_t breaker_opened = 0;
  std::int64_t active = 0;
  std::uint32_t waiting = 0;
  std::uint64_t shed = 0;
  std::uint64_t retries = 0;
  std::uint64_t budget_exhausted = 0;
};

class Directory {
 public:
  // The same set for the same configuration and generation, so that workers share it. A name that nobody has asked
  // for yet is looked up at once, which blocks.
  std::shared_ptr<const UpstreamSet> set_for(const std::shared_ptr<const config::Config>& config, std::int64_t now_ms);
  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

  // The registry. The address is in numbers; announcing again renews the lease. True: the endpoint is new.
  bool announce(const std::string& upstream, const config::Address& address, std::int64_t ttl_ms, std::int64_t now_ms);
  bool withdraw(const std::string& upstream, const config::Address& address);
  void expire_leases(std::int64_t now_ms);

  // Names whose time has come to be looked up again, and what came of it. A failure keeps the addresses known.
  std::vector<config::Address> names_due(std::int64_t now_ms) const;
  void set_found(const config::Address& name, const Found& found, std::int64_t now_ms);
  void look_up_soon(const config::Address& name);  // at most once a second each

  std::vector<EndpointStatus> endpoints(const config::Config& config, std::int64_t now_ms) const;
  std::vector<UpstreamStatus> upstreams(const config::Config& config) const;
  // What a person should know: names without an address, open breakers, ejected endpoints.
  std::vector<std::string> warnings(const config::Config& config, std::int64_t now_ms) const;
  std::string prometheus(const config::Config& config, std::int64_t now_ms) const;

 private:
  struct Name {
    config::Address address;
    Found found;
    std::int64_t due_ms = 0;
    std::int64_t looked_up_ms = 0;
    std::int64_t every_ms = 30'000;
  };
  struct Lease {
    config::Address address;
    std::int64_t until_ms = 0;
  };
  Group build_group(const config::Upstream& upstream, std::int64_t now_ms);
  void add_configured(Group& group, const config::Upstream& upstream, const config::Address& address, std::int64_t now_ms);
  std::shared_ptr<Endpoint> endpoint_for(const std::string& upstream, const config::Address& address,
                                         const SocketAddress& number, bool named);
  void changed() { generation_.fetch_add(1, std::memory_order_release); }

  mutable std::mutex mutex_;
  std::atomic<std::uint64_t> generation_{1};
  std::weak_ptr<const config::Config> last_config_;
  std::shared_ptr<const UpstreamSet> last_set_;
  std::map<std::string, std::weak_ptr<Endpoint>> endpoints_;  // by upstream, address and number
  std::map<std::string, std::shared_ptr<UpstreamState>> states_;
  std::map<std::string, Name> names_;
  std::map<std::string, std::map<std::string, Lease>> leases_;  // by upstream and address
  std::uint32_t next_id_ = 0;
};

}  // namespace banyan::upstreams
