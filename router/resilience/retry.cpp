#include "router/resilience/retry.hpp"

#include <algorithm>

namespace banyan::resilience {

Again again_after(const Attempt& attempt, const RetryRule& rule) {
  if (attempt.answer_begun) return Again::no;
  // Another try costs nobody anything but a connection, so its number is bounded by the endpoints alone.
  if (attempt.nothing_sent) return attempt.kept ? Again::same : Again::elsewhere;
  const bool repeatable = !attempt.body && (rule.safe_only ? attempt.safe : attempt.idempotent);
  if (!repeatable || attempt.resent >= rule.most) return Again::no;
  return attempt.kept ? Again::same : Again::elsewhere;
}

std::chrono::milliseconds backoff(const RetryRule& rule, std::uint32_t retry, std::uint64_t random) {
  const auto base = std::max<std::int64_t>(rule.base.count(), 0);
  const auto cap = std::max<std::int64_t>(rule.cap.count(), 0);
  const auto doublings = std::min<std::uint32_t>(retry, 30);
  const auto most = base > cap >> doublings ? cap : base << doublings;
  return std::chrono::milliseconds(static_cast<std::int64_t>(random % (static_cast<std::uint64_t>(most) + 1)));
}

bool RetryBudget::try_begin(const BudgetRule& rule, std::int64_t active) {
  const auto share = static_cast<std::int64_t>(rule.share * static_cast<double>(std::max<std::int64_t>(active, 0)));
  const auto most = static_cast<std::uint32_t>(std::min<std::int64_t>(std::max<std::int64_t>(share, rule.floor), UINT32_MAX));
  auto seen = under_way_.load(std::memory_order_relaxed);
  while (seen < most) {
    if (!under_way_.compare_exchange_weak(seen, seen + 1, std::memory_order_relaxed)) continue;
    retries_.fetch_add(1, std::memory_order_relaxed);
    return true;
  }
  return false;
}

}  // namespace banyan::resilience
