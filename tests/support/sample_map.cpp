#include "tests/support/sample_map.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <stdexcept>

#include "tests/support/process.hpp"

namespace banyan::support {
namespace {

class FolderLock {
 public:
  explicit FolderLock(const std::filesystem::path& file) : fd_(::open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644)) {
    if (fd_ < 0 || ::flock(fd_, LOCK_EX) != 0) throw std::runtime_error("cannot lock " + file.string());
  }
  ~FolderLock() { ::close(fd_); }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int fd_;
};

void must(const std::vector<std::string>& argv) {
  const auto done = run(argv, std::chrono::minutes(10));
  if (done.exit_code != 0) throw std::runtime_error(argv[0] + ": " + done.out + done.err);
}

}  // namespace

SampleMap sample_map() {
  const std::filesystem::path dir = BANYAN_BINARY_DIR "/e2e/sample";
  const SampleMap map{BANYAN_SOURCE_DIR "/monolith_sample", dir / "build", dir / "out"};
  std::filesystem::create_directories(dir);
  const FolderLock lock(dir / "lock");
  if (!std::filesystem::exists(map.build / "compile_commands.json"))
    must({"cmake", "-G", "Ninja", "-S", map.source, "-B", map.build, "-DSHOP_TESTS=OFF"});
  must({BANYAN_BINARY_DIR "/bin/banyan-analyze", "map", "-p", map.build, "--root", map.source, "-o", map.out, "--progress", "none"});
  return map;
}

}  // namespace banyan::support
