// An upstream that answers every request with its name; one thread a connection. For tests with few
// connections.
#pragma once

#include "tests/support/loopback.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace banyan::cli {

inline const std::string program = BANYAN_BINARY_DIR "/bin/banyan-router";
inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

class NamedUpstream {
 public:
  // `fields`: more lines of the head, each with its end.
  explicit NamedUpstream(std::string name, std::string fields = "")
      : name_(std::move(name)), fields_(std::move(fields)), listener_(support::listen_on_loopback(port_)) {
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~NamedUpstream() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
    for (const int fd : open_) ::close(fd);
    ::close(listener_);
  }
  NamedUpstream(const NamedUpstream&) = delete;
  NamedUpstream& operator=(const NamedUpstream&) = delete;

  // From now on every answer is a 500; failed() counts them.
  void fail(bool on) { failing_ = on; }
  int failed() const { return failed_; }

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  void accept_all() {
    for (;;) {
      const int fd = support::accept_from(listener_);
      if (fd < 0) return;
      const std::lock_guard lock(mutex_);
      open_.push_back(fd);
      threads_.emplace_back([this, fd] { serve(fd); });
    }
  }

  void serve(int fd) {
    const std::string answer =
        "HTTP/1.1 200 OK\r\n" + fields_ + "Content-Length: " + std::to_string(name_.size()) + "\r\n\r\n" + name_;
    std::string bytes;
    char piece[4096];
    for (;;) {
      const ssize_t n = TEMP_FAILURE_RETRY(::recv(fd, piece, sizeof piece, 0));
      if (n <= 0) return;
      bytes.append(piece, static_cast<std::size_t>(n));
      for (auto end = bytes.find("\r\n\r\n"); end != std::string::npos; end = bytes.find("\r\n\r\n")) {
        bytes.erase(0, end + 4);
        const std::string_view bad = "HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n";
        const std::string_view now = failing_ ? bad : std::string_view(answer);
        if (failing_) ++failed_;
        if (!support::send_all(fd, now)) return;
      }
    }
  }

  std::string name_, fields_;
  std::uint16_t port_ = 0;
  int listener_;
  std::atomic<bool> failing_{false};
  std::atomic<int> failed_{0};
  std::thread acceptor_;
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
};

}  // namespace banyan::cli
