// From the outbox to the log. forward() moves one batch; Relay does it for ever on a thread of its own.
//
// A row leaves the outbox only after the log has acknowledged it. A relay that dies in between sends it
// again: the log then has it twice, and every consumer drops the second by its sequence.
#pragma once
#include "extracted_services/event_log/log.hpp"
#include "extracted_services/outbox/outbox.hpp"
#include "extracted_services/store/access.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace banyan::outbox {

// Answers how many rows it moved; 0: none was waiting. Throws LogError, or what the store throws.
std::size_t forward(const store::Access& access, event_log::Log& log, const std::string& topic,
                    const Limits& limits);

class Relay {
 public:
  struct Options {
    std::string topic;
    Limits limits{};
    std::chrono::milliseconds look_again{1000};  // without a commit that wakes it
    std::chrono::milliseconds first_pause{50};   // after a failure; doubles
    std::chrono::milliseconds longest_pause{5000};
  };
  struct Status {
    std::uint64_t sent = 0;      // rows, re-sent ones counted again
    std::uint64_t failures = 0;  // attempts that ended in an exception
    bool failing = false;        // the last one did
  };
  // `failed` hears of every failure, in words, on the relay's thread.
  Relay(store::Access access, event_log::Log& log, Options options,
        std::function<void(const std::string&)> failed);
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;
  ~Relay();

  void start();
  // Something was committed. Any thread.
  void wake();
  // Ends the attempt in work and the thread. Twice is fine.
  void stop();
  Status status() const { return {sent_, failures_, failing_}; }

 private:
  void loop();
  bool step();
  void wait(std::chrono::milliseconds at_most, bool for_commits);

  const store::Access access_;
  event_log::Log& log_;
  const Options options_;
  const std::function<void(const std::string&)> failed_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  bool stopping_ = false;
  std::atomic<std::uint64_t> sent_{0}, failures_{0};
  std::atomic<bool> failing_{false};
  std::thread thread_;
};

}  // namespace banyan::outbox
