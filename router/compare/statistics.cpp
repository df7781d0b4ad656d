#include "router/compare/statistics.hpp"

#include <algorithm>
#include <cmath>

namespace banyan::compare {

std::pair<double, double> wilson(std::size_t hits, std::size_t all, double z) {
  if (all == 0) return {0, 1};
  const auto n = static_cast<double>(all);
  const double p = std::min(1.0, static_cast<double>(hits) / n), square = z * z;
  const double middle = (p + square / (2 * n)) / (1 + square / n);
  const double half = z / (1 + square / n) * std::sqrt(p * (1 - p) / n + square / (4 * n * n));
  return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

}  // namespace banyan::compare
