// Looks the names of endpoints up again, each when it is due, on a thread of its own: a name server that hangs holds
// up neither requests nor health checks. start() and stop() from one thread.
#pragma once
#include "router/upstreams/directory.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace banyan::upstreams {

class Resolver {
 public:
  using LookUp = std::function<Found(const config::Address&)>;

  explicit Resolver(Directory& directory, LookUp look = look_up) : directory_(directory), look_up_(std::move(look)) {}
  ~Resolver() { stop(); }
  void start();
  void stop();  // waits for a look-up under way

 private:
  void run();

  Directory& directory_;
  LookUp look_up_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

std::int64_t steady_ms();

}  // namespace banyan::upstreams
