// Active probes: GETs each endpoint's health path at its interval, on a thread of its own, far from requests.
// After a failed probe a name is looked up again soon, so that a moved endpoint is found. Ends leases, too.
// start() and stop() from one thread. `live` says which configuration counts; it is asked at every tick, from the
// checker's thread.
#pragma once
#include "router/tls/store.hpp"
#include "router/upstreams/directory.hpp"

#include <functional>
#include <memory>

namespace banyan::upstreams {

class HealthChecker {
 public:
  using ConfigSource = std::function<std::shared_ptr<const config::Config>()>;

  // `tls` may be null when no upstream speaks TLS.
  HealthChecker(ConfigSource live, Directory& directory, tls::Store* tls = nullptr);
  ~HealthChecker();
  void start();
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace banyan::upstreams
