#include "extracted_services/event_log/http_exchange.hpp"

#include "extracted_services/event_log/log.hpp"
#include "router/http/response.hpp"

#include <netdb.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

namespace banyan::event_log {
namespace {

[[noreturn]] void fail(const std::string& what) { throw LogError("the event log: " + what); }
[[noreturn]] void fail_with_errno(const std::string& what) { fail(what + ": " + std::strerror(errno)); }

}  // namespace

HttpExchange::HttpExchange(const std::string& url) {
  constexpr std::string_view scheme = "http://";
  const auto rest =
      url.starts_with(scheme) ? std::string_view(url).substr(scheme.size()) : std::string_view();
  const auto colon = rest.rfind(':');
  const bool digits = colon != std::string_view::npos && colon + 1 < rest.size() &&
                      rest.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
  if (colon == 0 || !digits)
    throw std::invalid_argument("'" + url +
                                "' is not the address of an event log: http://HOST:PORT or kafka://HOST:PORT is");
  host_ = rest.substr(0, colon);
  port_ = rest.substr(colon + 1);
  interrupt_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

HttpExchange::~HttpExchange() {
  disconnect();
  ::close(interrupt_);
}

void HttpExchange::interrupt() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(interrupt_, &one, sizeof one);
}

void HttpExchange::disconnect() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
  buffer_.clear();
}

void HttpExchange::wait(short events, Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  std::array<pollfd, 2> ready{{{socket_, events, 0}, {interrupt_, POLLIN, 0}}};
  const int count = ::poll(ready.data(), ready.size(), static_cast<int>(std::max<std::int64_t>(left, 0)));
  if (ready[1].revents != 0) {
    std::uint64_t ignored = 0;
    [[maybe_unused]] const auto read = ::read(interrupt_, &ignored, sizeof ignored);
    fail("interrupted");
  }
  if (count == 0) fail("no answer in time");
}

void HttpExchange::connect(Clock::time_point deadline) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int code = ::getaddrinfo(host_.c_str(), port_.c_str(), &hints, &found); code != 0)
    fail(host_ + ": " + ::gai_strerror(code));
  socket_ = ::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int code = socket_ < 0 ? -1 : ::connect(socket_, found->ai_addr, found->ai_addrlen);
  ::freeaddrinfo(found);
  if (code != 0 && errno != EINPROGRESS) fail_with_errno("cannot reach " + host_ + ":" + port_);
  wait(POLLOUT, deadline);
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size);
  errno = error;
  if (error != 0) fail_with_errno("cannot reach " + host_ + ":" + port_);
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void HttpExchange::send_all(std::string_view bytes, Clock::time_point deadline) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    else if (errno == EAGAIN)
      wait(POLLOUT, deadline);
    else if (errno != EINTR)
      fail_with_errno("the connection broke");
  }
}

// False: the server has closed.
bool HttpExchange::fill(Clock::time_point deadline) {
  std::array<char, 64 * 1024> bytes;
  while (true) {
    const auto got = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (got > 0) {
      buffer_.append(bytes.data(), static_cast<std::size_t>(got));
      return true;
    }
    if (got == 0) return false;
    if (errno == EAGAIN)
      wait(POLLIN, deadline);
    else if (errno != EINTR)
      fail_with_errno("the connection broke");
  }
}

HttpAnswer HttpExchange::receive(std::string_view method, Clock::time_point deadline) {
  const http::HeadLimits limits;
  http::HeadScan scan;
  while (true) {
    const auto state = scan.feed(buffer_, limits);
    if (state == http::HeadScan::State::complete) break;
    if (state == http::HeadScan::State::failed) fail("not an HTTP answer");
    if (!fill(deadline)) fail("the connection ended before the answer");
  }
  const std::string head_text = buffer_.substr(0, scan.size());
  http::ResponseHead head;
  if (http::parse_response(head_text, method, limits, head) != http::Errc::ok) fail("not an HTTP answer");
  if (head.framing.kind == http::Framing::Kind::chunked ||
      head.framing.kind == http::Framing::Kind::until_close)
    fail("an answer without a length");
  const std::size_t whole = scan.size() + head.framing.length;
  while (buffer_.size() < whole)
    if (!fill(deadline)) fail("the answer was cut off");
  HttpAnswer answer{head.status, buffer_.substr(scan.size(), head.framing.length)};
  buffer_.erase(0, whole);
  if (!head.keep_alive) disconnect();
  return answer;
}

HttpAnswer HttpExchange::request(std::string_view method, std::string_view target, std::string_view body,
                                 std::chrono::milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  std::string head =
      std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: " + host_ + ":" + port_;
  if (!body.empty()) head += "\r\nContent-Type: application/json";
  head += "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  try {
    // Closed by the server while it lay idle: nothing was sent on it, so a new one is no repetition.
    char peek = 0;
    if (socket_ >= 0 && ::recv(socket_, &peek, 1, MSG_PEEK | MSG_DONTWAIT) == 0) disconnect();
    if (socket_ < 0) connect(deadline);
    send_all(head, deadline);
    send_all(body, deadline);
    return receive(method, deadline);
  } catch (...) {
    disconnect();
    throw;
  }
}

}  // namespace banyan::event_log
