#include "router/fleet/connection.hpp"

#include "router/http/response.hpp"

#include <netdb.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace banyan::fleet {
namespace {

constexpr std::size_t largest_answer = 64 * 1024 * 1024;

// Ready for `events`, or `wake` readable: true. The deadline: false.
bool wait_for(int socket, short events, int wake, Connection::Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Connection::Clock::now()).count();
    std::array<pollfd, 2> ready{{{socket, events, 0}, {wake, POLLIN, 0}}};  // a negative one is left out
    const int count = ::poll(ready.data(), ready.size(), static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000)));
    if (count > 0) return true;
    if (count == 0 && left <= 0) return false;
    if (count < 0 && errno != EINTR) return false;
  }
}

void set_options(int socket) {
  const int on = 1, idle = 5, every = 2, times = 3;  // a peer that vanished is noticed after about ten seconds
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  ::setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
  ::setsockopt(socket, IPPROTO_TCP, TCP_KEEPINTVL, &every, sizeof every);
  ::setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &times, sizeof times);
}

// A connected socket, or -1 with errno set.
int connected_socket(const addrinfo& to, Connection::Clock::time_point deadline) {
  const int socket = ::socket(to.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0) return -1;
  int error = ::connect(socket, to.ai_addr, to.ai_addrlen) == 0 ? 0 : errno;
  if (error == EINPROGRESS) {
    socklen_t size = sizeof error;
    if (!wait_for(socket, POLLOUT, -1, deadline)) error = ETIMEDOUT;
    else ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
  }
  if (error == 0) {
    set_options(socket);
    return socket;
  }
  ::close(socket);
  errno = error;
  return -1;
}

}  // namespace

void Connection::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
  buffer_.clear();
  chunks_.reset();
  ended_ = false;
}

void Connection::fail(const std::string& what, bool sent) {
  const std::string whom = member();
  close();
  member_ = (member_ + 1) % members_.size();
  throw NoAnswer(whom + ": " + what, sent);
}

bool Connection::connect_to(const Endpoint& member, Clock::time_point deadline, std::string& why) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int code = ::getaddrinfo(member.host.c_str(), std::to_string(member.port).c_str(), &hints, &found); code != 0) {
    why = ::gai_strerror(code);
    return false;
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all(found, ::freeaddrinfo);
  for (const addrinfo* each = all.get(); each && socket_ < 0; each = each->ai_next) socket_ = connected_socket(*each, deadline);
  if (socket_ < 0) why = std::strerror(errno);
  return socket_ >= 0;
}

// Every member once; each gets its share of the time.
void Connection::connect(Clock::time_point deadline) {
  std::string words;
  for (std::size_t tried = 0; tried < members_.size(); ++tried) {
    const auto share = (deadline - Clock::now()) / static_cast<int>(members_.size() - tried);
    std::string why;
    if (connect_to(members_[member_], Clock::now() + share, why)) return;
    words += (words.empty() ? "" : "; ") + member() + ": " + why;
    member_ = (member_ + 1) % members_.size();
  }
  throw NoAnswer("cannot connect: " + words, false);
}

bool Connection::closed_while_idle() const {
  char peek = 0;
  const auto got = ::recv(socket_, &peek, 1, MSG_PEEK | MSG_DONTWAIT);
  return got >= 0 || errno != EAGAIN;  // bytes that nobody asked for are no better
}

void Connection::send_all(std::string_view bytes, Clock::time_point deadline) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    else if (errno == EAGAIN) {
      if (!wait_for(socket_, POLLOUT, -1, deadline)) fail("it does not take the request in time", true);
    } else if (errno != EINTR)
      fail(std::string("the connection broke: ") + std::strerror(errno), true);
  }
}

void Connection::send(std::string_view target, std::string_view body, Clock::time_point deadline) {
  if (socket_ >= 0 && closed_while_idle()) close();
  if (socket_ < 0) connect(deadline);
  chunks_.reset();
  send_all("POST " + std::string(target) + " HTTP/1.1\r\nHost: " + member() + "\r\nContent-Type: application/json\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + std::string(body),
           deadline);
}

bool Connection::fill() {
  std::array<char, 64 * 1024> bytes;
  for (;;) {
    const auto got = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (got > 0) {
      buffer_.append(bytes.data(), static_cast<std::size_t>(got));
      if (buffer_.size() > largest_answer) fail("an answer without end", true);
      return true;
    }
    if (got == 0) fail("it closed the connection", true);
    if (errno == EAGAIN) return false;
    if (errno != EINTR) fail(std::string("the connection broke: ") + std::strerror(errno), true);
  }
}

void Connection::fill_by(Clock::time_point deadline) {
  while (!fill())
    if (!wait_for(socket_, POLLIN, -1, deadline)) fail("no answer in time", true);
}

Connection::Head Connection::read_head(Clock::time_point deadline) {
  const http::HeadLimits limits;
  http::HeadScan scan;
  for (;;) {
    const auto state = scan.feed(buffer_, limits);
    if (state == http::HeadScan::State::complete) break;
    if (state == http::HeadScan::State::failed) fail("that is not an HTTP answer", true);
    fill_by(deadline);
  }
  const std::string text = buffer_.substr(0, scan.size());
  http::ResponseHead head;
  if (http::parse_response(text, "POST", limits, head) != http::Errc::ok) fail("that is not an HTTP answer", true);
  buffer_.erase(0, scan.size());
  using Kind = http::Framing::Kind;
  if (head.framing.kind == Kind::until_close || head.framing.length > largest_answer) fail("an answer without a length", true);
  return {head.status, head.framing.kind == Kind::chunked, head.keep_alive, static_cast<std::size_t>(head.framing.length)};
}

// The data among the bytes that are there.
std::string Connection::take_chunks() {
  std::string out;
  std::string_view rest = buffer_, slice;
  using State = http::ChunkedReader::State;
  for (State state = State::data; state == State::data;) {
    state = chunks_.next(rest, slice);
    if (state == State::data) out += slice;
    if (state == State::finished) ended_ = true;
    if (state == State::failed) fail("a broken chunk", true);
  }
  buffer_.erase(0, buffer_.size() - rest.size());
  return out;
}

std::string Connection::read_chunks(Clock::time_point deadline) {
  std::string body = take_chunks();
  while (!ended_) {
    fill_by(deadline);
    body += take_chunks();
    if (body.size() > largest_answer) fail("an answer without end", true);
  }
  ended_ = false;
  return body;
}

Answer Connection::post(std::string_view target, std::string_view body, std::chrono::milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  send(target, body, deadline);
  const Head head = read_head(deadline);
  Answer answer{head.status, ""};
  if (head.chunked) {
    answer.body = read_chunks(deadline);
  } else {
    while (buffer_.size() < head.length) fill_by(deadline);
    answer.body = buffer_.substr(0, head.length);
    buffer_.erase(0, head.length);
  }
  if (!head.keep_alive) close();
  return answer;
}

void Connection::open_stream(std::string_view target, std::string_view body, std::chrono::milliseconds timeout) {
  close();
  const auto deadline = Clock::now() + timeout;
  send(target, body, deadline);
  const Head head = read_head(deadline);
  if (head.status != 200 || !head.chunked) fail("it answers a watch with status " + std::to_string(head.status), true);
}

std::string Connection::read_stream(Clock::time_point deadline, int wake) {
  std::string news = take_chunks();
  if (!news.empty()) return news;
  if (ended_) fail("it ended the watch", true);
  if (!wait_for(socket_, POLLIN, wake, deadline)) return {};
  if (!fill()) return {};
  return take_chunks();
}

}  // namespace banyan::fleet
