#include "tests/conformance/wire.hpp"

#include "tests/support/loopback.hpp"

#include <netinet/tcp.h>
#include <poll.h>
#include <strings.h>

#include <cerrno>
#include <cstring>

namespace banyan::conformance {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool wait_for(int fd, short events, milliseconds limit) {
  pollfd entry{fd, events, 0};
  int ready = 0;
  do ready = ::poll(&entry, 1, static_cast<int>(limit.count()));
  while (ready < 0 && errno == EINTR);
  return ready > 0;
}

}  // namespace

std::vector<std::string> Message::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : fields)
    if (same_name(key, name)) values.push_back(value);
  return values;
}

std::string Message::get(std::string_view name) const {
  const auto values = all(name);
  return values.empty() ? std::string() : values.front();
}

int Message::status() const { return first_line.size() < 12 ? 0 : std::stoi(first_line.substr(9, 3)); }

Wire Wire::connect(std::uint16_t port) {
  Wire wire(support::tcp_socket());
  if (!support::connect_to_loopback(wire.fd_, port)) throw WireError(std::string("connect: ") + std::strerror(errno));
  const int on = 1;
  ::setsockopt(wire.fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return wire;
}

Wire::Wire(Wire&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), tls_(std::move(other.tls_)), buffer_(std::move(other.buffer_)) {}
Wire& Wire::operator=(Wire&& other) noexcept {
  close();
  fd_ = std::exchange(other.fd_, -1);
  tls_ = std::move(other.tls_);
  buffer_ = std::move(other.buffer_);
  return *this;
}
Wire::~Wire() { close(); }

void Wire::send(std::string_view bytes) {
  if (tls_) return tls_send(bytes);
  while (!bytes.empty()) {
    if (!wait_for(fd_, POLLOUT, patience)) throw WireError("send: the peer takes nothing");
    const auto n = TEMP_FAILURE_RETRY(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    if (n < 0) throw WireError(std::string("send: ") + std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

std::size_t Wire::send_until_stuck(std::string_view piece, std::size_t most, milliseconds quiet) {
  std::size_t total = 0;
  while (total < most && wait_for(fd_, POLLOUT, quiet)) {
    const auto n = TEMP_FAILURE_RETRY(::send(fd_, piece.data(), std::min(piece.size(), most - total), MSG_NOSIGNAL | MSG_DONTWAIT));
    if (n < 0 && errno != EAGAIN) return total;
    if (n > 0) total += static_cast<std::size_t>(n);
  }
  return total;
}

void Wire::end_sending() {
  if (tls_) return tls_end();
  ::shutdown(fd_, SHUT_WR);
}

void Wire::cut() {
  tls_.reset();
  close();
}

void Wire::close() {
  if (tls_ && fd_ >= 0) tls_end();
  tls_.reset();
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void Wire::reset() {
  const linger now{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close();
}

bool Wire::fill(milliseconds limit) {
  if (tls_ && tls_has_more()) return tls_fill();
  if (!wait_for(fd_, POLLIN, limit)) throw WireError("nothing arrived in time; so far: " + buffer_.substr(0, 200));
  if (tls_) return tls_fill();
  char bytes[65536];
  const auto n = TEMP_FAILURE_RETRY(::recv(fd_, bytes, sizeof bytes, 0));
  if (n < 0) throw WireError(std::string("receive: ") + std::strerror(errno));
  buffer_.append(bytes, static_cast<std::size_t>(n));
  return n > 0;
}

std::string Wire::read_head() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
    if (!fill()) throw WireError("ended inside a head: " + buffer_.substr(0, 200));
  auto head = buffer_.substr(0, end + 4);
  buffer_.erase(0, end + 4);
  return head;
}

std::string Wire::read_exactly(std::size_t count) {
  while (buffer_.size() < count)
    if (!fill()) throw WireError("ended " + std::to_string(count - buffer_.size()) + " bytes early");
  auto bytes = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return bytes;
}

std::string Wire::take_line() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos)
    if (!fill()) throw WireError("ended inside a line");
  auto line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return line;
}

std::string Wire::take_chunked() {
  std::string body;
  for (;;) {
    const auto size = std::stoull(take_line(), nullptr, 16);
    if (size == 0) break;
    body += read_exactly(size);
    if (read_exactly(2) != "\r\n") throw WireError("no CRLF after a chunk");
  }
  while (!take_line().empty()) {
  }
  return body;
}

Message parse_head(std::string head) {
  Message message;
  std::size_t at = head.find("\r\n");
  message.first_line = head.substr(0, at);
  for (at += 2; at + 2 < head.size();) {
    const auto end = head.find("\r\n", at);
    const auto colon = head.find(':', at);
    if (colon == std::string::npos || colon > end) throw WireError("no colon in: " + head.substr(at, end - at));
    auto value = head.substr(colon + 1, end - colon - 1);
    if (!value.empty() && value.front() == ' ') value.erase(0, 1);
    message.fields.emplace_back(head.substr(at, colon - at), value);
    at = end + 2;
  }
  message.head = std::move(head);
  return message;
}

Message Wire::read_message(bool bodyless) {
  auto message = parse_head(read_head());
  const bool answer = message.first_line.rfind("HTTP/", 0) == 0;
  const int status = answer ? message.status() : 0;
  if (bodyless || (answer && (status < 200 || status == 204 || status == 304))) return message;
  if (message.has("transfer-encoding") && message.has("content-length")) throw WireError("two framings: " + message.head);
  if (message.has("transfer-encoding")) {
    message.chunked = true;
    message.body = take_chunked();
  } else if (message.has("content-length")) {
    message.body = read_exactly(std::stoull(message.get("content-length")));
  } else if (answer) {
    while (fill()) {
    }
    message.body = std::exchange(buffer_, {});
  }
  return message;
}

Wire::Rest Wire::read_to_end() {
  Rest rest;
  try {
    while (fill()) {
    }
  } catch (const WireError& error) {
    if (std::string_view(error.what()).rfind("receive:", 0) != 0) throw;
    rest.reset = true;
  }
  rest.bytes = std::exchange(buffer_, {});
  return rest;
}

bool Wire::at_end() {
  try {
    return buffer_.empty() && !fill();
  } catch (const WireError& error) {
    return std::string_view(error.what()).rfind("receive:", 0) == 0;
  }
}

bool Wire::closed_within(milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  try {
    while (std::chrono::steady_clock::now() < until)
      if (!fill(std::chrono::duration_cast<milliseconds>(until - std::chrono::steady_clock::now()) + milliseconds(1)))
        return true;
  } catch (const WireError& error) {
    return std::string_view(error.what()).rfind("receive:", 0) == 0;
  }
  return false;
}

bool Wire::silent_for(milliseconds limit) { return buffer_.empty() && !wait_for(fd_, POLLIN, limit); }

std::string chunk(std::string_view data) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", data.size());
  return size + std::string(data) + "\r\n";
}

}  // namespace banyan::conformance
