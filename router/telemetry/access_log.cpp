#include "router/telemetry/access_log.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace banyan::telemetry {
namespace {

constexpr std::size_t chunk_bytes = 64 * 1024;

}  // namespace

AccessLog::AccessLog(const std::string& path) {
  if (path == "stdout") {
    file_ = STDOUT_FILENO;
  } else if (path == "stderr") {
    file_ = STDERR_FILENO;
  } else {
    file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
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

void AccessLog::write_out(const Chunk& chunk) {
  std::string_view rest = chunk.text;
  while (!rest.empty()) {
    const auto written = ::write(file_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      dropped_.fetch_add(chunk.lines, std::memory_order_relaxed);
      return;
    }
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
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
