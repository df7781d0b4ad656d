// Plain sockets with deadlines: the tests speak HTTP byte by byte.
#pragma once

#include <string>

namespace shop::test {

struct HttpAnswer {
  int status = 0;
  std::string head;
  std::string body;
  bool has_header(const std::string& line) const { return head.find("\r\n" + line) != std::string::npos; }
};

class HttpClient {
 public:
  explicit HttpClient(int port);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  void send(const std::string& bytes);
  HttpAnswer receive(bool head_only = false);  // throws when nothing comes within 10 s
  HttpAnswer get(const std::string& target);
  HttpAnswer post(const std::string& target, const std::string& body);
  bool closed_by_peer();  // waits for the end of the connection

 private:
  bool fill();

  int socket_ = -1;
  std::string buffer_;
};

}  // namespace shop::test
