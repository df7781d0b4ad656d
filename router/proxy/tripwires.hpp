// The tripwires of all cutovers, counted by the workers with each answer of the new side. What is quiet costs one
// relaxed load; a wire that trips calls back at once, on the worker's thread, and is dead until it is armed again.
//
// Any thread.
#pragma once

#include "router/cutover/tripwire.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace banyan::proxy {

class Guard {
 public:
  // True exactly once, when this answer trips the wire.
  bool count(bool error);
  void arm(double allowed, bool afresh);
  void disarm() { armed_.store(false, std::memory_order_relaxed); }
  double allowed() const;

 private:
  std::atomic<bool> armed_{false}, quiet_{true};
  mutable std::mutex mutex_;
  cutover::Tripwire wire_;
};

class Tripwires {
 public:
  using Tripped = std::function<void(const std::string& cutover, double allowed)>;
  void on_trip(Tripped tripped) { tripped_ = std::move(tripped); }  // before serving
  std::shared_ptr<Guard> guard(const std::string& cutover);
  void tripped(const std::string& cutover, double allowed) const {
    if (tripped_) tripped_(cutover, allowed);
  }

 private:
  Tripped tripped_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Guard>> guards_;
};

}  // namespace banyan::proxy
