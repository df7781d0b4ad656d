#include "core/repeater.hpp"

#include "core/log.hpp"

#include <chrono>
#include <exception>

namespace shop::core {
namespace {
constexpr auto kPauseAfterFailure = std::chrono::milliseconds(500);
}

Repeater::Repeater(std::string name, std::function<bool()> work)
    : name_(std::move(name)), work_(std::move(work)), thread_([this] { run(); }) {}

Repeater::~Repeater() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Repeater::wake() {
  {
    const std::lock_guard lock(mutex_);
    owed_ = true;
  }
  changed_.notify_one();
}

bool Repeater::try_it() {
  try {
    return work_();
  } catch (const std::exception& error) {
    log_error(name_ + ": " + error.what());
    return false;
  }
}

// Holds no lock while it works.
void Repeater::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    changed_.wait(lock, [this] { return owed_ || stopping_; });
    if (stopping_) return;
    owed_ = false;
    lock.unlock();
    const bool done = try_it();
    lock.lock();
    if (done) continue;
    owed_ = true;
    changed_.wait_for(lock, kPauseAfterFailure, [this] { return stopping_; });
  }
}

}  // namespace shop::core
