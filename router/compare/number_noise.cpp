#include "router/compare/number_noise.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace banyan::compare {
namespace {

constexpr std::size_t sure_of_direction = 20;

std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

// Beyond the threshold (90 %), how far a share of `rare` of the exceedances reaches.
double beyond(const std::vector<double>& sorted, std::size_t from, double rare) {
  const double threshold = sorted[from];
  double mean = 0, square = 0;
  const auto count = static_cast<double>(sorted.size() - from);
  for (std::size_t i = from; i < sorted.size(); ++i) mean += (sorted[i] - threshold) / count;
  for (std::size_t i = from; i < sorted.size(); ++i) {
    const double off = sorted[i] - threshold - mean;
    square += off * off / std::max(1.0, count - 1);
  }
  const double exponential = mean * std::log(1 / rare) * (1 + 2 / std::sqrt(count));  // few say little
  if (count < 12 || square <= 0) return exponential;
  const double ratio = mean * mean / square;
  // Light tails only: a heavy one would let everything through, an exponential one is the most that is believed.
  const double shape = std::min(0.0, 0.5 * (1 - ratio));
  if (shape > -1e-6) return exponential;
  const double scale = 0.5 * mean * (ratio + 1);
  const double reach = scale / -shape * (1 - std::pow(rare, -shape));
  return std::min(exponential, reach * (1 + 4 / std::sqrt(count)));
}

}  // namespace

void Reservoir::add(double value) {
  ++seen_;
  if (kept_.size() < most_kept) return kept_.push_back(value);
  random_ ^= random_ << 13, random_ ^= random_ >> 7, random_ ^= random_ << 17;
  if (const std::size_t place = random_ % seen_; place < most_kept) kept_[place] = value;
}

double Reservoir::tail() const {
  if (kept_.empty()) return 0;
  std::vector<double> sorted = kept_;
  std::sort(sorted.begin(), sorted.end());
  const double most = sorted.back();
  if (sorted.size() < 10) return 2 * most;
  const std::size_t from = sorted.size() - std::max<std::size_t>(3, sorted.size() / 10);
  return std::max(most, sorted[from] + beyond(sorted, from, 1e-5));
}

void NumberNoise::observe(double first, double second, bool integer) {
  all_integers_ = all_integers_ && integer;
  if (values_.seen() == 0) low_ = high_ = first;
  for (const double value : {first, second}) {
    low_ = std::min(low_, value), high_ = std::max(high_, value);
    values_.add(value);
    if (counts_.size() < most_values || counts_.contains(value)) ++counts_[value];
    else many_values_ = true;
  }
  if (first == second) return;
  const double distance = std::abs(second - first);
  distances_.add(distance);
  relative_.add(distance / std::max(std::abs(first), std::abs(second)));
  ++(second > first ? up_ : down_);
}

// The values keep coming, each more than once: what has not come yet would be rarer than 1 in as many.
bool NumberNoise::is_set() const {
  if (many_values_ || values_.seen() < 40 || values_.seen() < 4 * counts_.size()) return false;
  return std::none_of(counts_.begin(), counts_.end(), [](const auto& entry) { return entry.second < 3; });
}
bool NumberNoise::in_set(double value) const { return counts_.contains(value); }

// Two answers are as far apart as any two values: random in a range, not strayed from a true value.
bool NumberNoise::wide() const {
  if (distances_.seen() < sure_of_direction) return false;
  const double most = *std::max_element(distances_.kept().begin(), distances_.kept().end());
  return up_ > 0 && down_ > 0 && most >= 0.5 * (high_ - low_);
}

bool NumberNoise::in_range(double value) const {
  double mean = 0;
  for (const double each : values_.kept()) mean += each / static_cast<double>(values_.kept().size());
  Reservoir away;
  for (const double each : values_.kept()) away.add(std::abs(each - mean));
  return std::abs(value - mean) <= away.tail();
}

bool NumberNoise::fits(double legacy, double fresh, bool integer, double slack) const {
  const double distance = fresh - legacy;
  if (distance == 0) return true;
  if (distances_.seen() == 0 || (all_integers_ && !integer)) return false;
  if (is_set()) return in_set(fresh) && in_set(legacy);
  if (wide()) return in_range(fresh);
  const bool sure = distances_.seen() >= sure_of_direction;
  if (sure && ((distance > slack && up_ == 0) || (-distance > slack && down_ == 0))) return false;
  if (std::abs(distance) <= slack) return true;
  // A difference of decimal fractions is a hair off in binary.
  const double hair = 1e-9 * std::max(std::abs(legacy), std::abs(fresh));
  if (std::abs(distance) > distances_.tail() + slack + hair) return false;
  const double scale = std::max(std::abs(legacy), std::abs(fresh));
  return slack > 0 || std::abs(distance) / scale <= relative_.tail() * (1 + 1e-9) + 1e-9;
}

std::string NumberNoise::describe() const {
  if (distances_.seen() == 0) return "the same";
  if (is_set()) return "one of " + std::to_string(counts_.size()) + " numbers";
  if (wide()) return "a number from " + short_number(low_) + " to " + short_number(high_);
  return "a number up to " + short_number(distances_.tail()) + " apart" + (down_ == 0 ? ", never less" : "");
}

}  // namespace banyan::compare
