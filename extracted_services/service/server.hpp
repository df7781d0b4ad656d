// Listens, reads requests, lets the dispatcher answer them, writes responses: HTTP/1.1 with keep-alive,
// pipelining in order, limits and timeouts. All sockets live on the one thread that calls run().
//
// Drain: the listener closes, /readyz turns 503, idle connections close, started requests finish and their
// connections close after the response; what still runs at the deadline, or at a second signal, is cut off.
#pragma once
#include "extracted_services/service/dispatcher.hpp"
#include "extracted_services/service/request_reader.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace banyan::service {

// What is done to a request instead of just answering it: for simulators that must be able to misbehave.
struct Disturbance {
  std::chrono::milliseconds before{0};  // waits before it acts, also if the client has gone by then
  std::chrono::milliseconds after{0};   // waits with the answer
  bool cut_before = false;              // the connection is cut, nothing was done
  bool cut_after = false;               // it was done, the connection is cut
};

struct ServerOptions {
  std::string listen = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  ReadLimits limits{};
  std::size_t connections = 4096;
  std::chrono::milliseconds idle_timeout{60'000};   // between requests
  std::chrono::milliseconds read_timeout{15'000};   // from the first byte of a request to its last
  std::chrono::milliseconds write_timeout{15'000};  // for one response
  std::chrono::milliseconds drain_notice{0};        // how long /readyz says 503 before the listener closes
  std::chrono::milliseconds drain_timeout{10'000};
  std::function<Disturbance(const Request&)> disturb{};  // on the server's thread; nothing: never
};

class Server {
 public:
  // Binds; throws std::runtime_error in words if it cannot.
  Server(Dispatcher& dispatcher, ServerOptions options);
  ~Server();

  std::uint16_t port() const;
  // Until drained. `signals`: SIGTERM and SIGINT start the drain. Answers the signal number, 0 after stop().
  int run(bool signals);
  // Starts the drain; any thread. Again (as a second signal does): ends at once.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace banyan::service
