// One module that runs as a service of its own, asked over HTTP/1.1 from the thread that needs the answer.
//
// A call has a deadline. Until then what failed on the way, or was answered 5xx, is sent again, with the same
// Idempotency-Key: the service acts once. A service that keeps failing is left alone for a while (breaker): callers
// are refused at once. Any thread may call.
#pragma once

#include "core/json.hpp"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace shop::core {

// The traceparent of the request this thread is working on; empty when there is none. It goes along with calls.
extern thread_local std::string g_current_trace;

// Unique for ever: names a call, so that repeating it does no harm.
std::string random_key();

struct RemoteOptions {
  std::chrono::milliseconds deadline{2000};  // of a call, all attempts together
  std::chrono::milliseconds attempt{700};    // of one attempt
  int attempts = 4;
  std::chrono::milliseconds rest{1000};      // how long a failing service is left alone
  int failures = 3;                          // calls in a row after which it is
};

class RemoteService {
 public:
  // `address`: "http://127.0.0.1:8091" or "127.0.0.1:8091". Throws std::invalid_argument.
  RemoteService(std::string name, const std::string& address, RemoteOptions options = {});

  json::value ask(const std::string& target);  // GET
  json::value send(const std::string& method, const std::string& target, const json::object& body = {},
                   const std::string& key = random_key());

 private:
  struct Answer {
    int status = 0;
    std::string body;
  };
  json::value call(const std::string& method, const std::string& target, const std::string& body, const std::string& key);
  Answer until_answered(const std::string& request);
  void enter();
  void leave(bool good);

  const std::string name_;
  std::string host_;
  std::uint16_t port_ = 0;
  const RemoteOptions options_;
  std::mutex mutex_;
  int failures_ = 0;
  std::chrono::steady_clock::time_point closed_until_{};
};

}  // namespace shop::core
