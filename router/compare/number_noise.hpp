// What is known of a number that differs between two answers of the same server: how far it strays.
//
// fits(u, v): could the two come from that server? The distance must not exceed what was seen by more than its tail
// tells (peaks over threshold: Pickands 1975; generalised Pareto by moments: Hosking and Wallis 1987), in absolute
// and in relative terms; a direction that was never seen is not allowed; a few whole numbers that keep coming are a
// set; numbers as far apart as their whole range must lie in that range. Pure; one owner.
#pragma once

#include "router/compare/archive.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace banyan::compare {

// A uniform sample of at most 256 of what was added.
class Reservoir {
 public:
  void add(double value);
  std::size_t seen() const { return seen_; }
  // What one more value exceeds only very rarely.
  double tail() const;
  const std::vector<double>& kept() const { return kept_; }
  template <class Archive>
  void transfer(Archive& archive) {
    archive(kept_, most_kept)(seen_)(random_);
    archive.need(kept_.size() == std::min(seen_, most_kept) && random_ != 0);
  }

  static constexpr std::size_t most_kept = 256;

 private:
  std::vector<double> kept_;
  std::size_t seen_ = 0;
  std::uint64_t random_ = 0x2545f4914f6cdd1dull;
};

class NumberNoise {
 public:
  void observe(double first, double second, bool integer);
  bool fits(double legacy, double fresh, bool integer, double slack) const;
  std::size_t differing() const { return distances_.seen(); }
  // "up to 0.01 apart", "one of 3 values", "anything from 1 to 900"
  std::string describe() const;
  template <class Archive>
  void transfer(Archive& archive) {
    archive(distances_)(relative_)(values_)(counts_, most_values)(up_)(down_)(low_)(high_);
    transfer_flag(archive, many_values_);
    transfer_flag(archive, all_integers_);
    archive.need(values_.seen() > 0 || distances_.seen() == 0);
  }

  static constexpr std::size_t most_values = 32;

 private:
  bool in_set(double value) const;
  bool is_set() const;
  bool wide() const;
  bool in_range(double value) const;

  Reservoir distances_, relative_, values_;
  std::map<double, std::uint32_t> counts_;
  bool many_values_ = false;
  bool all_integers_ = true;
  std::size_t up_ = 0, down_ = 0;
  double low_ = 0, high_ = 0;
};

}  // namespace banyan::compare
