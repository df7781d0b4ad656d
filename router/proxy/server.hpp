// The data plane as one object: listens, proxies, drains. It follows Live by itself, so a rollback or a reload that
// was published takes effect with each thread's very next request.
//
// start(), drain() and the destructor belong to one thread; the queries may come from any.
#pragma once
#include "router/proxy/shadow.hpp"
#include "router/proxy/tripwires.hpp"
#include "router/routing/live.hpp"
#include "router/telemetry/access_log.hpp"
#include "router/telemetry/metrics.hpp"
#include "router/tls/store.hpp"
#include "router/tracing/exporter.hpp"
#include "router/upstreams/directory.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace banyan::proxy {

class Server {
 public:
  // `log` and `spans` may be null; all must outlive the server. Listener, workers, timeouts and limits are taken from the
  // configuration's `static` part as it is now.
  Server(const routing::Live& live, telemetry::Metrics& metrics, telemetry::AccessLog* log, tls::Store& tls,
         tracing::Exporter* spans = nullptr);
  ~Server();  // drains without patience
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds, then serves on threads of its own. Throws std::system_error when the address cannot be bound.
  void start();
  std::uint16_t port() const;      // the one bound, also when 0 was asked for
  std::uint16_t tls_port() const;  // of static.tls.listen; 0 without

  // Stops accepting, lets requests under way finish, closes idle connections; what is left at the deadline is cut.
  // Returns true when nothing had to be cut.
  bool drain(std::chrono::milliseconds deadline);

  std::vector<upstreams::EndpointStatus> upstream_status() const;
  upstreams::Directory& directory() const;  // the registry, and what is known about upstreams
  std::map<std::string, ShadowStats> shadow_stats() const;
  Tripwires& tripwires();
  ShadowRunner& shadows();
  std::string shadow_report(const std::string& cutover) const;  // JSON, see ShadowRunner::report()

  // "io_uring" or "epoll": which back end this library was built for.
  static std::string_view event_backend();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace banyan::proxy
