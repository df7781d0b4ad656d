#include "router/upstreams/health_checker.hpp"

#include "router/upstreams/health_policy.hpp"
#include "router/upstreams/resolver.hpp"

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>

#include <array>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace banyan::upstreams {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::steady_clock;
constexpr auto tuple = asio::as_tuple(asio::use_awaitable);

tcp::endpoint to_asio(const SocketAddress& address) {
  tcp::endpoint endpoint;
  endpoint.resize(address.size);
  std::memcpy(endpoint.data(), &address.storage, address.size);
  return endpoint;
}

// Any 2xx or 3xx status line is good; the rest of the answer is nobody's business here.
bool good_status(std::string_view text) {
  return text.size() >= 12 && text.substr(0, 7) == "HTTP/1." && text[8] == ' ' && (text[9] == '2' || text[9] == '3');
}

// The TLS of one probe; `context` is null for a plain upstream.
struct ProbeTls {
  tls::Store* store = nullptr;
  std::shared_ptr<const tls::ClientContext> context;
  std::string upstream;
};

template <class Stream>
asio::awaitable<bool> ask(Stream& socket, const std::string& request) {
  auto [write_error, written] = co_await asio::async_write(socket, asio::buffer(request), tuple);
  if (write_error) co_return false;
  std::array<char, 256> answer{};
  std::size_t size = 0;
  while (size < 12) {
    auto [error, n] = co_await socket.async_read_some(asio::buffer(answer.data() + size, answer.size() - size), tuple);
    if (error) co_return false;
    size += n;
  }
  co_return good_status({answer.data(), size});
}

asio::awaitable<bool> ask_endpoint(tcp::socket& socket, const Endpoint& endpoint, const std::string& request,
                                   const ProbeTls& secure) {
  auto [connect_error] = co_await socket.async_connect(to_asio(endpoint.socket_address()), tuple);
  if (connect_error) co_return false;
  if (!secure.context) co_return co_await ask(socket, request);
  asio::ssl::stream<tcp::socket&> stream(socket, secure.context->make_handle(endpoint.address()));
  auto [shake_error] = co_await stream.async_handshake(asio::ssl::stream_base::client, tuple);
  if (!shake_error) {
    secure.store->upstream_works(secure.upstream, endpoint.name());
    co_return co_await ask(stream, request);
  }
  const auto name = secure.context->server_name(endpoint.address());
  secure.store->upstream_failed(secure.upstream, endpoint.name(),
                                tls::upstream_failure(stream.native_handle(), name, shake_error.message()));
  co_return false;
}

}  // namespace

class HealthChecker::Impl {
 public:
  Impl(ConfigSource live, Directory& directory, tls::Store* tls)
      : live_(std::move(live)), directory_(directory), tls_(tls) {}

  void start() {
    asio::co_spawn(context_, watch(), asio::detached);
    thread_ = std::thread([this] { context_.run(); });
  }

  void stop() {
    if (!thread_.joinable()) return;
    context_.stop();
    thread_.join();
  }

 private:
  struct Probed {
    ProbeState state;
    steady_clock::time_point next;
    bool running = false;
  };

  // One coarse tick finds what is due; each probe then runs on its own, so a hanging endpoint delays nobody.
  asio::awaitable<void> watch() {
    asio::steady_timer timer(context_);
    for (;;) {
      start_due_probes();
      timer.expires_after(std::chrono::milliseconds(50));
      auto [error] = co_await timer.async_wait(tuple);
      if (error) co_return;
    }
  }

  void start_due_probes() {
    directory_.expire_leases(steady_ms());
    if (auto config = live_(); config != config_ || !set_ || set_->generation != directory_.generation()) {
      config_ = std::move(config);
      set_ = directory_.set_for(config_, steady_ms());
      forget_unused();
    }
    const auto now = steady_clock::now();
    for (std::size_t i = 0; i < set_->groups.size(); ++i) {
      const auto& health = config_->upstreams[i].health;
      if (!health) continue;
      for (const auto& endpoint : set_->groups[i].endpoints) {
        auto [slot, added] =
            probed_.try_emplace(endpoint, Probed{{health->healthy_after, health->unhealthy_after}, now, false});
        if (slot->second.running || slot->second.next > now) continue;
        slot->second.running = true;
        slot->second.next = now + health->interval;
        asio::co_spawn(context_, probe(endpoint, *health, tls_of(i)), asio::detached);
      }
    }
  }

  ProbeTls tls_of(std::size_t upstream) const {
    if (tls_ == nullptr) return {};
    return {tls_, (*tls_->clients_for(config_))[upstream], config_->upstreams[upstream].name};
  }

  // What is no longer probed counts as healthy again: nobody is left who could say otherwise.
  void forget_unused() {
    std::erase_if(probed_, [this](const auto& entry) {
      for (std::size_t i = 0; i < set_->groups.size(); ++i)
        for (const auto& endpoint : set_->groups[i].endpoints)
          if (endpoint == entry.first && config_->upstreams[i].health) return false;
      entry.first->healthy.store(true);
      return true;
    });
  }

  asio::awaitable<void> probe(std::shared_ptr<Endpoint> endpoint, config::HealthCheck health, ProbeTls secure) {
    // Shared with the timer's handler, which may still be queued when this probe is over.
    const auto socket = std::make_shared<tcp::socket>(context_);
    asio::steady_timer timer(context_, health.timeout);
    timer.async_wait([socket](boost::system::error_code error) {
      boost::system::error_code ignored;
      if (!error) socket->shutdown(tcp::socket::shutdown_both, ignored);
    });
    const std::string request = "GET " + health.path + " HTTP/1.1\r\nHost: " + config::to_string(endpoint->address()) +
                                "\r\nUser-Agent: banyan-health\r\nConnection: close\r\n\r\n";
    const bool resolved = endpoint->socket_address().valid();
    const bool good = resolved && co_await ask_endpoint(*socket, *endpoint, request, secure);
    timer.cancel();
    record(endpoint, good);
  }

  void record(const std::shared_ptr<Endpoint>& endpoint, bool good) {
    const auto found = probed_.find(endpoint);
    if (found == probed_.end()) return;
    found->second.running = false;
    found->second.state.on_probe(good);
    const bool healthy = found->second.state.healthy();
    if (healthy && !endpoint->healthy.load()) endpoint->joined_ms.store(steady_ms());  // its slow start
    endpoint->healthy.store(healthy);
    if (good) endpoint->outlier.restore(steady_ms());
    if (!good) directory_.look_up_soon(endpoint->address());  // it may have moved
  }

  const ConfigSource live_;
  Directory& directory_;
  tls::Store* const tls_;
  asio::io_context context_{1};
  std::shared_ptr<const config::Config> config_;
  std::shared_ptr<const UpstreamSet> set_;
  std::map<std::shared_ptr<Endpoint>, Probed> probed_;
  std::thread thread_;
};

HealthChecker::HealthChecker(ConfigSource live, Directory& directory, tls::Store* tls)
    : impl_(std::make_unique<Impl>(std::move(live), directory, tls)) {}
HealthChecker::~HealthChecker() { stop(); }
void HealthChecker::start() { impl_->start(); }
void HealthChecker::stop() { impl_->stop(); }

}  // namespace banyan::upstreams
