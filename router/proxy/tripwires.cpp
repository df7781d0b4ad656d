#include "router/proxy/tripwires.hpp"

namespace banyan::proxy {

bool Guard::count(bool error) {
  if (!armed_.load(std::memory_order_relaxed)) return false;
  if (!error && quiet_.load(std::memory_order_relaxed)) return false;
  const std::lock_guard lock(mutex_);
  const bool before = wire_.tripped();
  const bool now = wire_.count(error);
  quiet_.store(wire_.quiet(), std::memory_order_relaxed);
  if (!now || before) return false;
  armed_.store(false, std::memory_order_relaxed);
  return true;
}

void Guard::arm(double allowed, bool afresh) {
  const std::lock_guard lock(mutex_);
  wire_.allow(allowed);
  if (!afresh) return;
  wire_.reset();
  quiet_.store(true, std::memory_order_relaxed);
  armed_.store(true, std::memory_order_relaxed);
}

double Guard::allowed() const {
  const std::lock_guard lock(mutex_);
  return wire_.allowed();
}

std::shared_ptr<Guard> Tripwires::guard(const std::string& cutover) {
  const std::lock_guard lock(mutex_);
  auto& place = guards_[cutover];
  if (!place) place = std::make_shared<Guard>();
  return place;
}

}  // namespace banyan::proxy
