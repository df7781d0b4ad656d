#include "router/upstreams/health_policy.hpp"

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

}  // namespace banyan::upstreams
