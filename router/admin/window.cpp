#include "router/admin/window.hpp"

#include <algorithm>
#include <numeric>

namespace banyan::admin {
namespace {

constexpr std::int64_t half_ms = 30'000;

cutover::Numbers numbers_since(const cutover::Numbers& now, const cutover::Numbers& then) {
  cutover::Numbers out;
  out.fresh = cutover::since(now.fresh, then.fresh);
  out.legacy = cutover::since(now.legacy, then.legacy);
  out.equal = now.equal - std::min(now.equal, then.equal);
  out.different = now.different - std::min(now.different, then.different);
  return out;
}

}  // namespace

Recent Window::take(const NumbersByCutover& now, std::int64_t now_ms) {
  if (now_ms - newer_.at_ms >= half_ms) {
    older_ = std::move(newer_);
    newer_ = {now, now_ms};
  }
  Recent recent;
  recent.seconds = static_cast<double>(std::max<std::int64_t>(now_ms - older_.at_ms, 0)) / 1000;
  for (const auto& [name, numbers] : now) {
    const auto then = older_.numbers.find(name);
    recent.numbers[name] = then == older_.numbers.end() ? numbers : numbers_since(numbers, then->second);
  }
  return recent;
}

std::uint64_t quantile_us(const std::vector<std::uint64_t>& buckets, double share, std::uint64_t (*bucket_end_us)(std::size_t)) {
  const auto all = std::accumulate(buckets.begin(), buckets.end(), std::uint64_t{0});
  if (all == 0 || !bucket_end_us) return 0;
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    below += buckets[i];
    if (static_cast<double>(below) >= share * static_cast<double>(all)) return bucket_end_us(i);
  }
  return bucket_end_us(buckets.size() - 1);
}

}  // namespace banyan::admin
