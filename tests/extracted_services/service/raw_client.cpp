#include "tests/extracted_services/service/raw_client.hpp"

#include <unistd.h>

#include <arpa/inet.h>
#include <array>
#include <cstdlib>
#include <stdexcept>
#include <sys/socket.h>

namespace banyan::service {

RawClient::RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval deadline{10, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &deadline, sizeof deadline);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("cannot connect");
}

RawClient::~RawClient() { ::close(socket_); }

void RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = TEMP_FAILURE_RETRY(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    if (sent <= 0) return;  // closed by the server: what it said before is still to be read
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void RawClient::finish_sending() { ::shutdown(socket_, SHUT_WR); }

bool RawClient::fill() {
  std::array<char, 16384> bytes;
  const auto size = TEMP_FAILURE_RETRY(::recv(socket_, bytes.data(), bytes.size(), 0));
  if (size < 0) throw std::runtime_error("nothing came before the deadline, or a reset");
  buffer_.append(bytes.data(), static_cast<std::size_t>(size));
  return size > 0;
}

RawAnswer RawClient::read_head() {
  std::size_t end;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
    if (!fill()) return {};
  RawAnswer answer;
  answer.head = buffer_.substr(0, end + 4);
  answer.status = std::atoi(answer.head.c_str() + 9);
  buffer_.erase(0, end + 4);
  return answer;
}

RawAnswer RawClient::read() {
  auto answer = read_head();
  const auto at = answer.head.find("Content-Length: ");
  if (at == std::string::npos) return answer;
  const auto size = static_cast<std::size_t>(std::atoll(answer.head.c_str() + at + 16));
  while (buffer_.size() < size)
    if (!fill()) throw std::runtime_error("a cut body");
  answer.body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return answer;
}

bool RawClient::closed() { return buffer_.empty() && !fill(); }

}  // namespace banyan::service
