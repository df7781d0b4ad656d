// A thread that does what is owed until it is done: again after a pause when it could not be.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace shop::core {

class Repeater {
 public:
  // `work` answers whether nothing is left; what it throws is logged and something is left. The first time is at once:
  // an earlier process may have left some.
  Repeater(std::string name, std::function<bool()> work);
  ~Repeater();  // waits for the end of what it is doing
  Repeater(const Repeater&) = delete;
  Repeater& operator=(const Repeater&) = delete;

  void wake();  // any thread, in a transaction too

 private:
  void run();
  bool try_it();

  const std::string name_;
  const std::function<bool()> work_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool owed_ = true;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace shop::core
