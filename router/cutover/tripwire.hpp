// Tells from one answer of the new side after another when it has become worse than allowed. Pure; one owner.
//
// An e-detector (Shin, Ramdas, Rinaldo, "E-detectors: a nonparametric framework for sequential change detection", 2022):
// the larger of 1 and a likelihood ratio that runs on, for four sizes of damage at once. As long as the error rate is at
// most `allowed`, a false alarm comes on average after no less than a million answers; 100 % errors are told after four
// to six.
#pragma once

#include <array>

namespace banyan::cutover {

class Tripwire {
 public:
  explicit Tripwire(double allowed = 0.05) { allow(allowed); }
  void allow(double rate);  // what has been gathered stays
  // One more answer; true once the new side is worse than allowed, and from then on.
  bool count(bool error);
  bool tripped() const { return tripped_; }
  // Another good answer would change nothing.
  bool quiet() const;
  void reset();
  double allowed() const { return allowed_; }

 private:
  static constexpr std::size_t sizes = 4;
  std::array<double, sizes> gathered_{}, on_error_{}, on_success_{};
  double allowed_ = 0.05;
  bool tripped_ = false;
};

}  // namespace banyan::cutover
