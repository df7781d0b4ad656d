// A reverse proxy that puts another listener under a path of its own: /ops/banyan/x becomes /x. Bytes pass as they come, so
// that streams stream. A connection a request, a thread a connection; for tests with few of them.
#pragma once

#include "tests/support/loopback.hpp"

#include <poll.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace banyan::browser {

class SubpathProxy {
 public:
  SubpathProxy(std::string prefix, std::uint16_t to) : prefix_(std::move(prefix)), to_(to), listener_(support::listen_on_loopback(port_)) {
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~SubpathProxy() {
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
  SubpathProxy(const SubpathProxy&) = delete;
  SubpathProxy& operator=(const SubpathProxy&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + prefix_ + "/"; }

 private:
  void accept_all() {
    for (;;) {
      const int fd = support::accept_from(listener_);
      if (fd < 0) return;
      const int upstream = support::tcp_socket();
      const std::lock_guard lock(mutex_);
      open_.insert(open_.end(), {fd, upstream});
      threads_.emplace_back([this, fd, upstream] {
        relay(fd, upstream);
        ::shutdown(fd, SHUT_RDWR);
        ::shutdown(upstream, SHUT_RDWR);
      });
    }
  }
  // The head with the shorter path, so that the answer ends with the connection; empty: not ours.
  std::string rewritten(std::string head) const {
    const auto at = head.find(" " + prefix_ + "/");
    if (at == std::string::npos || at > head.find("\r\n")) return {};
    head.erase(at + 1, prefix_.size());
    if (const auto keep = head.find("Connection: keep-alive"); keep != std::string::npos)
      head.replace(keep, 22, "Connection: close");
    return head;
  }
  void relay(int fd, int upstream) const {
    std::string bytes;
    char piece[16384];
    while (bytes.find("\r\n\r\n") == std::string::npos) {
      const ssize_t n = TEMP_FAILURE_RETRY(::recv(fd, piece, sizeof piece, 0));
      if (n <= 0) return;
      bytes.append(piece, static_cast<std::size_t>(n));
    }
    const auto head_end = bytes.find("\r\n\r\n");
    const std::string head = rewritten(bytes.substr(0, head_end));
    const std::string none = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    if (head.empty() || !support::connect_to_loopback(upstream, to_)) {
      support::send_all(fd, none);
      return;
    }
    const std::string request = head + bytes.substr(head_end);
    if (!support::send_all(upstream, request)) return;
    for (;;) {
      pollfd both[2] = {{fd, POLLIN, 0}, {upstream, POLLIN, 0}};
      if (::poll(both, 2, -1) < 0) return;
      for (int i = 0; i < 2; ++i) {
        if (both[i].revents == 0) continue;
        const ssize_t n = TEMP_FAILURE_RETRY(::recv(both[i].fd, piece, sizeof piece, 0));
        if (n <= 0 || !support::send_all(both[1 - i].fd, {piece, static_cast<std::size_t>(n)})) return;
      }
    }
  }

  std::string prefix_;
  std::uint16_t to_;
  std::uint16_t port_ = 0;
  int listener_;
  std::thread acceptor_;
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
};

}  // namespace banyan::browser
