// Where reads wait that found nothing and whose callers are patient (long poll). Every commit lets all of
// them look again. Holds no thread. Any thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace banyan::service {

template <class Task>
class WaitingRoom {
 public:
  using Clock = std::chrono::steady_clock;
  using Tasks = std::vector<std::shared_ptr<Task>>;

  // To be noted before the read: park() then knows whether the read may have missed something.
  std::uint64_t commits() const {
    const std::lock_guard lock(mutex_);
    return commits_;
  }

  // False: something was committed since, or the room is closed; then look again, or answer.
  bool park(const std::shared_ptr<Task>& task, std::uint64_t commits_before, Clock::time_point until) {
    const std::lock_guard lock(mutex_);
    if (closed_ || commits_ != commits_before) return false;
    waiting_.emplace_back(until, task);
    return true;
  }

  // Who must look again.
  Tasks on_commit() {
    const std::lock_guard lock(mutex_);
    ++commits_;
    return take([](Clock::time_point) { return true; });
  }
  // Whose patience has ended.
  Tasks expired(Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    return take([now](Clock::time_point until) { return until <= now; });
  }
  // Nobody waits any more, now or later.
  Tasks close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    return take([](Clock::time_point) { return true; });
  }
  bool closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }

 private:
  template <class Leaves>
  Tasks take(Leaves leaves) {
    Tasks taken;
    std::vector<std::pair<Clock::time_point, std::shared_ptr<Task>>> rest;
    for (auto& [until, task] : waiting_)
      if (leaves(until))
        taken.push_back(std::move(task));
      else
        rest.emplace_back(until, std::move(task));
    waiting_ = std::move(rest);
    return taken;
  }

  mutable std::mutex mutex_;
  std::uint64_t commits_ = 0;
  bool closed_ = false;
  std::vector<std::pair<Clock::time_point, std::shared_ptr<Task>>> waiting_;
};

}  // namespace banyan::service
