// A small blocking HTTP/1.1 client for tests, the demo and load: one keep-alive connection, opened when needed.
// It checks framing strictly, because it is also a witness: a cut answer is an error, never a short body.
// Not thread-safe; one client a thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace banyan::support {

struct HttpResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // as received
  std::string body;
  std::string header(std::string_view name) const;  // first value, empty when absent; case-insensitive
};

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

class HttpClient {
 public:
  HttpClient(std::string host, std::uint16_t port, std::chrono::milliseconds timeout = std::chrono::seconds(10));
  explicit HttpClient(std::string_view host_and_port);  // "127.0.0.1:8080"
  ~HttpClient();
  HttpClient(HttpClient&& other) noexcept;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Throws std::runtime_error on any connection or framing error. Retries once when a kept connection was stale.
  HttpResponse request(std::string_view method, std::string_view target, const HttpHeaders& headers = {},
                       std::string_view body = {});
  HttpResponse get(std::string_view target, const HttpHeaders& headers = {}) { return request("GET", target, headers); }

 private:
  void connect();
  void disconnect();
  HttpResponse exchange(const std::string& head_and_body, bool head_only);
  void send_all(std::string_view bytes);
  void fill();
  std::string take_line();
  std::string take(std::size_t count);
  std::string take_chunked();

  std::string host_;
  std::uint16_t port_;
  std::chrono::milliseconds timeout_;
  int fd_ = -1;
  bool answered_something_ = false;  // false: the server closed before a single byte of the answer
  std::string buffer_;
};

}  // namespace banyan::support
