// When an endpoint counts as healthy. Pure: outcomes and time arrive as arguments.
// One owner; the caller provides whatever exclusion it needs.
#pragma once
#include <cstdint>

namespace banyan::upstreams {

// Active probes: so many good answers in a row bring an endpoint back, so many failures take it out.
class ProbeState {
 public:
  ProbeState(std::uint32_t healthy_after, std::uint32_t unhealthy_after)
      : healthy_after_(healthy_after), unhealthy_after_(unhealthy_after) {}

  bool healthy() const { return healthy_; }
  void on_probe(bool good);

 private:
  std::uint32_t healthy_after_;
  std::uint32_t unhealthy_after_;
  std::uint32_t in_a_row_ = 0;
  bool healthy_ = true;  // until proven otherwise: a router that starts must not refuse traffic
};

// Passive marks: connection failures in a row set an endpoint aside, longer each time, up to a cap.
struct PassiveRule {
  std::uint32_t failures = 3;
  std::int64_t base_ms = 1'000;
  std::int64_t cap_ms = 30'000;
};
std::int64_t set_aside_for_ms(const PassiveRule& rule, std::uint32_t failures_in_a_row);

}  // namespace banyan::upstreams
