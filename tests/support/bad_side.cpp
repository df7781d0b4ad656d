#include "tests/support/bad_side.hpp"

#include "tests/support/loopback.hpp"

namespace banyan::support {

BadSide::BadSide(Way way) : way_(way), listener_(listen_on_loopback(port_, 1024)) {
  all_.push_back({listener_, POLLIN, 0});
  thread_ = std::thread([this] { run(); });
}

BadSide::~BadSide() {
  stop_ = true;
  thread_.join();
  for (const pollfd& one : all_) ::close(one.fd);
}

void BadSide::run() {
  while (!stop_) {
    if (::poll(all_.data(), all_.size(), 50) <= 0) continue;
    std::erase_if(all_, [this](pollfd& one) {
      if (one.fd == listener_ || one.revents == 0 || serve(one)) return false;
      ::close(one.fd);
      return true;
    });
    if (all_.front().revents != 0) take();
  }
}

void BadSide::take() {
  const int fd = accept_from(listener_);
  if (fd < 0) return;
  ++connections_;
  if (way_ != Way::resets) return all_.push_back({fd, POLLIN, 0});
  const linger at_once{1, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(fd);
}

bool BadSide::serve(pollfd& peer) const {
  static const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10000000000\r\n\r\n";
  static const std::string piece(64 * 1024, 'x');
  if ((peer.revents & ~POLLOUT) != 0) {
    char bytes[4096];
    if (TEMP_FAILURE_RETRY(::recv(peer.fd, bytes, sizeof bytes, MSG_DONTWAIT)) <= 0) return false;
    if (way_ == Way::endless && peer.events == POLLIN) {
      peer.events = POLLIN | POLLOUT;
      return send_all(peer.fd, head);
    }
  }
  return (peer.revents & POLLOUT) == 0 ||
         TEMP_FAILURE_RETRY(::send(peer.fd, piece.data(), piece.size(), MSG_NOSIGNAL | MSG_DONTWAIT)) > 0;
}

}  // namespace banyan::support
