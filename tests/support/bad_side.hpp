// A side that is up and of no use. It serves any number of connections on one thread and keeps nothing of those that ended.
#pragma once
#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <poll.h>

namespace banyan::support {

class BadSide {
 public:
  enum class Way {
    hangs,   // takes requests and says nothing
    resets,  // resets each connection as soon as it stands
    endless  // answers 200 with ten gigabytes
  };
  explicit BadSide(Way way);
  ~BadSide();
  BadSide(const BadSide&) = delete;
  BadSide& operator=(const BadSide&) = delete;

  std::uint16_t port() const { return port_; }
  std::uint64_t connections() const { return connections_; }

 private:
  void run();
  void take();
  bool serve(pollfd& peer) const;  // false: the connection is over

  Way way_;
  std::uint16_t port_ = 0;
  int listener_;
  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> connections_{0};
  std::vector<pollfd> all_;  // the listener first
  std::thread thread_;
};

}  // namespace banyan::support
