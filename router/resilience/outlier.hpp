// Passive health of one endpoint, from the requests it was sent: failures in a row eject it for a while, longer each
// time it comes back only to fail again. How many of a group may be ejected at once is capped, because an upstream
// whose endpoints all fail is not helped by sending everything to the last one. (Envoy, "Outlier detection".)
//
// Pure: the clock is an argument. Any thread; an endpoint that does well costs one load a request.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>

namespace banyan::resilience {

struct OutlierRule {
  std::uint32_t consecutive = 3;  // failures in a row; 0: off
  bool statuses = false;          // whether an answer of 500 and above is a failure
  std::chrono::milliseconds base{1'000};
  std::chrono::milliseconds cap{30'000};
  double most_ejected = 0.5;  // share of the group; one may always be
  bool operator==(const OutlierRule&) const = default;
};

// Whether one more of `size` endpoints may be ejected when `ejected` are.
bool may_eject(const OutlierRule& rule, std::uint32_t size, std::uint32_t ejected);

class Outlier {
 public:
  bool ejected(std::int64_t now_ms) const { return until_ms_.load(std::memory_order_relaxed) > now_ms; }
  // When it came back, or will; 0 when it never was away.
  std::int64_t back_at_ms() const { return until_ms_.load(std::memory_order_relaxed); }

  void on_success() {
    if (in_a_row_.load(std::memory_order_relaxed) != 0) in_a_row_.store(0, std::memory_order_relaxed);
  }
  // True when it should be ejected now; the caller asks may_eject() and then calls eject().
  bool on_failure(const OutlierRule& rule, std::int64_t now_ms);
  void eject(const OutlierRule& rule, std::int64_t now_ms);
  void restore(std::int64_t now_ms);  // an active probe knows better
  std::uint64_t times_ejected() const { return times_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint32_t> in_a_row_{0};
  std::atomic<std::uint32_t> doublings_{0};
  std::atomic<std::int64_t> until_ms_{0};
  std::atomic<std::uint64_t> times_{0};
};

}  // namespace banyan::resilience
