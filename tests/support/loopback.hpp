// Plain sockets on 127.0.0.1, for tests that play a peer or stand between two.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace banyan::support {

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

inline int tcp_socket() { return ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }

// A listener on any free port, which is stored. Throws std::runtime_error.
inline int listen_on_loopback(std::uint16_t& port, int backlog = 64) {
  const int fd = tcp_socket();
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(fd, backlog) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("no port to listen on");
  port = ntohs(address.sin_port);
  return fd;
}

inline int accept_from(int listener) { return TEMP_FAILURE_RETRY(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC)); }

// False: nobody listens, and errno says so.
inline bool connect_to_loopback(int fd, std::uint16_t port) {
  const sockaddr_in address = loopback(port);
  return TEMP_FAILURE_RETRY(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address)) == 0;
}

// False: the peer has gone.
inline bool send_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = TEMP_FAILURE_RETRY(::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace banyan::support
