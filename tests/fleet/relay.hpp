// A TCP relay between a router and its etcd, with a network's faults. Any thread.
#pragma once
#include <atomic>
#include <cstdint>
#include <thread>

namespace banyan::fleet {

class Relay {
 public:
  explicit Relay(std::uint16_t target);
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  std::uint16_t port() const { return port_; }
  void cut() { mode_ = Mode::cut; }              // connections are reset, new ones too
  void swallow() { mode_ = Mode::swallow; }      // connections stand, new ones too, and nothing passes
  void mute_watches() { mode_ = Mode::mute; }    // what etcd says on a watch does not pass; all else does
  void heal() { mode_ = Mode::pass; }            // what was swallowed stays lost
  bool lost_watch_news() const { return muted_ > 0; }  // has something been kept from a watch?

 private:
  enum class Mode { pass, cut, swallow, mute };
  struct Line;
  void run();
  void serve(Line& line);

  std::uint16_t target_, port_ = 0;
  int listener_ = -1;
  std::atomic<Mode> mode_{Mode::pass};
  std::atomic<int> muted_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace banyan::fleet
