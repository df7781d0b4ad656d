// A steady load of reads from a known set of callers, through the router. Bounded: it stops after `most_requests`
// whatever happens. Counts are kept per phase, so that "no failed request after the roll-back" can be said exactly.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace banyan::demo {

struct PhaseCount {
  std::string name;
  std::uint64_t requests = 0;
  std::uint64_t failed = 0;  // no answer, a broken answer, or 5xx
  std::string first_failure;
};

struct LoadPlan {
  std::string router;                // host:port
  std::vector<std::string> targets;  // asked in turn
  int callers = 200;                 // X-Account-Id 1..callers
  int threads = 2;
  int per_second = 400;              // over all threads
  std::uint64_t most_requests = 100'000;
};

class Load {
 public:
  explicit Load(LoadPlan plan);
  ~Load();
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  // Starts a new phase. Requests that began in the phase before are still counted there: the call returns when all
  // of them have ended.
  void phase(std::string name);
  PhaseCount current() const;
  std::vector<PhaseCount> phases() const;
  void stop();

 private:
  void drive(int thread_index);
  void record(std::size_t phase, bool failed, const std::string& why);

  const LoadPlan plan_;
  mutable std::mutex mutex_;
  std::vector<PhaseCount> phases_;
  std::vector<std::size_t> running_in_;  // per thread: the phase its request began in, npos when idle
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> started_{0};
  std::vector<std::thread> threads_;
};

}  // namespace banyan::demo
