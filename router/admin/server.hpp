// The admin listener: an own address, own threads, so that a busy data plane never keeps a rollback waiting.
//
// start(), stop() and the destructor belong to one thread. No Asio in this header.
#pragma once

#include "router/admin/api.hpp"

#include <chrono>
#include <cstdint>
#include <memory>

namespace banyan::admin {

// Of GET /api/v1/events.
struct Pace {
  std::chrono::milliseconds interval{1000};
  std::chrono::milliseconds slow_reader{5000};  // who has not taken an event for so long is dropped
  int most = 16;                                // watchers at once; the next one is told 503
};

class Server {
 public:
  Server(const Api& api, config::Address address, Pace pace = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Waits up to three seconds for an address that is in use. Throws std::system_error when it cannot be bound.
  void start();
  void stop();
  std::uint16_t port() const;
  int watchers() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace banyan::admin
