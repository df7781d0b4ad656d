#include "tests/support/http_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <charconv>
#include <stdexcept>
#include <strings.h>

namespace banyan::support {
namespace {

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error("http client: " + what); }

std::uint16_t port_of(std::string_view host_and_port) {
  const auto colon = host_and_port.rfind(':');
  return static_cast<std::uint16_t>(std::stoi(std::string(host_and_port.substr(colon + 1))));
}

std::size_t number(std::string_view text, int base) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end == text.data()) fail("bad number '" + std::string(text) + "'");
  return value;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::string HttpResponse::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (equal_ignoring_case(key, name)) return value;
  }
  return {};
}

HttpClient::HttpClient(std::string host, std::uint16_t port, std::chrono::milliseconds timeout)
    : host_(std::move(host)), port_(port), timeout_(timeout) {}

HttpClient::HttpClient(std::string_view host_and_port)
    : HttpClient(std::string(host_and_port.substr(0, host_and_port.rfind(':'))), port_of(host_and_port)) {}

HttpClient::HttpClient(HttpClient&& other) noexcept
    : host_(std::move(other.host_)),
      port_(other.port_),
      timeout_(other.timeout_),
      fd_(std::exchange(other.fd_, -1)),
      buffer_(std::move(other.buffer_)) {}

HttpClient::~HttpClient() { disconnect(); }

void HttpClient::connect() {
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd_ < 0) fail("no socket");
  const timeval limit{timeout_.count() / 1000, (timeout_.count() % 1000) * 1000};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  inet_pton(AF_INET, host_.c_str(), &address.sin_addr);
  if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    disconnect();
    fail("cannot connect to " + host_ + ":" + std::to_string(port_));
  }
}

void HttpClient::disconnect() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
  buffer_.clear();
}

HttpResponse HttpClient::request(std::string_view method, std::string_view target, const HttpHeaders& headers,
                                 std::string_view body) {
  std::string message(method);
  message.append(" ").append(target).append(" HTTP/1.1\r\nHost: ").append(host_).append(":").append(
      std::to_string(port_));
  for (const auto& [name, value] : headers) message.append("\r\n").append(name).append(": ").append(value);
  if (!body.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
    message.append("\r\nContent-Length: ").append(std::to_string(body.size()));
  }
  message.append("\r\n\r\n").append(body);
  const bool reused = fd_ >= 0;
  try {
    return exchange(message, method == "HEAD");
  } catch (const std::runtime_error&) {
    const bool stale = reused && !answered_something_;
    disconnect();
    if (!stale) throw;
  }
  return exchange(message, method == "HEAD");
}

HttpResponse HttpClient::exchange(const std::string& head_and_body, bool head_only) {
  answered_something_ = false;
  if (fd_ < 0) connect();
  send_all(head_and_body);
  HttpResponse response;
  do {
    const std::string line = take_line();
    if (line.size() < 12 || line.compare(0, 7, "HTTP/1.") != 0) fail("bad status line '" + line + "'");
    response.status = static_cast<int>(number(std::string_view(line).substr(9, 3), 10));
    response.headers.clear();
    for (std::string field = take_line(); !field.empty(); field = take_line()) {
      const auto colon = field.find(':');
      if (colon == std::string::npos) fail("bad header line '" + field + "'");
      const auto value = field.find_first_not_of(" \t", colon + 1);
      response.headers.emplace_back(field.substr(0, colon), value == std::string::npos ? "" : field.substr(value));
    }
  } while (response.status >= 100 && response.status < 200 && response.status != 101);
  const bool bodyless = head_only || response.status == 204 || response.status == 304;
  const bool close_after = equal_ignoring_case(response.header("Connection"), "close");
  if (!bodyless) {
    if (equal_ignoring_case(response.header("Transfer-Encoding"), "chunked")) {
      response.body = take_chunked();
    } else if (const std::string length = response.header("Content-Length"); !length.empty()) {
      response.body = take(number(length, 10));
    } else {
      fail("answer without framing");
    }
  }
  if (close_after) disconnect();
  return response;
}

void HttpClient::send_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = TEMP_FAILURE_RETRY(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    if (sent <= 0) fail("cannot send");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void HttpClient::fill() {
  char block[16384];
  const ssize_t count = TEMP_FAILURE_RETRY(recv(fd_, block, sizeof block, 0));
  if (count < 0) fail("no answer in time");
  if (count == 0) fail("connection closed in mid-answer");
  answered_something_ = true;
  buffer_.append(block, static_cast<std::size_t>(count));
}

std::string HttpClient::take_line() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos) fill();
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return line;
}

std::string HttpClient::take(std::size_t count) {
  while (buffer_.size() < count) fill();
  std::string bytes = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return bytes;
}

std::string HttpClient::take_chunked() {
  std::string body;
  while (true) {
    const std::size_t size = number(take_line(), 16);
    if (size == 0) break;
    body += take(size);
    if (!take_line().empty()) fail("chunk without end");
  }
  while (!take_line().empty()) {
  }
  return body;
}

}  // namespace banyan::support
