#include "tests/fleet/relay.hpp"

#include "tests/support/loopback.hpp"

#include <poll.h>

#include <list>
#include <string_view>
#include <vector>

namespace banyan::fleet {

using support::send_all;

struct Relay::Line {
  int router = -1, etcd = -1;
  bool watch = false, lost = false;
};

Relay::Relay(std::uint16_t target) : target_(target), listener_(support::listen_on_loopback(port_)) {
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
      Line line{support::accept_from(listener_), support::tcp_socket(), false, false};
      if (!support::connect_to_loopback(line.etcd, target_)) end(line);
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
