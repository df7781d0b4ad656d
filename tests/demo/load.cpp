#include "tests/demo/load.hpp"

#include <algorithm>
#include <stdexcept>

#include "tests/support/http_client.hpp"
#include "tests/support/process.hpp"

namespace banyan::demo {
namespace {
constexpr auto idle = static_cast<std::size_t>(-1);
}

Load::Load(LoadPlan plan) : plan_(std::move(plan)) {
  phases_.push_back({.name = "start", .requests = 0, .failed = 0, .first_failure = {}});
  running_in_.assign(static_cast<std::size_t>(plan_.threads), idle);
  for (int i = 0; i < plan_.threads; ++i) threads_.emplace_back([this, i] { drive(i); });
}

Load::~Load() { stop(); }

void Load::stop() {
  stopping_ = true;
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void Load::phase(std::string name) {
  std::size_t before = 0;
  {
    const std::lock_guard lock(mutex_);
    before = phases_.size() - 1;
    phases_.push_back({.name = std::move(name), .requests = 0, .failed = 0, .first_failure = {}});
  }
  const bool ended = support::eventually([&] {
    const std::lock_guard lock(mutex_);
    return std::none_of(running_in_.begin(), running_in_.end(),
                        [&](std::size_t in) { return in != idle && in <= before; });
  });
  if (!ended) throw std::runtime_error("a request of the load did not end");
}

PhaseCount Load::current() const {
  const std::lock_guard lock(mutex_);
  return phases_.back();
}

std::vector<PhaseCount> Load::phases() const {
  const std::lock_guard lock(mutex_);
  return phases_;
}

void Load::record(std::size_t phase, bool failed, const std::string& why) {
  const std::lock_guard lock(mutex_);
  auto& count = phases_[phase];
  ++count.requests;
  if (!failed) return;
  if (count.failed++ == 0) count.first_failure = why;
}

void Load::drive(int thread_index) {
  support::HttpClient client(plan_.router);
  const auto gap = std::chrono::microseconds(1'000'000LL * plan_.threads / plan_.per_second);
  auto next = std::chrono::steady_clock::now();
  auto& mine = running_in_[static_cast<std::size_t>(thread_index)];
  // Each caller belongs to one thread, so that its requests come one after the other.
  const auto threads = static_cast<std::uint64_t>(plan_.threads);
  const auto own_callers = static_cast<std::uint64_t>(plan_.callers) / threads;
  for (std::uint64_t n = 0; !stopping_ && started_++ < plan_.most_requests; ++n) {
    std::size_t phase = 0;
    {
      const std::lock_guard lock(mutex_);
      phase = mine = phases_.size() - 1;
    }
    const std::string& target = plan_.targets[n % plan_.targets.size()];
    // A stride that is coprime to the number of callers mixes callers and targets.
    const std::uint64_t caller = (n * 7919) % own_callers;
    const std::string account = std::to_string(1 + caller * threads + static_cast<std::uint64_t>(thread_index));
    try {
      const auto response = client.get(target, {{"X-Account-Id", account}});
      record(phase, response.status >= 500, target + " answered " + std::to_string(response.status));
    } catch (const std::exception& error) {
      record(phase, true, target + ": " + error.what());
    }
    {
      const std::lock_guard lock(mutex_);
      mine = idle;
    }
    next += gap;
    std::this_thread::sleep_until(next);
  }
}

}  // namespace banyan::demo
