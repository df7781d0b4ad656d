#include "router/resilience/breaker.hpp"

#include <algorithm>

namespace banyan::resilience {
namespace {

constexpr std::uint64_t count_mask = (1u << 20) - 1;

std::uint64_t pack(std::uint64_t slice, std::uint64_t total, std::uint64_t failed) {
  return slice << 40 | total << 20 | failed;
}

std::uint64_t slice_of(std::chrono::milliseconds window, std::size_t slices, std::int64_t now_ms) {
  const auto width = std::max<std::int64_t>(1, window.count() / static_cast<std::int64_t>(slices));
  return static_cast<std::uint64_t>(now_ms / width) & ((1u << 24) - 1);
}

}  // namespace

void FailureWindow::add(bool failed, std::chrono::milliseconds window, std::int64_t now_ms) {
  const auto slice = slice_of(window, slices, now_ms);
  auto& word = words_[slice % slices];
  auto seen = word.load(std::memory_order_relaxed);
  for (;;) {
    const bool same = seen >> 40 == slice;
    const auto total = same ? seen >> 20 & count_mask : 0;
    const auto bad = same ? seen & count_mask : 0;
    if (total == count_mask) return;  // a million in one slice: the share is known well enough
    if (word.compare_exchange_weak(seen, pack(slice, total + 1, bad + (failed ? 1 : 0)), std::memory_order_relaxed)) return;
  }
}

FailureWindow::Sums FailureWindow::sums(std::chrono::milliseconds window, std::int64_t now_ms) const {
  const auto now = slice_of(window, slices, now_ms);
  Sums sums;
  for (const auto& word : words_) {
    const auto seen = word.load(std::memory_order_relaxed);
    const auto age = (now - (seen >> 40)) & ((1u << 24) - 1);
    if (age >= slices) continue;
    sums.total += static_cast<std::uint32_t>(seen >> 20 & count_mask);
    sums.failed += static_cast<std::uint32_t>(seen & count_mask);
  }
  return sums;
}

void FailureWindow::clear() {
  for (auto& word : words_) word.store(0, std::memory_order_relaxed);
}

Breaker::Permit Breaker::enter(const BreakerRule& rule, std::int64_t now_ms) {
  const auto era = era_.load(std::memory_order_acquire);
  if (!rule.on() || state_.load(std::memory_order_acquire) == State::closed) return {true, false, era, 0};
  std::lock_guard lock(mutex_);
  return enter_locked(rule, now_ms);
}

Breaker::Permit Breaker::enter_locked(const BreakerRule& rule, std::int64_t now_ms) {
  if (state() == State::open) {
    const auto left = changed_ms_ + rule.open_for.count() - now_ms;
    if (left > 0) return {false, false, 0, left};
    change(State::half_open, now_ms);
  }
  if (state() == State::closed) return {true, false, era_.load(), 0};
  if (probes_under_way_ + probes_good_ >= rule.probes) return {false, false, 0, 1};
  ++probes_under_way_;
  return {true, true, era_.load(), 0};
}

void Breaker::leave(const BreakerRule& rule, const Permit& permit, Outcome outcome, std::int64_t now_ms) {
  if (!permit.allowed || permit.era != era_.load(std::memory_order_acquire)) return;
  if (permit.probe) return leave_probe(rule, permit, outcome, now_ms);
  if (rule.on() && outcome != Outcome::unknown) leave_closed(rule, permit, outcome == Outcome::bad, now_ms);
}

void Breaker::leave_closed(const BreakerRule& rule, const Permit& permit, bool failed, std::int64_t now_ms) {
  if (rule.failure_rate > 0) window_.add(failed, rule.window, now_ms);
  if (!failed) {
    if (in_a_row_.load(std::memory_order_relaxed) != 0) in_a_row_.store(0, std::memory_order_relaxed);
    return;
  }
  const auto in_a_row = in_a_row_.fetch_add(1, std::memory_order_relaxed) + 1;
  bool opens = rule.consecutive != 0 && in_a_row >= rule.consecutive;
  if (!opens && rule.failure_rate > 0) {
    const auto sums = window_.sums(rule.window, now_ms);
    opens = sums.total >= rule.min_requests && sums.failed >= rule.failure_rate * sums.total;
  }
  if (!opens) return;
  std::lock_guard lock(mutex_);
  if (permit.era == era_.load()) change(State::open, now_ms);
}

void Breaker::leave_probe(const BreakerRule& rule, const Permit& permit, Outcome outcome, std::int64_t now_ms) {
  std::lock_guard lock(mutex_);
  if (permit.era != era_.load()) return;
  --probes_under_way_;
  if (outcome == Outcome::bad) return change(State::open, now_ms);
  if (outcome == Outcome::good && ++probes_good_ >= rule.probes) change(State::closed, now_ms);
}

void Breaker::change(State state, std::int64_t now_ms) {
  changed_ms_ = now_ms;
  probes_under_way_ = probes_good_ = 0;
  in_a_row_.store(0, std::memory_order_relaxed);
  window_.clear();
  if (state == State::open) opened_.fetch_add(1, std::memory_order_relaxed);
  // The state first: who reads the new era finds the state it belongs to.
  state_.store(state, std::memory_order_release);
  era_.fetch_add(1, std::memory_order_acq_rel);
}

std::string_view to_string(Breaker::State state) {
  switch (state) {
    case Breaker::State::closed: return "closed";
    case Breaker::State::half_open: return "half_open";
    case Breaker::State::open: return "open";
  }
  return "?";
}

}  // namespace banyan::resilience
