// A consumer: one topic, one group, one thread. Reads what the log assigns to it from the positions in its
// own database and applies it there.
#pragma once
#include "extracted_services/inbox/inbox.hpp"
#include "extracted_services/store/access.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace banyan::inbox {

// One round: poll, look up the positions of what is newly assigned, receive in one transaction. After a
// failure the log is read again from the stored positions; `assigned` is what the member has so far.
Counts consume(const store::Access& access, event_log::Subscription& subscription, const std::string& topic,
               std::vector<int>& assigned, const Handler& handler, std::size_t limit,
               std::chrono::milliseconds wait);

class Consumer {
 public:
  struct Options {
    std::string topic;
    std::string group;
    std::string member;
    std::size_t batch = 200;  // events in one transaction: bounds how long requests wait behind it
    std::chrono::milliseconds wait{10'000};
    std::chrono::milliseconds first_pause{50};  // after a failure; doubles
    std::chrono::milliseconds longest_pause{5000};
  };
  struct Status {
    std::uint64_t applied = 0, dropped = 0, parked = 0, failures = 0;
    bool failing = false;
    std::int64_t behind = 0;  // records of its partitions that it has not read yet
  };
  Consumer(store::Access access, event_log::Log& log, Options options, Handler handler,
           std::function<void(const std::string&)> failed);
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;
  ~Consumer();

  void start();
  // Ends the wait, gives the assignment back, ends the thread. Twice is fine.
  void stop();
  Status status() const { return {applied_, dropped_, parked_, failures_, failing_, behind_}; }

 private:
  void loop();
  void step(std::vector<int>& assigned);
  bool stopping();
  void pause(std::chrono::milliseconds at_most);

  const store::Access access_;
  event_log::Log& log_;
  const Options options_;
  const Handler handler_;
  const std::function<void(const std::string&)> failed_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::unique_ptr<event_log::Subscription> subscription_;
  bool stopping_ = false;
  std::atomic<std::uint64_t> applied_{0}, dropped_{0}, parked_{0}, failures_{0};
  std::atomic<bool> failing_{false};
  std::atomic<std::int64_t> behind_{0};
  std::thread thread_;
};

}  // namespace banyan::inbox
