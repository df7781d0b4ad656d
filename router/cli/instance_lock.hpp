// One router per state file: two would each believe their own memory. The kernel frees the lock with the
// process.
#pragma once

#include <string>

namespace banyan::cli {

class InstanceLock {
 public:
  // Waits a moment for a router that is just going. Throws std::runtime_error when another one stays.
  explicit InstanceLock(const std::string& state_path);
  ~InstanceLock();
  InstanceLock(const InstanceLock&) = delete;
  InstanceLock& operator=(const InstanceLock&) = delete;

 private:
  int fd_;
};

}  // namespace banyan::cli
