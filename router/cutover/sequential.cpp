#include "router/cutover/sequential.hpp"

#include <algorithm>
#include <cmath>

namespace banyan::cutover {
namespace {

double log_beta(double a, double b) { return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b); }

// log of the mixture's likelihood over p's; the mixture is Beta(1, 1/scale).
class Mixture {
 public:
  Mixture(std::uint64_t hits, std::uint64_t all, double scale)
      : hits_(static_cast<double>(hits)), misses_(static_cast<double>(all - hits)) {
    const double b = std::clamp(1 / std::max(scale, 1e-6) - 1, 1.0, 1e5);
    mixed_ = log_beta(1 + hits_, b + misses_) - log_beta(1, b);
  }
  double against(double p) const {
    const double here = (hits_ > 0 ? hits_ * std::log(p) : 0) + (misses_ > 0 ? misses_ * std::log1p(-p) : 0);
    return mixed_ - here;
  }

 private:
  double hits_, misses_, mixed_;
};

// The border between kept (at `inside`) and left out (at `outside`).
double border(const Mixture& mixture, double inside, double outside, double limit) {
  for (int i = 0; i < 60; ++i) {
    const double middle = (inside + outside) / 2;
    (mixture.against(middle) < limit ? inside : outside) = middle;
  }
  return outside;
}

}  // namespace

Bounds share_bounds(std::uint64_t hits, std::uint64_t all, double alpha, double scale) {
  if (all == 0) return {};
  const Mixture mixture(hits, all, scale);
  const double limit = std::log(1 / alpha);
  const double best = static_cast<double>(hits) / static_cast<double>(all);
  Bounds out;
  if (hits > 0) out.low = border(mixture, best, 0, limit);
  if (hits < all) out.high = border(mixture, best, 1, limit);
  return out;
}

QuantileBounds quantile_bounds(const std::vector<std::uint64_t>& buckets, double quantile, double alpha) {
  QuantileBounds out;
  std::uint64_t all = 0;
  for (const auto count : buckets) all += count;
  if (all == 0) return out;
  const double above_share = 1 - quantile, limit = std::log(1 / alpha);
  const auto compatible = [&](std::uint64_t above, bool too_many) {
    const bool more = static_cast<double>(above) > above_share * static_cast<double>(all);
    return more != too_many || Mixture(above, all, above_share).against(above_share) < limit;
  };
  std::uint64_t above = all;
  bool found = false;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    // The quantile lies at or below the end of bucket i unless too many values are above it.
    above -= buckets[i];
    if (!found && compatible(above, true)) out.low = i, found = true;
    // It lies at or above the end of bucket i unless too few are.
    out.high = i;
    if (!compatible(above, false)) {
      out.known = true;
      break;
    }
  }
  return out;
}

}  // namespace banyan::cutover
