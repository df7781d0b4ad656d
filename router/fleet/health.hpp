// Whether a router and its fleet know of each other: written by whoever talks to etcd, read by status, metrics, the gates.
// Any thread.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>

namespace banyan::fleet {

struct Report {
  bool in_step = false;  // the last listing was read and taken over
  std::string trouble;   // unless in step
  bool ever = false;     // has it been in step since the start?
  std::int64_t for_ms = 0;     // in step, or not, for so long
  std::int64_t answer_ms = -1;  // since the last listing that was taken over; -1: none
  std::uint64_t listings = 0, failures = 0, watches_lost = 0, compactions = 0, older_answers = 0;
};

class Health {
 public:
  void took_over();
  void failed(const std::string& trouble);
  void count_older_answer();
  void count_lost_watch(bool compacted);

  Report report() const;
  bool wait_until_in_step(std::chrono::milliseconds time) const;

 private:
  using Clock = std::chrono::steady_clock;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  Report report_{false, "etcd has not answered yet", false, 0, -1, 0, 0, 0, 0, 0};
  Clock::time_point since_ = Clock::now(), answered_{};
};

}  // namespace banyan::fleet
