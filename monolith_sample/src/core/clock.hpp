// The business date: which day the shop thinks it is. Kept in settings so that month-end can be booked late.
#pragma once

#include <mutex>
#include <string>

namespace shop::core {

class Clock {
 public:
  static Clock& instance();

  std::string today();
  void set_today(const std::string& date);
  void forget();  // after somebody wrote settings behind our back

 private:
  std::mutex mutex_;
  std::string cached_;
};

// Short for Clock::instance().today().
std::string today();

}  // namespace shop::core
