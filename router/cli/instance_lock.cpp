#include "router/cli/instance_lock.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <sys/file.h>
#include <thread>

namespace banyan::cli {

InstanceLock::InstanceLock(const std::string& state_path) {
  const std::string path = state_path + ".lock";
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd_ < 0) throw std::runtime_error("cannot open " + path + ": " + std::strerror(errno));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(3);
  while (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK || std::chrono::steady_clock::now() > deadline) {
      const int error = errno;
      ::close(fd_);
      throw std::runtime_error(error == EWOULDBLOCK ? "another router uses " + state_path +
                                                          "; give this one its own static.state"
                                                    : "cannot lock " + path + ": " + std::strerror(error));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

InstanceLock::~InstanceLock() { ::close(fd_); }

}  // namespace banyan::cli
