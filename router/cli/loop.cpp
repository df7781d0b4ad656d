#include "router/cli/loop.hpp"

#include <signal.h>

#include <ctime>
#include <sys/stat.h>
#include <tuple>

namespace banyan::cli {
namespace {

sigset_t our_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGUSR2}) sigaddset(&set, number);
  return set;
}

// What stat says about a file; a new editor's file differs in the inode at least.
using Stamp = std::tuple<ino_t, off_t, time_t, long>;

Stamp stamp_of(const std::string& file) {
  struct stat info{};
  if (::stat(file.c_str(), &info) != 0) return {};
  return {info.st_ino, info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec};
}

class FileWatch {
 public:
  explicit FileWatch(std::string file) : file_(std::move(file)), known_(stamp_of(file_)), seen_(known_) {}

  // True once after each change that has kept still since the last call; a file that is gone is no change.
  bool changed() {
    const Stamp now = stamp_of(file_);
    const bool still = now == seen_;
    seen_ = now;
    if (!still || now == known_ || now == Stamp{}) return false;
    known_ = now;
    return true;
  }
  void taken() { known_ = seen_ = stamp_of(file_); }

 private:
  std::string file_;
  Stamp known_, seen_;
};

}  // namespace

void block_signals() {
  const sigset_t set = our_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

int run_loop(const std::string& config_file, const LoopActions& actions) {
  const sigset_t set = our_signals();
  constexpr timespec pause{0, 200'000'000};
  FileWatch watch(config_file);
  for (;;) {
    const int number = ::sigtimedwait(&set, nullptr, &pause);
    if (number == SIGTERM || number == SIGINT) return number;
    if (number == SIGUSR2) actions.rollback_all("SIGUSR2");
    if (number == SIGHUP) {
      watch.taken();
      actions.reload("SIGHUP");
    } else if (watch.changed()) {
      actions.reload("file changed");
    }
    actions.tick();
  }
}

}  // namespace banyan::cli
