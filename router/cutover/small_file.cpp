#include "router/cutover/small_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <sys/stat.h>

namespace banyan::cutover {
namespace {

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags, int mode = 0600)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~Descriptor() {
    const int saved = errno;
    if (fd_ >= 0) ::close(fd_);
    errno = saved;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }

 private:
  int fd_;
};

bool write_all(int fd, std::string_view bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::pwrite(fd, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

bool sync_directory_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  const Descriptor directory(folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY);
  return directory && ::fsync(directory.get()) == 0;
}

}  // namespace

std::optional<std::string> read_small_file(const std::string& path) {
  const Descriptor file(path, O_RDONLY);
  if (!file) return std::nullopt;
  std::string bytes;
  char piece[4096];
  for (;;) {
    const ssize_t n = ::read(file.get(), piece, sizeof piece);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return std::nullopt;
    if (n == 0) return bytes;
    bytes.append(piece, static_cast<std::size_t>(n));
  }
}

bool reserve_small_file(const std::string& path, std::size_t size) {
  const Descriptor file(path, O_RDWR | O_CREAT);
  struct stat info{};
  if (!file || ::fstat(file.get(), &info) != 0) return false;
  if (static_cast<std::size_t>(info.st_size) >= size) return true;
  // Written, not merely allocated: an unwritten extent may need a new block when it is first written.
  const std::string zeros(size - static_cast<std::size_t>(info.st_size), '\0');
  if (::pwrite(file.get(), zeros.data(), zeros.size(), info.st_size) != static_cast<ssize_t>(zeros.size()))
    return false;
  return ::fsync(file.get()) == 0 && sync_directory_of(path);
}

bool overwrite_small_file(const std::string& path, std::string_view bytes) {
  const Descriptor file(path, O_RDWR | O_CREAT);
  struct stat info{};
  if (!file || ::fstat(file.get(), &info) != 0) return false;
  std::string padded(bytes);
  if (static_cast<std::size_t>(info.st_size) > padded.size())
    padded.resize(static_cast<std::size_t>(info.st_size));
  if (!write_all(file.get(), padded) || ::fdatasync(file.get()) != 0) return false;
  return info.st_size != 0 || sync_directory_of(path);
}

}  // namespace banyan::cutover
