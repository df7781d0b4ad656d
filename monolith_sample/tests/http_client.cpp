#include "http_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <stdexcept>

namespace shop::test {

HttpClient::HttpClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  const timeval deadline{10, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket_);
    throw std::runtime_error("cannot connect");
  }
}

HttpClient::~HttpClient() { ::close(socket_); }

void HttpClient::send(const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t count = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) throw std::runtime_error("cannot send");
    sent += static_cast<std::size_t>(count);
  }
}

bool HttpClient::fill() {
  char bytes[16384];
  const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
  if (count < 0) throw std::runtime_error("no answer in time");
  buffer_.append(bytes, static_cast<std::size_t>(count));
  return count > 0;
}

HttpAnswer HttpClient::receive(bool head_only) {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) throw std::runtime_error("connection ended inside the head");
  }
  HttpAnswer answer;
  answer.head = buffer_.substr(0, end + 2);
  answer.status = std::stoi(answer.head.substr(9, 3));
  buffer_.erase(0, end + 4);
  const auto at = answer.head.find("\r\nContent-Length: ");
  const std::size_t length = at == std::string::npos || head_only ? 0 : std::stoul(answer.head.substr(at + 18));
  while (buffer_.size() < length) {
    if (!fill()) throw std::runtime_error("connection ended inside the body");
  }
  answer.body = buffer_.substr(0, length);
  buffer_.erase(0, length);
  return answer;
}

HttpAnswer HttpClient::get(const std::string& target) {
  send("GET " + target + " HTTP/1.1\r\nHost: shop\r\n\r\n");
  return receive();
}

HttpAnswer HttpClient::post(const std::string& target, const std::string& body) {
  send("POST " + target + " HTTP/1.1\r\nHost: shop\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
       body);
  return receive();
}

bool HttpClient::closed_by_peer() {
  while (fill()) {
  }
  return true;
}

}  // namespace shop::test
