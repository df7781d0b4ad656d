#include "tests/extracted_services/service/raw_client.hpp"

#include "tests/support/loopback.hpp"

#include <array>
#include <cstdlib>
#include <stdexcept>

namespace banyan::service {

RawClient::RawClient(std::uint16_t port) : socket_(support::tcp_socket()) {
  const timeval deadline{10, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &deadline, sizeof deadline);
  if (!support::connect_to_loopback(socket_, port)) throw std::runtime_error("cannot connect");
}

RawClient::~RawClient() { ::close(socket_); }

void RawClient::send(std::string_view bytes) {
  support::send_all(socket_, bytes);  // closed by the server? What it said before is still to be read.
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
