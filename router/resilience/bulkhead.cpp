#include "router/resilience/bulkhead.hpp"

#include <algorithm>

namespace banyan::resilience {

bool Bulkhead::try_enter(const BulkheadRule& rule) {
  auto seen = inflight_.load();
  while (rule.inflight == 0 || seen < rule.inflight)
    if (inflight_.compare_exchange_weak(seen, seen + 1)) return true;
  return false;
}

Bulkhead::Waiter::State Bulkhead::enter_or_wait(const BulkheadRule& rule, const std::shared_ptr<Waiter>& waiter) {
  using State = Waiter::State;
  if (try_enter(rule)) return State::granted;
  std::shared_ptr<Waiter> oldest;
  {
    std::lock_guard lock(mutex_);
    // Announced before the second look: whoever leaves after it sees that somebody waits.
    waiting_.fetch_add(1);
    if (rule.queue == 0 || try_enter(rule)) {
      waiting_.fetch_sub(1);
      if (rule.queue != 0) return State::granted;
      shed_.fetch_add(1, std::memory_order_relaxed);
      return State::shed;
    }
    queue_.push_back(waiter);
    if (queue_.size() > rule.queue) {
      oldest = std::move(queue_.front());
      queue_.pop_front();
      waiting_.fetch_sub(1);
      shed_.fetch_add(1, std::memory_order_relaxed);
      oldest->state_.store(State::shed, std::memory_order_release);
    }
  }
  if (oldest) oldest->on_turn();
  return State::waiting;
}

bool Bulkhead::give_up(const std::shared_ptr<Waiter>& waiter) {
  std::lock_guard lock(mutex_);
  const auto found = std::find(queue_.begin(), queue_.end(), waiter);
  if (found == queue_.end()) return false;
  queue_.erase(found);
  waiting_.fetch_sub(1);
  return true;
}

void Bulkhead::leave(const BulkheadRule& rule) {
  inflight_.fetch_sub(1);
  while (waiting_.load() != 0) {
    const auto granted = next(rule);
    if (!granted) return;
    granted->on_turn();
  }
}

std::shared_ptr<Bulkhead::Waiter> Bulkhead::next(const BulkheadRule& rule) {
  std::lock_guard lock(mutex_);
  if (queue_.empty() || !try_enter(rule)) return nullptr;
  auto newest = std::move(queue_.back());
  queue_.pop_back();
  waiting_.fetch_sub(1);
  newest->state_.store(Waiter::State::granted, std::memory_order_release);
  return newest;
}

}  // namespace banyan::resilience
