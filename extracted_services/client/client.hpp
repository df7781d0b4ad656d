// Calls one upstream over HTTP/1.1: connections are kept and reused, every call has a deadline, what may be
// repeated is repeated with full jitter inside that deadline and within a budget. An upstream that keeps
// failing is left alone for a while (breaker), and no more calls are under way at once than it has places
// (bulkhead). The decisions are the router's: router/resilience.
//
//   Client bank(executor, {.host = "127.0.0.1", .port = 8099});
//   const Result result = co_await bank.send({.method = "GET", .target = "/v1/ledger", .attempts = 3});
//
// A client belongs to the one thread that runs its executor. send() never throws for what a peer does. It
// must outlive its calls.
#pragma once
#include "extracted_services/client/answer.hpp"
#include "router/resilience/breaker.hpp"
#include "router/resilience/bulkhead.hpp"
#include "router/resilience/retry.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace banyan::client {

struct Upstream {
  std::string host;
  std::uint16_t port = 0;
};

// "127.0.0.1:8099" or "http://127.0.0.1:8099"; nothing: it is neither.
std::optional<Upstream> parse_upstream(std::string_view text);

struct Options {
  resilience::BulkheadRule bulkhead{.inflight = 64};  // one more is answered Failure::full
  resilience::BreakerRule breaker{.consecutive = 10, .open_for = std::chrono::milliseconds(500), .probes = 1};
  resilience::RetryRule retry{.base = std::chrono::milliseconds(50), .cap = std::chrono::milliseconds(5000)};
  resilience::BudgetRule budget{};
  std::size_t most_body = 4 * 1024 * 1024;
};

class Client {
 public:
  Client(boost::asio::any_io_executor executor, Upstream upstream, Options options = {});
  ~Client();

  boost::asio::awaitable<Result> send(Call call);
  bool has_room() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// One call from a program that has no event loop of its own: for consoles.
Result send_and_wait(const Upstream& upstream, const Call& call);

}  // namespace banyan::client
