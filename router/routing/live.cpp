#include "router/routing/live.hpp"

namespace banyan::routing {

Live::Live(std::shared_ptr<const config::Config> config, std::shared_ptr<const cutover::StageTable> stages) {
  publish(std::move(config), std::move(stages));
}

std::shared_ptr<const Snapshot> Live::snapshot() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

void Live::publish(std::shared_ptr<const config::Config> config,
                   std::shared_ptr<const cutover::StageTable> stages) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t next = generation_.load(std::memory_order_relaxed) + 1;
  current_ = std::make_shared<const Snapshot>(Snapshot{std::move(config), std::move(stages), next});
  // After the pointer: whoever sees the new number finds the new snapshot.
  generation_.store(next, std::memory_order_release);
}

}  // namespace banyan::routing
