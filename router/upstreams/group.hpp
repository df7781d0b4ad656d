// One upstream at work: its endpoints, and what all workers know about it together. Endpoints and state outlive
// reloads: an address keeps its health and its kept connections as long as some configuration in use names it.
//
// Any thread; pick() and the outcomes are called by every worker at once and take no lock.
#pragma once
#include "router/resilience/balance.hpp"
#include "router/resilience/breaker.hpp"
#include "router/resilience/bulkhead.hpp"
#include "router/resilience/outlier.hpp"
#include "router/resilience/retry.hpp"
#include "router/resilience/striped_count.hpp"
#include "router/upstreams/address.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace banyan::upstreams {

class Endpoint {
 public:
  Endpoint(config::Address address, std::uint32_t id);  // an address in numbers
  Endpoint(config::Address address, std::uint32_t id, const SocketAddress& number, bool named);

  const std::string& name() const { return name_; }  // "10.0.0.1:80", or "db.internal:80 (10.0.0.1)"
  std::uint32_t id() const { return id_; }            // small and dense, for tables kept per worker
  std::uint64_t seed() const { return seed_; }        // for hashing; the same in every router
  const config::Address& address() const { return address_; }
  const SocketAddress& socket_address() const { return socket_address_; }  // not valid: its name has no address

  bool usable(std::int64_t now_ms) const {
    return healthy.load(std::memory_order_relaxed) && !outlier.ejected(now_ms) && socket_address_.valid();
  }
  // When it joined a group that was at work already, or last came back; 0: here since the start.
  std::int64_t came_ms(std::int64_t now_ms) const;

  std::atomic<bool> healthy{true};  // by active probes
  std::atomic<std::int64_t> joined_ms{0};
  std::atomic<std::uint32_t> load{0};  // requests under way; counted only where the balancer asks for it
  resilience::Outlier outlier;         // by passive signals

 private:
  config::Address address_;
  std::string name_;
  std::uint32_t id_;
  std::uint64_t seed_;
  SocketAddress socket_address_;
};

// By upstream name, for all workers and configurations.
struct UpstreamState {
  resilience::Breaker breaker;
  resilience::Bulkhead bulkhead;
  resilience::RetryBudget budget;
  resilience::StripedCount active;  // requests admitted and not finished
};

struct Pick {
  const config::Upstream& rules;
  std::int64_t now_ms = 0;
  std::uint64_t random = 0;
  std::uint64_t key = 0;  // for Balance::hash
  bool has_key = false;   // without one, it goes round
};

struct Group {
  std::vector<std::shared_ptr<Endpoint>> endpoints;
  std::shared_ptr<UpstreamState> state = std::make_shared<UpstreamState>();

  // An index, or resilience::nobody when all were tried. `cursor` belongs to the caller and advances.
  std::uint32_t pick(const Pick& how, std::uint32_t& cursor, const resilience::Tried& tried) const;
  // One more failure in a row; ejects when the rule says so and the cap allows.
  void on_failure(Endpoint& endpoint, const resilience::OutlierRule& rule, std::int64_t now_ms) const;
};

}  // namespace banyan::upstreams
