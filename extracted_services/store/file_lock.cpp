#include "extracted_services/store/file_lock.hpp"

#include "extracted_services/store/connection.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <sys/file.h>

namespace banyan::store {
namespace {

std::string holder_of(int descriptor) {
  std::array<char, 32> text{};
  const auto size = ::pread(descriptor, text.data(), text.size() - 1, 0);
  return size > 0 ? "process " + std::string(text.data()) : std::string("another process");
}

}  // namespace

FileLock::FileLock(std::string path) : path_(std::move(path)) {
  descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor_ < 0) throw StoreError(path_ + ": cannot open the lock file: " + std::strerror(errno));
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const std::string holder = holder_of(descriptor_);
    ::close(descriptor_);
    throw StoreError(path_ + ": " + holder + " already writes this database; stop it first");
  }
  const std::string pid = std::to_string(::getpid());
  // Only for the message above; the lock does not depend on it.
  [[maybe_unused]] const bool noted =
      ::ftruncate(descriptor_, 0) == 0 && ::pwrite(descriptor_, pid.data(), pid.size(), 0) > 0;
}

FileLock::~FileLock() { ::close(descriptor_); }

}  // namespace banyan::store
