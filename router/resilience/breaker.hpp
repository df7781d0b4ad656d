// A circuit breaker: closed -> open after too many failures -> half-open after a while, when a few probes decide.
// (M. Nygard, "Release It!"; the two modes as in Skipper and resilience4j.)
//
//   closed     everything passes. Opens after `consecutive` failures in a row, or when of the last `window` at least
//              `min_requests` were seen and at least `failure_rate` of them failed.
//   open       nothing passes for `open_for`.
//   half_open  at most `probes` requests are under way; `probes` good ones close, one bad one opens again.
//
// Pure: the clock is an argument (milliseconds of any steady clock). Any thread; closed, a request costs one load to
// get in and at most one read-modify-write to get out, and only transitions take the lock.
#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string_view>

namespace banyan::resilience {

struct BreakerRule {
  std::uint32_t consecutive = 0;   // 0: this mode is off
  double failure_rate = 0;         // share, 0..1; 0: this mode is off
  std::uint32_t min_requests = 20;
  std::chrono::milliseconds window{10'000};
  std::chrono::milliseconds open_for{5'000};
  std::uint32_t probes = 3;

  bool on() const { return consecutive != 0 || failure_rate > 0; }
  bool operator==(const BreakerRule&) const = default;
};

// How many of the last requests failed, in ten slices of the window. Any thread, no lock.
class FailureWindow {
 public:
  struct Sums {
    std::uint32_t total = 0;
    std::uint32_t failed = 0;
  };
  void add(bool failed, std::chrono::milliseconds window, std::int64_t now_ms);
  Sums sums(std::chrono::milliseconds window, std::int64_t now_ms) const;
  void clear();

 private:
  static constexpr std::size_t slices = 10;
  // Slice number, total and failures in one word, so that a slice is begun anew and counted in one step.
  std::array<std::atomic<std::uint64_t>, slices> words_{};
};

class Breaker {
 public:
  enum class State : std::uint8_t { closed, half_open, open };

  // What a request holds that was let in; handed back exactly once. Outcomes of an earlier state change nothing.
  struct Permit {
    bool allowed = false;
    bool probe = false;
    std::uint32_t era = 0;
    std::int64_t retry_after_ms = 0;  // when not allowed
  };
  enum class Outcome : std::uint8_t { good, bad, unknown };  // unknown: the caller left, or was refused elsewhere

  Permit enter(const BreakerRule& rule, std::int64_t now_ms);
  void leave(const BreakerRule& rule, const Permit& permit, Outcome outcome, std::int64_t now_ms);

  State state() const { return state_.load(std::memory_order_acquire); }
  std::uint64_t times_opened() const { return opened_.load(std::memory_order_relaxed); }

 private:
  Permit enter_locked(const BreakerRule& rule, std::int64_t now_ms);
  void leave_closed(const BreakerRule& rule, const Permit& permit, bool failed, std::int64_t now_ms);
  void leave_probe(const BreakerRule& rule, const Permit& permit, Outcome outcome, std::int64_t now_ms);
  void change(State state, std::int64_t now_ms);

  std::atomic<State> state_{State::closed};
  std::atomic<std::uint32_t> era_{0};
  std::atomic<std::uint32_t> in_a_row_{0};
  std::atomic<std::uint64_t> opened_{0};
  FailureWindow window_;
  std::mutex mutex_;
  std::int64_t changed_ms_ = 0;
  std::uint32_t probes_under_way_ = 0;
  std::uint32_t probes_good_ = 0;
};

std::string_view to_string(Breaker::State state);

}  // namespace banyan::resilience
