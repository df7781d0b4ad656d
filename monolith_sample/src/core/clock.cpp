#include "core/clock.hpp"

#include "core/settings.hpp"

namespace shop::core {

Clock& Clock::instance() {
  static Clock clock;
  return clock;
}

std::string Clock::today() {
  {
    std::lock_guard lock(mutex_);
    if (!cached_.empty()) return cached_;
  }
  // The query may wait for another thread's transaction, so not under our mutex.
  const std::string date = setting("business_date", "2026-01-01");
  std::lock_guard lock(mutex_);
  return cached_ = date;
}

void Clock::set_today(const std::string& date) {
  set_setting("business_date", date);
  forget();
}

void Clock::forget() {
  std::lock_guard lock(mutex_);
  cached_.clear();
}

std::string today() { return Clock::instance().today(); }

}  // namespace shop::core
