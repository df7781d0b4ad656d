#include "tests/extracted_services/saga/faulty_link.hpp"

#include "tests/support/loopback.hpp"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string_view>
#include <utility>

namespace banyan::services_test {
namespace {

using support::send_all;
constexpr std::chrono::milliseconds delay{200};

}  // namespace

FaultyLink::FaultyLink(std::uint16_t to, unsigned seed, bool damages) : to_(to), damages_(damages), dice_(seed) {
  listener_ = support::listen_on_loopback(port_);
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
    const int client = support::accept_from(listener_);
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
      send_all(to, {bytes, whole / 2});
      return false;
    case Fate::stall:  // nothing of it arrives, nor anything after it, until somebody gives up
      while (::recv(from, bytes, sizeof bytes, 0) > 0) {
      }
      return false;
    case Fate::delay:
      std::this_thread::sleep_for(delay);
      return send_all(to, {bytes, whole});
    case Fate::slice:
      for (std::size_t i = 0; i < whole; ++i)
        if (!send_all(to, {bytes + i, 1})) return false;
      return true;
    case Fate::damage:
      damage(bytes, whole, is_answer);
      break;
    case Fate::pass:
      break;
  }
  return send_all(to, {bytes, whole});
}

void FaultyLink::relay(int client) {
  open(client);
  const int server = open(support::tcp_socket());
  bool alive = support::connect_to_loopback(server, to_);
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
