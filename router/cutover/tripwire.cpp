#include "router/cutover/tripwire.hpp"

#include <algorithm>
#include <cmath>

namespace banyan::cutover {

void Tripwire::allow(double rate) {
  constexpr std::array<double, sizes> damage = {0.05, 0.15, 0.45, 0.9};
  allowed_ = std::clamp(rate, 1e-4, 0.99);
  for (std::size_t i = 0; i < sizes; ++i) {
    const double worse = allowed_ + (1 - allowed_) * damage[i];
    on_error_[i] = std::log(worse / allowed_);
    on_success_[i] = std::log((1 - worse) / (1 - allowed_));
  }
}

bool Tripwire::count(bool error) {
  constexpr double once_in = 1e6;
  const double limit = std::log(once_in * sizes);
  for (std::size_t i = 0; i < sizes; ++i) {
    gathered_[i] = std::max(0.0, gathered_[i]) + (error ? on_error_[i] : on_success_[i]);
    tripped_ = tripped_ || gathered_[i] >= limit;
  }
  return tripped_;
}

bool Tripwire::quiet() const {
  return !tripped_ && std::all_of(gathered_.begin(), gathered_.end(), [](double g) { return g <= 0; });
}

void Tripwire::reset() {
  gathered_ = {};
  tripped_ = false;
}

}  // namespace banyan::cutover
