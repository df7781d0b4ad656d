#include "tests/fleet/relay.hpp"

#include <poll.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <list>
#include <netinet/in.h>
#include <stdexcept>
#include <string_view>
#include <sys/socket.h>
#include <vector>

namespace banyan::fleet {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

void send_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = TEMP_FAILURE_RETRY(::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

}  // namespace

struct Relay::Line {
  int router = -1, etcd = -1;
  bool watch = false, lost = false;
};

Relay::Relay(std::uint16_t target) : target_(target), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0) throw std::runtime_error("no listener");
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

Relay::~Relay() {
  stopping_ = true;
  thread_.join();
  ::close(listener_);
}

// Both ends as far as there is something; a line that ended is closed by the caller.
void Relay::serve(Line& line) {
  char bytes[64 * 1024];
  for (const bool from_router : {true, false}) {
    const auto got = ::recv(from_router ? line.router : line.etcd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (got == 0) line.lost = true;
    if (got <= 0) continue;
    const std::string_view piece(bytes, static_cast<std::size_t>(got));
    if (from_router && piece.starts_with("POST /v3/watch")) line.watch = true;
    const bool muted = mode_ == Mode::mute && line.watch && !from_router;
    if (muted && piece.find("\"events\"") != piece.npos) ++muted_;
    if (mode_ == Mode::swallow || muted) continue;
    send_all(from_router ? line.etcd : line.router, piece);
  }
}

void Relay::run() {
  std::list<Line> lines;
  const auto end = [](Line& line) { ::close(line.router), ::close(line.etcd); };
  while (!stopping_) {
    std::vector<pollfd> all{{listener_, POLLIN, 0}};
    for (const Line& line : lines) all.push_back({line.router, POLLIN, 0}), all.push_back({line.etcd, POLLIN, 0});
    ::poll(all.data(), all.size(), 20);
    if ((all[0].revents & POLLIN) != 0) {
      Line line{static_cast<int>(TEMP_FAILURE_RETRY(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC))), ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), false, false};
      const sockaddr_in to = loopback(target_);
      if (TEMP_FAILURE_RETRY(::connect(line.etcd, reinterpret_cast<const sockaddr*>(&to), sizeof to)) != 0) end(line);
      else lines.push_back(line);
    }
    for (auto line = lines.begin(); line != lines.end();) {
      if (mode_ == Mode::cut) line->lost = true;
      else serve(*line);
      if (line->lost) end(*line), line = lines.erase(line);
      else ++line;
    }
  }
  for (Line& line : lines) end(line);
}

}  // namespace banyan::fleet
