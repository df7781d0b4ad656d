// The thread that keeps a router in step with its fleet:
//
//   list -> take over -> tell of own rollbacks -> watch from the listing's revision -> (news, lost, relist time) -> list
//
// A watch only says that there is news; what the news is, a listing says. So a lost, late or compacted watch can cost time,
// at most one relist interval, and never an entry. Blocking sockets in a thread of its own: nothing here touches an event loop.
#pragma once
#include "router/fleet/follow.hpp"
#include "router/fleet/health.hpp"
#include "router/fleet/shared_log.hpp"

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <thread>

namespace banyan::fleet {

// The router's side. All are called by the follower's thread and may block for a few seconds.
struct Member {
  std::function<Position()> position;
  // Takes over what was listed from `asked` on; what is wrong, or empty.
  std::function<std::string(const Position& asked, const Listing& listing)> take;
  // Adds what the fleet does not know of yet; what is wrong, or empty.
  std::function<std::string()> push;
  std::function<void(bool error, const std::string& line)> log;
};

class Follower {
 public:
  Follower(const Settings& settings, Member member, Health& health);
  ~Follower();
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  void start();
  void stop();
  // There is something to push. Any thread, also after stop(); does not block.
  void wake();

 private:
  void run();
  bool catch_up();
  std::string try_to_catch_up();
  void say(const std::string& trouble);
  void open_watch();
  void wait();
  void drain_wake();

  Settings settings_;
  Member member_;
  Health& health_;
  SharedLog log_;
  Watch watch_;
  std::int64_t revision_ = 0;  // of the last listing
  std::optional<std::string> said_;  // the trouble that was logged last; empty: that there is none
  bool watch_failed_ = false;  // and that was logged
  int wake_ = -1;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace banyan::fleet
