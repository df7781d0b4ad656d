#include "router/cli/admin_client.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <sys/socket.h>

namespace banyan::cli {
namespace {

using Clock = std::chrono::steady_clock;

struct Socket {
  int fd = -1;
  ~Socket() {
    if (fd >= 0) ::close(fd);
  }
};

bool wait_for(int fd, short events, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd entry{fd, events, 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(std::max<long>(0, left)));
    if (ready > 0) return true;
    if (ready == 0) errno = ETIMEDOUT;
    if (ready == 0 || errno != EINTR) return false;
  }
}

bool connect_to(const config::Address& address, Socket& socket, Clock::time_point deadline,
                std::string& why) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
  if (code != 0) {
    why = ::gai_strerror(code);
    return false;
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
  socket.fd = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int error = 0;
  if (socket.fd < 0 || ::connect(socket.fd, found->ai_addr, found->ai_addrlen) != 0) error = errno;
  if (error == EINPROGRESS) {
    socklen_t size = sizeof error;
    if (!wait_for(socket.fd, POLLOUT, deadline))
      error = errno;
    else
      ::getsockopt(socket.fd, SOL_SOCKET, SO_ERROR, &error, &size);
  }
  if (error != 0) why = std::strerror(error);
  return error == 0;
}

bool send_all(int fd, std::string_view bytes, Clock::time_point deadline) {
  while (!bytes.empty()) {
    if (!wait_for(fd, POLLOUT, deadline)) return false;
    const ssize_t n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN && errno != EINTR) return false;
    if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

bool receive_all(int fd, std::string& bytes, Clock::time_point deadline) {
  char piece[16384];
  for (;;) {
    if (!wait_for(fd, POLLIN, deadline)) return false;
    const ssize_t n = ::recv(fd, piece, sizeof piece, 0);
    if (n == 0) return true;
    if (n < 0 && errno != EAGAIN && errno != EINTR) return false;
    if (n > 0) bytes.append(piece, static_cast<std::size_t>(n));
  }
}

std::optional<AdminAnswer> parse_answer(const std::string& bytes) {
  const auto end = bytes.find("\r\n\r\n");
  AdminAnswer answer;
  if (end == std::string::npos || bytes.size() < 12 || !bytes.starts_with("HTTP/1.")) return std::nullopt;
  if (std::from_chars(bytes.data() + 9, bytes.data() + 12, answer.status).ec != std::errc())
    return std::nullopt;
  const std::string marker = "Content-Type: ";
  if (const auto at = bytes.find(marker); at < end)
    answer.content_type = bytes.substr(at + marker.size(), bytes.find("\r\n", at) - at - marker.size());
  answer.body = bytes.substr(end + 4);
  return answer;
}

std::string request_text(const AdminCall& call) {
  std::string text =
      call.method + " " + call.target + " HTTP/1.1\r\nHost: " + to_string(call.address) +
                     "\r\nBanyan-Via: cli\r\n";
  if (!call.token.empty()) text += "Authorization: Bearer " + call.token + "\r\n";
  if (call.method == "POST")
    text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(call.body.size()) + "\r\n";
  return text + "Connection: close\r\n\r\n" + call.body;
}

}  // namespace

std::optional<AdminAnswer> call_admin(const AdminCall& call, std::string& why) {
  const auto deadline = Clock::now() + call.deadline;
  Socket socket;
  if (!connect_to(call.address, socket, deadline, why)) return std::nullopt;
  std::string bytes;
  if (!send_all(socket.fd, request_text(call), deadline) || !receive_all(socket.fd, bytes, deadline)) {
    why = std::strerror(errno);
    return std::nullopt;
  }
  auto answer = parse_answer(bytes);
  if (!answer) why = "the answer is not HTTP";
  return answer;
}

std::string percent_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (std::isalnum(u) || c == '-' || c == '_' || c == '.' || c == '~') {
      out += c;
    } else {
      out += '%';
      out += "0123456789ABCDEF"[u >> 4];
      out += "0123456789ABCDEF"[u & 15];
    }
  }
  return out;
}

}  // namespace banyan::cli
