#include "tests/extracted_services/saga/faulty_link.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace banyan::services_test {
namespace {

constexpr std::chrono::milliseconds delay{200};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

bool send_all(int to, const char* bytes, std::size_t size) {
  while (size > 0) {
    const auto sent = TEMP_FAILURE_RETRY(::send(to, bytes, size, MSG_NOSIGNAL));
    if (sent <= 0) return false;
    bytes += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

}  // namespace

FaultyLink::FaultyLink(std::uint16_t to, unsigned seed) : to_(to), dice_(seed) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("no port for a link");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

FaultyLink::~FaultyLink() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  for (auto& thread : threads_) thread.join();
  ::close(listener_);
}

void FaultyLink::accept_all() {
  while (!stopping_) {
    const int client = TEMP_FAILURE_RETRY(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
    if (client >= 0) threads_.emplace_back([this, client] { relay(client); });
  }
}

int FaultyLink::open(int fd) {
  const std::lock_guard lock(mutex_);
  open_.push_back(fd);
  if (stopping_) ::shutdown(fd, SHUT_RDWR);
  return fd;
}

FaultyLink::Fate FaultyLink::roll() {
  if (calm_) return Fate::pass;
  const std::lock_guard lock(mutex_);
  const auto roll = dice_() % 100;
  const Fate fate = roll < 3 ? Fate::cut : roll < 5 ? Fate::stall : roll < 9 ? Fate::delay : roll < 20 ? Fate::slice
                                                                                                      : Fate::pass;
  if (fate != Fate::pass) ++faults_;
  return fate;
}

// One piece, in one direction; false: the connection ends.
bool FaultyLink::pass(int from, int to) {
  char bytes[8192];
  const auto size = TEMP_FAILURE_RETRY(::recv(from, bytes, sizeof bytes, 0));
  if (size <= 0) return false;
  const auto whole = static_cast<std::size_t>(size);
  switch (roll()) {
    case Fate::cut:  // half of it has arrived
      send_all(to, bytes, whole / 2);
      return false;
    case Fate::stall:  // nothing of it arrives, nor anything after it, until somebody gives up
      while (::recv(from, bytes, sizeof bytes, 0) > 0) {
      }
      return false;
    case Fate::delay:
      std::this_thread::sleep_for(delay);
      return send_all(to, bytes, whole);
    case Fate::slice:
      for (std::size_t i = 0; i < whole; ++i)
        if (!send_all(to, bytes + i, 1)) return false;
      return true;
    case Fate::pass:
      break;
  }
  return send_all(to, bytes, whole);
}

void FaultyLink::relay(int client) {
  open(client);
  const int server = open(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto address = loopback(to_);
  bool alive = ::connect(server, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  while (alive && !stopping_) {
    pollfd ends[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    if (::poll(ends, 2, -1) < 0) break;
    if (ends[0].revents != 0) alive = pass(client, server);
    if (alive && ends[1].revents != 0) alive = pass(server, client);
  }
  const std::lock_guard lock(mutex_);
  for (const int fd : {client, server}) {
    open_.erase(std::find(open_.begin(), open_.end(), fd));
    ::close(fd);
  }
}

}  // namespace banyan::services_test
