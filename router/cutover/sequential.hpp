// Bounds that hold however often one looks: confidence sequences of a share and of a quantile. Pure; any thread.
//
// A share: the beta-binomial mixture (H. Robbins, Ann. Math. Stat. 1970; Howard, Ramdas, McAuliffe, Sekhon, "Time-uniform,
// nonparametric, nonasymptotic confidence sequences", Ann. Stat. 2021): p is left out once the mixture's likelihood is
// 1/alpha times p's; by Ville's inequality the true p is ever left out with probability at most alpha.
// A quantile: x is left out once the share of values above x is no sample of the quantile's share (Howard and Ramdas,
// "Sequential estimation of quantiles", Bernoulli 2022, theorem 1): no union over x is needed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace banyan::cutover {

struct Bounds {
  double low = 0, high = 1;
};

// `scale`: the share around which the bound shall be tight.
Bounds share_bounds(std::uint64_t hits, std::uint64_t all, double alpha, double scale);

// Counts of values by bucket, ascending -> the first and last bucket that may hold the quantile.
struct QuantileBounds {
  std::size_t low = 0, high = 0;
  bool known = false;  // false: the last bucket cannot be told from infinity
};
QuantileBounds quantile_bounds(const std::vector<std::uint64_t>& buckets, double quantile, double alpha);

}  // namespace banyan::cutover
