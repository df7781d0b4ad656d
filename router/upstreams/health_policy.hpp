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

}  // namespace banyan::upstreams
