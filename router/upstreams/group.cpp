#include "router/upstreams/group.hpp"

#include <algorithm>

namespace banyan::upstreams {
namespace {

struct Candidates {
  const Group& group;
  const Pick& how;

  std::uint32_t size() const { return static_cast<std::uint32_t>(group.endpoints.size()); }
  bool usable(std::uint32_t at) const { return group.endpoints[at]->usable(how.now_ms); }
  double weight(std::uint32_t at) const {
    if (how.rules.slow_start.count() == 0) return 1;
    return resilience::slow_start_weight(how.rules.slow_start, group.endpoints[at]->came_ms(how.now_ms), how.now_ms);
  }
  std::uint32_t load(std::uint32_t at) const { return group.endpoints[at]->load.load(std::memory_order_relaxed); }
  std::uint64_t seed(std::uint32_t at) const { return group.endpoints[at]->seed(); }
};

}  // namespace

Endpoint::Endpoint(config::Address address, std::uint32_t id)
    : Endpoint(address, id, literal(address), false) {}

Endpoint::Endpoint(config::Address address, std::uint32_t id, const SocketAddress& number, bool named)
    : address_(std::move(address)),
      name_(config::to_string(address_)),
      id_(id),
      socket_address_(number) {
  if (named) name_ += " (" + (number.valid() ? to_string(number) : "no address") + ")";
  seed_ = resilience::hash_text(name_);
}

std::int64_t Endpoint::came_ms(std::int64_t now_ms) const {
  const auto back = outlier.back_at_ms();
  const auto joined = joined_ms.load(std::memory_order_relaxed);
  return back <= now_ms ? std::max(back, joined) : joined;
}

std::uint32_t Group::pick(const Pick& how, std::uint32_t& cursor, const resilience::Tried& tried) const {
  using resilience::Balance;
  const Candidates candidates{*this, how};
  if (endpoints.empty() || tried.full()) return resilience::nobody;
  const auto kind = how.rules.balance.kind;
  if (kind == Balance::hash && how.has_key) return resilience::pick_by_hash(candidates, how.key, tried);
  if (kind == Balance::least_requests) return resilience::pick_least_requests(candidates, cursor, tried, how.random);
  return resilience::pick_round_robin(candidates, cursor, tried, how.random);
}

void Group::on_failure(Endpoint& endpoint, const resilience::OutlierRule& rule, std::int64_t now_ms) const {
  if (!endpoint.outlier.on_failure(rule, now_ms)) return;
  const auto ejected = std::count_if(endpoints.begin(), endpoints.end(), [&](const auto& one) { return one->outlier.ejected(now_ms); });
  if (resilience::may_eject(rule, static_cast<std::uint32_t>(endpoints.size()), static_cast<std::uint32_t>(ejected)))
    endpoint.outlier.eject(rule, now_ms);
}

}  // namespace banyan::upstreams
