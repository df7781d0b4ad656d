#include "tests/extracted_services/saga/faulty_link.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <utility>

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

FaultyLink::FaultyLink(std::uint16_t to, unsigned seed, bool damages) : to_(to), damages_(damages), dice_(seed) {
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
  for (auto& connection : connections_) connection.thread.join();
  ::close(listener_);
}

void FaultyLink::accept_all() {
  while (!stopping_) {
    const int client = TEMP_FAILURE_RETRY(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
    // An ended thread keeps its memory until it is joined, and a long run makes ten thousands of connections.
    connections_.remove_if([](Connection& one) {
      const bool ended = one.ended;
      if (ended) one.thread.join();
      return ended;
    });
    if (client < 0) continue;
    auto& connection = connections_.emplace_back();
    connection.thread = std::thread([this, client, &connection] {
      relay(client);
      connection.ended = true;
    });
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
  constexpr std::pair<unsigned, Fate> below[] = {
      {3, Fate::cut}, {5, Fate::stall}, {9, Fate::delay}, {20, Fate::slice}, {30, Fate::damage}, {100, Fate::pass}};
  Fate fate = std::find_if(std::begin(below), std::end(below), [&](const auto& row) { return roll < row.first; })->second;
  if (fate == Fate::damage && !damages_) fate = Fate::pass;
  if (fate != Fate::pass) ++faults_;
  return fate;
}

// A piece is one message here, or the begin of one: what follows a head in it is body.
void FaultyLink::damage(char* bytes, std::size_t size, bool is_answer) {
  const auto head = std::string_view(bytes, size).find("\r\n\r\n");
  if (head == std::string_view::npos) return;
  const auto body = head + 4;
  const std::lock_guard lock(mutex_);
  if (body < size) bytes[body + dice_() % (size - body)] ^= static_cast<char>(1u << dice_() % 8);
  else if (is_answer) bytes[dice_() % 8] = '\0';  // of "HTTP/1.1"
  else return;
  ++damaged_;
}

// One piece, in one direction; false: the connection ends.
bool FaultyLink::pass(int from, int to, bool is_answer) {
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
    case Fate::damage:
      damage(bytes, whole, is_answer);
      break;
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
    if (ends[0].revents != 0) alive = pass(client, server, false);
    if (alive && ends[1].revents != 0) alive = pass(server, client, true);
  }
  const std::lock_guard lock(mutex_);
  for (const int fd : {client, server}) {
    open_.erase(std::find(open_.begin(), open_.end(), fd));
    ::close(fd);
  }
}

}  // namespace banyan::services_test
