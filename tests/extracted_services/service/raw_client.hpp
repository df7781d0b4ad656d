// One TCP connection that sends exactly the bytes it is told and reads answers with a deadline: for what a
// well behaved client would never send.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace banyan::service {

struct RawAnswer {
  int status = 0;  // 0: the server closed without one
  std::string head;
  std::string body;
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient();

  void send(std::string_view bytes);
  RawAnswer read();       // the next answer, by its Content-Length
  RawAnswer read_head();  // an answer without a body: to HEAD, or 1xx
  bool closed();          // the server ends the connection and says no more
  void finish_sending();

 private:
  bool fill();
  int socket_;
  std::string buffer_;
};

}  // namespace banyan::service
