// Rate, errors and duration per operation, and how the store commits, as Prometheus text. Operations are
// declared names, never paths, so that no caller can make the number of series grow. Any thread.
#pragma once
#include "extracted_services/store/write_queue.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace banyan::service {

class Metrics {
 public:
  void begin() { ++in_flight_; }
  void end(std::string_view operation, int status, std::chrono::steady_clock::duration took, bool replayed);
  // Could not be read as a request at all.
  void refused(int status);
  std::string text(const store::WriteStats& writes, std::size_t queued, bool draining) const;

 private:
  static constexpr std::array<std::int64_t, 12> bounds_us{500,   1000,   2500,   5000,   10000,   25000,
                                                          50000, 100000, 250000, 500000, 1000000, 2500000};
  struct Durations {
    std::array<std::uint64_t, bounds_us.size()> below{};
    std::uint64_t count = 0;
    std::int64_t sum_us = 0;
  };
  std::string durations_text() const;

  std::atomic<std::int64_t> in_flight_{0};
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::uint64_t> requests_;
  std::map<std::string, Durations, std::less<>> durations_;
  std::map<int, std::uint64_t> refused_;
  std::uint64_t replayed_ = 0;
};

}  // namespace banyan::service
