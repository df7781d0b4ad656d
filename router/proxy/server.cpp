#include "router/proxy/server.hpp"

#include "router/proxy/session.hpp"
#include "router/proxy/worker.hpp"
#include "router/upstreams/health_checker.hpp"
#include "router/upstreams/resolver.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <condition_variable>
#include <random>
#include <thread>

namespace banyan::proxy {
namespace {

using boost::asio::ip::tcp;

std::string make_via() {
  constexpr char digits[] = "0123456789abcdef";
  std::random_device device;
  std::string name = "banyan-";
  for (int i = 0; i < 8; ++i) name += digits[device() % 16];
  return name;
}

tcp::endpoint listen_address(const config::Address& address) {
  boost::system::error_code error;
  const auto literal = boost::asio::ip::make_address(address.host, error);
  if (!error) return {literal, address.port};
  const auto resolved = upstreams::resolve(address);
  if (!resolved.valid())
    throw std::system_error(std::make_error_code(std::errc::address_not_available), "listen " + address.host);
  tcp::endpoint endpoint;
  endpoint.resize(resolved.size);
  std::memcpy(endpoint.data(), &resolved.storage, resolved.size);
  return endpoint;
}

}  // namespace

class Server::Impl {
 public:
  Impl(const routing::Live& live, telemetry::Metrics& metrics, telemetry::AccessLog* log, tls::Store& tls,
       tracing::Exporter* spans)
      : live_(live),
        shadows_(metrics, tls, spans),
        resolver_(directory_),
        health_([&live] { return live.snapshot()->config; }, directory_, &tls),
        shared_{live,     directory_, tls, metrics, log, spans, shadows_, tripwires_, make_via(),
                TrustedPeers(live.snapshot()->config->fixed.trusted_proxies), live.snapshot()->config->fixed} {}

  ~Impl() {
    drain(std::chrono::milliseconds(0));
    health_.stop();
    resolver_.stop();
    shadows_.stop();
  }

  void start() {
    auto count = shared_.fixed.workers;
    if (count == 0) count = std::max(1u, std::thread::hardware_concurrency());
    for (std::uint32_t i = 0; i < count; ++i) workers_.push_back(std::make_unique<Worker>(shared_, i));
    const auto& tls = shared_.fixed.tls;
    port_ = listen(shared_.fixed.listen, tls && !tls->listen);
    if (tls && tls->listen) tls_port_ = listen(*tls->listen, true);
    health_.start();
    resolver_.start();
    shadows_.start();
    running_ = count;
    for (auto& worker : workers_) threads_.emplace_back([this, &worker] { run(*worker); });
  }

  std::uint16_t port() const { return port_; }
  std::uint16_t tls_port() const { return tls_port_; }

  bool drain(std::chrono::milliseconds deadline) {
    if (threads_.empty()) return true;
    shared_.draining = true;
    for (auto& worker : workers_) worker->post([&worker] { worker->begin_drain(); });
    const bool finished = wait_for_workers(deadline);
    if (!finished)
      for (auto& worker : workers_) worker->post([&worker] { worker->abort_sessions(); });
    for (auto& thread : threads_) thread.join();
    threads_.clear();
    return finished;
  }

  std::vector<upstreams::EndpointStatus> upstream_status() const {
    return directory_.endpoints(*live_.snapshot()->config, upstreams::steady_ms());
  }
  upstreams::Directory& directory() { return directory_; }
  std::map<std::string, ShadowStats> shadow_stats() const { return shadows_.stats(); }
  Tripwires& tripwires() { return tripwires_; }
  ShadowRunner& shadows() { return shadows_; }
  std::string shadow_report(const std::string& cutover) const { return shadows_.report(cutover); }

 private:
  // All workers on one address; the first finds the port when any will do.
  std::uint16_t listen(const config::Address& where, bool secure) {
    auto address = listen_address(where);
    for (auto& worker : workers_) address.port(worker->listen(address, secure));
    return address.port();
  }

  void run(Worker& worker) {
    worker.run();
    std::lock_guard lock(mutex_);
    --running_;
    ended_.notify_all();
  }

  bool wait_for_workers(std::chrono::milliseconds deadline) {
    std::unique_lock lock(mutex_);
    return ended_.wait_for(lock, deadline, [this] { return running_ == 0; });
  }

  const routing::Live& live_;
  upstreams::Directory directory_;
  ShadowRunner shadows_;
  Tripwires tripwires_;
  upstreams::Resolver resolver_;
  upstreams::HealthChecker health_;
  Shared shared_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::uint32_t running_ = 0;
  std::uint16_t port_ = 0;
  std::uint16_t tls_port_ = 0;
};

Server::Server(const routing::Live& live, telemetry::Metrics& metrics, telemetry::AccessLog* log, tls::Store& tls,
               tracing::Exporter* spans)
    : impl_(std::make_unique<Impl>(live, metrics, log, tls, spans)) {}
Server::~Server() = default;
void Server::start() { impl_->start(); }
std::uint16_t Server::port() const { return impl_->port(); }
std::uint16_t Server::tls_port() const { return impl_->tls_port(); }
bool Server::drain(std::chrono::milliseconds deadline) { return impl_->drain(deadline); }
std::vector<upstreams::EndpointStatus> Server::upstream_status() const { return impl_->upstream_status(); }
upstreams::Directory& Server::directory() const { return impl_->directory(); }
std::map<std::string, ShadowStats> Server::shadow_stats() const { return impl_->shadow_stats(); }

std::string Server::shadow_report(const std::string& cutover) const { return impl_->shadow_report(cutover); }

Tripwires& Server::tripwires() { return impl_->tripwires(); }
ShadowRunner& Server::shadows() { return impl_->shadows(); }

std::string_view Server::event_backend() {
#if defined(BOOST_ASIO_HAS_IO_URING) && defined(BOOST_ASIO_DISABLE_EPOLL)
  return "io_uring";
#else
  return "epoll";
#endif
}

}  // namespace banyan::proxy
