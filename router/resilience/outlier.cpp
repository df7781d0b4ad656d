#include "router/resilience/outlier.hpp"

#include <algorithm>

namespace banyan::resilience {

bool may_eject(const OutlierRule& rule, std::uint32_t size, std::uint32_t ejected) {
  return ejected == 0 || ejected + 1 <= rule.most_ejected * size;
}

bool Outlier::on_failure(const OutlierRule& rule, std::int64_t now_ms) {
  const auto in_a_row = in_a_row_.fetch_add(1, std::memory_order_relaxed) + 1;
  return rule.consecutive != 0 && in_a_row >= rule.consecutive && !ejected(now_ms);
}

void Outlier::eject(const OutlierRule& rule, std::int64_t now_ms) {
  auto until = until_ms_.load(std::memory_order_relaxed);
  if (until > now_ms) return;
  // Once it has done well for as long as the longest ejection, its past is forgotten.
  const bool again = until != 0 && now_ms - until < rule.cap.count();
  const auto doublings = again ? std::min<std::uint32_t>(doublings_.load(std::memory_order_relaxed) + 1, 20) : 0;
  const auto length = std::min<std::int64_t>(rule.base.count() << doublings, rule.cap.count());
  // Two workers may see the same failures: only one of them ejects.
  if (!until_ms_.compare_exchange_strong(until, now_ms + length, std::memory_order_relaxed)) return;
  doublings_.store(doublings, std::memory_order_relaxed);
  times_.fetch_add(1, std::memory_order_relaxed);
}

void Outlier::restore(std::int64_t now_ms) {
  if (!ejected(now_ms)) return;
  until_ms_.store(now_ms, std::memory_order_relaxed);
  in_a_row_.store(0, std::memory_order_relaxed);
}

}  // namespace banyan::resilience
