// One keep-alive connection to an HTTP/1.1 server, blocking, with a deadline for every exchange. One thread,
// except interrupt().
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace banyan::event_log {

struct HttpAnswer {
  int status = 0;
  std::string body;
};

class HttpExchange {
 public:
  // "http://127.0.0.1:8094". Throws std::invalid_argument if it is not of that form.
  explicit HttpExchange(const std::string& url);
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;
  ~HttpExchange();

  // Throws LogError on anything but a whole answer; whether the request acted is then unknown.
  HttpAnswer request(std::string_view method, std::string_view target, std::string_view body,
                     std::chrono::milliseconds timeout);
  // The exchange in work, or else the next one, fails at once. Any thread.
  void interrupt();

 private:
  using Clock = std::chrono::steady_clock;
  void connect(Clock::time_point deadline);
  void disconnect();
  void send_all(std::string_view bytes, Clock::time_point deadline);
  HttpAnswer receive(std::string_view method, Clock::time_point deadline);
  bool fill(Clock::time_point deadline);
  void wait(short events, Clock::time_point deadline);

  std::string host_;
  std::string port_;
  int socket_ = -1;
  int interrupt_ = -1;
  std::string buffer_;
};

}  // namespace banyan::event_log
