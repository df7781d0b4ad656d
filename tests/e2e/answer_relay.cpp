#include "tests/e2e/answer_relay.hpp"

#include "tests/support/loopback.hpp"
#include "tests/support/process.hpp"

namespace banyan::e2e {
namespace {

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

// "Connection: close" in the request: the answer ends with the connection.
std::string ask(std::uint16_t port, const std::string& request) {
  const int server = support::tcp_socket();
  std::string answer;
  if (support::connect_to_loopback(server, port)) {
    support::send_all(server, request);
    while (read_some(server, answer)) {
    }
  }
  ::close(server);
  return answer;
}

}  // namespace

AnswerRelay::AnswerRelay(const std::string& to) : to_(static_cast<std::uint16_t>(std::stoi(to.substr(to.rfind(':') + 1)))) {
  listener_ = support::listen_on_loopback(port_);
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

void AnswerRelay::only_to(const std::string& start) {
  const std::lock_guard lock(mutex_);
  unlucky_ = start;
}

void AnswerRelay::serve() {
  while (!stopping_) {
    const int client = support::accept_from(listener_);
    if (client < 0) continue;
    relay(client);
    ::close(client);
  }
}

void AnswerRelay::relay(int client) {
  std::string request;
  while (!is_whole(request))
    if (!read_some(client, request)) return;
  bool unlucky = false;
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    unlucky = request.starts_with(unlucky_);
  }
  if (unlucky && drop_) return;
  const std::string answer = ask(to_, request);
  if (unlucky && to_lose_ > 0 && to_lose_-- > 0) return;
  keeping_ = unlucky && keep_back_;
  while (unlucky && keep_back_) support::pause_briefly();
  keeping_ = false;
  support::send_all(client, answer);
}

}  // namespace banyan::e2e
