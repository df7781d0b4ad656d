#include "tests/e2e/answer_relay.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

#include "tests/support/process.hpp"

namespace banyan::e2e {
namespace {

sockaddr_in on_loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

// A head and as many bytes as its Content-Length says.
bool is_whole(const std::string& request) {
  const auto end = request.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  const auto field = request.find("Content-Length: ");
  const std::size_t length = field < end ? std::stoul(request.substr(field + 16)) : 0;
  return request.size() >= end + 4 + length;
}

bool read_some(int from, std::string& into) {
  char bytes[8192];
  const auto size = TEMP_FAILURE_RETRY(::recv(from, bytes, sizeof bytes, 0));
  if (size > 0) into.append(bytes, static_cast<std::size_t>(size));
  return size > 0;
}

void send_whole(int to, const std::string& text) {
  for (std::size_t sent = 0; sent < text.size();) {
    const auto size = TEMP_FAILURE_RETRY(::send(to, text.data() + sent, text.size() - sent, MSG_NOSIGNAL));
    if (size <= 0) return;
    sent += static_cast<std::size_t>(size);
  }
}

// "Connection: close" in the request: the answer ends with the connection.
std::string ask(std::uint16_t port, const std::string& request) {
  const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = on_loopback(port);
  std::string answer;
  if (::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    send_whole(server, request);
    while (read_some(server, answer)) {
    }
  }
  ::close(server);
  return answer;
}

}  // namespace

AnswerRelay::AnswerRelay(const std::string& to) : to_(static_cast<std::uint16_t>(std::stoi(to.substr(to.rfind(':') + 1)))) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = on_loopback(0);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("no port for a relay");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

AnswerRelay::~AnswerRelay() {
  stopping_ = true;
  keep_back_ = false;
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
}

std::vector<std::string> AnswerRelay::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void AnswerRelay::serve() {
  while (!stopping_) {
    const int client = TEMP_FAILURE_RETRY(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
    if (client < 0) continue;
    relay(client);
    ::close(client);
  }
}

void AnswerRelay::relay(int client) {
  std::string request;
  while (!is_whole(request))
    if (!read_some(client, request)) return;
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  const std::string answer = ask(to_, request);
  if (to_lose_ > 0 && to_lose_-- > 0) return;
  keeping_ = keep_back_.load();
  while (keep_back_) support::pause_briefly();
  keeping_ = false;
  send_whole(client, answer);
}

}  // namespace banyan::e2e
