#include "router/telemetry/access_log.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace banyan::telemetry {
namespace {

constexpr std::size_t chunk_bytes = 64 * 1024;

int open_to_append(const std::string& path) {
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
}

}  // namespace

AccessLog::AccessLog(const std::string& path, Report report) : path_(path), report_(std::move(report)) {
  if (path == "stdout") {
    file_ = STDOUT_FILENO;
  } else if (path == "stderr") {
    file_ = STDERR_FILENO;
  } else {
    file_ = open_to_append(path);
    if (file_ < 0) throw std::system_error(errno, std::generic_category(), "access log " + path);
    owns_file_ = true;
  }
  thread_ = std::thread([this] { run(); });
}

AccessLog::~AccessLog() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
  if (owns_file_) ::close(file_);
}

void AccessLog::Writer::add(const AccessEntry& entry) {
  if (log_ == nullptr) return;
  append_json(chunk_, entry);
  ++lines_;
  if (chunk_.size() >= chunk_bytes) flush();
}

void AccessLog::Writer::flush() {
  if (lines_ == 0) return;
  chunk_ = log_->hand_over(std::move(chunk_), lines_);
  lines_ = 0;
}

std::string AccessLog::hand_over(std::string chunk, std::uint32_t lines) {
  std::string spare;
  {
    std::lock_guard lock(mutex_);
    if (queue_.size() >= most_chunks) {
      dropped_.fetch_add(lines, std::memory_order_relaxed);
      chunk.clear();
      return chunk;
    }
    queue_.push_back({std::move(chunk), lines});
    if (!spare_.empty()) {
      spare = std::move(spare_.back());
      spare_.pop_back();
    }
  }
  wake_.notify_one();
  return spare;
}

std::string AccessLog::problem() const {
  const std::lock_guard lock(mutex_);
  return problem_;
}

void AccessLog::note(int error) {
  std::string now;
  if (error != 0)
    now = "access log " + path_ + ": " + std::generic_category().message(error) + "; lines are being lost";
  {
    const std::lock_guard lock(mutex_);
    if (now == problem_) return;
    problem_ = now;
  }
  if (report_) report_(error != 0, error != 0 ? now : "access log " + path_ + ": lines are written again");
}

void AccessLog::reopen_if_moved() {
  struct stat named {}, held {};
  if (!owns_file_ || ::fstat(file_, &held) != 0) return;
  if (::stat(path_.c_str(), &named) == 0 && named.st_ino == held.st_ino && named.st_dev == held.st_dev) return;
  const int file = open_to_append(path_);
  if (file < 0) return;  // what is open still takes lines
  ::close(std::exchange(file_, file));
  torn_ = false;
}

int AccessLog::write_all(std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(file_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written < 0 ? errno : EIO;
    torn_ = text[static_cast<std::size_t>(written) - 1] != '\n';
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

void AccessLog::write_out(const Chunk& chunk) {
  reopen_if_moved();
  int error = torn_ ? write_all("\n") : 0;  // the half of a line must not spoil the next one too
  if (error == 0) error = write_all(chunk.text);
  if (error != 0) dropped_.fetch_add(chunk.lines, std::memory_order_relaxed);
  note(error);
}

void AccessLog::run() {
  // A reader of our standard output that goes away must not end the router.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    auto chunk = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    write_out(chunk);
    chunk.text.clear();
    lock.lock();
    if (spare_.size() < 8) spare_.push_back(std::move(chunk.text));
  }
}

}  // namespace banyan::telemetry
