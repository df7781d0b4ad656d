// What the router serves right now: one configuration and the stages of its cutovers, replaced together.
//
// A proxy thread keeps the shared_ptr it got and asks generation() before each request (one atomic load);
// only when it differs from snapshot->generation does it fetch the new one. publish() may come from any
// thread; it never waits for readers.
#pragma once

#include "router/config/config.hpp"
#include "router/cutover/stage_table.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

namespace banyan::routing {

struct Snapshot {
  std::shared_ptr<const config::Config> config;
  std::shared_ptr<const cutover::StageTable> stages;  // index-aligned with config->cutovers
  std::uint64_t generation = 0;
};

class Live {
 public:
  Live(std::shared_ptr<const config::Config> config, std::shared_ptr<const cutover::StageTable> stages);

  std::uint64_t generation() const noexcept { return generation_.load(std::memory_order_acquire); }
  std::shared_ptr<const Snapshot> snapshot() const;
  void publish(std::shared_ptr<const config::Config> config,
               std::shared_ptr<const cutover::StageTable> stages);

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Snapshot> current_;
  std::atomic<std::uint64_t> generation_{0};
};

}  // namespace banyan::routing
