#include "router/upstreams/resolver.hpp"

namespace banyan::upstreams {

std::int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void Resolver::start() {
  thread_ = std::thread([this] { run(); });
}

void Resolver::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Resolver::run() {
  constexpr std::chrono::milliseconds tick{200};
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, tick, [this] { return stopping_; })) {
    lock.unlock();
    for (const auto& name : directory_.names_due(steady_ms())) directory_.set_found(name, look_up_(name), steady_ms());
    lock.lock();
  }
}

}  // namespace banyan::upstreams
