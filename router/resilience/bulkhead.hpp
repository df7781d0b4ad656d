// A bulkhead: so many requests under way, so many that wait, and who comes last is served first. A queue that is full
// sheds the one that has waited longest: it is the likeliest to have been given up by its caller, while the newest
// still has its whole patience. (Skipper's LIFO queues; research on "adaptive LIFO" at Facebook, Queue 2015.)
//
// Any thread. With a free place, entering and leaving cost one read-modify-write each; a lock is taken only while
// the bulkhead is full.
#pragma once
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

namespace banyan::resilience {

struct BulkheadRule {
  std::uint32_t inflight = 0;  // 0: no limit
  std::uint32_t queue = 0;     // 0: whoever finds no place is refused at once
  bool operator==(const BulkheadRule&) const = default;
};

class Bulkhead {
 public:
  // Somebody who waits. on_turn() is called once, by whichever thread frees a place or sheds, with no lock held;
  // state() then says which of both happened.
  class Waiter {
   public:
    enum class State : std::uint8_t { waiting, granted, shed };
    virtual ~Waiter() = default;
    virtual void on_turn() = 0;
    State state() const { return state_.load(std::memory_order_acquire); }

   private:
    friend class Bulkhead;
    std::atomic<State> state_{State::waiting};
  };

  // A place, if one is free. Whoever gets one must leave().
  bool try_enter(const BulkheadRule& rule);
  // A place at once (granted), or in the queue (waiting), or none (shed). An older waiter may be shed for it.
  Waiter::State enter_or_wait(const BulkheadRule& rule, const std::shared_ptr<Waiter>& waiter);
  // The waiter's patience is over. False: its turn has come meanwhile; see its state.
  bool give_up(const std::shared_ptr<Waiter>& waiter);
  void leave(const BulkheadRule& rule);

  std::uint32_t inflight() const { return inflight_.load(std::memory_order_relaxed); }
  std::uint32_t waiting() const { return waiting_.load(std::memory_order_relaxed); }
  std::uint64_t times_shed() const { return shed_.load(std::memory_order_relaxed); }

 private:
  std::shared_ptr<Waiter> next(const BulkheadRule& rule);

  std::atomic<std::uint32_t> inflight_{0};
  std::atomic<std::uint32_t> waiting_{0};
  std::atomic<std::uint64_t> shed_{0};
  std::mutex mutex_;
  std::deque<std::shared_ptr<Waiter>> queue_;  // oldest first
};

}  // namespace banyan::resilience
