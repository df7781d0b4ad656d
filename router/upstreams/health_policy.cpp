#include "router/upstreams/health_policy.hpp"

#include <algorithm>

namespace banyan::upstreams {

void ProbeState::on_probe(bool good) {
  if (good == healthy_) {
    in_a_row_ = 0;
    return;
  }
  if (++in_a_row_ < (good ? healthy_after_ : unhealthy_after_)) return;
  healthy_ = good;
  in_a_row_ = 0;
}

std::int64_t set_aside_for_ms(const PassiveRule& rule, std::uint32_t failures_in_a_row) {
  if (failures_in_a_row < rule.failures) return 0;
  const auto doublings = std::min<std::uint32_t>(failures_in_a_row - rule.failures, 16);
  return std::min(rule.base_ms << doublings, rule.cap_ms);
}

}  // namespace banyan::upstreams
