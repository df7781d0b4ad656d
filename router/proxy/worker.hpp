// One proxy thread: its event loop, its connections, its pools and its copy of what is live. Nothing here is shared
// with other workers but what Shared names; post() is the only member that other threads may call.
#pragma once
#include "router/proxy/shadow.hpp"
#include "router/proxy/timer_wheel.hpp"
#include "router/proxy/tripwires.hpp"
#include "router/proxy/trusted_peers.hpp"
#include "router/proxy/upstream_pool.hpp"
#include "router/routing/decide.hpp"
#include "router/routing/live.hpp"
#include "router/telemetry/access_log.hpp"
#include "router/telemetry/metrics.hpp"
#include "router/tls/store.hpp"
#include "router/tracing/exporter.hpp"
#include "router/upstreams/directory.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <atomic>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace banyan::proxy {

class Session;
class Exchange;

struct Shared {
  const routing::Live& live;
  upstreams::Directory& directory;
  tls::Store& tls;
  telemetry::Metrics& metrics;
  telemetry::AccessLog* access_log;
  tracing::Exporter* spans;  // null: none are made
  ShadowRunner& shadows;
  Tripwires& tripwires;
  std::string via;  // how this router calls itself in Via
  TrustedPeers trusted;
  config::StaticSettings fixed;
  std::atomic<std::uint32_t> open_connections{0};  // written only when there is a limit
  std::atomic<bool> draining{false};  // set before any worker is told: no connection is kept from then on
};

// What one request is served by, from its first byte to its last.
struct View {
  std::shared_ptr<const routing::Snapshot> snapshot;
  std::shared_ptr<const upstreams::UpstreamSet> upstreams;
  std::shared_ptr<const tls::ClientContexts> tls;
  // By cutover and side; the last is for none. Filled as needed by the one worker that owns the view.
  mutable std::vector<std::array<telemetry::Series*, 2>> series;
  std::vector<std::shared_ptr<Guard>> guards;  // by cutover
  std::vector<std::shared_ptr<ShadowPlaces>> shadow_places;  // by cutover

  const config::Config& config() const { return *snapshot->config; }
};

class Worker {
 public:
  Worker(Shared& shared, std::uint32_t number);
  ~Worker();

  // Binds; returns the port, also when `address` asks for any. Call before run().
  std::uint16_t listen(const boost::asio::ip::tcp::endpoint& address, bool secure);
  void run();

  template <class Function>
  void post(Function function) {
    boost::asio::post(context_, std::move(function));
  }

  // On the worker's thread:
  void begin_drain();
  void abort_sessions();
  bool draining() const { return draining_ || shared_.draining.load(std::memory_order_relaxed); }
  bool idle() const { return sessions_.empty(); }

  Shared& shared() { return shared_; }
  const config::StaticSettings& fixed() const { return shared_.fixed; }
  const std::shared_ptr<const View>& view();
  telemetry::Series& series(const View& view, std::uint32_t cutover, routing::Side side);
  telemetry::Metrics::Worker& metrics() { return metrics_; }
  telemetry::AccessLog::Writer& log() { return log_; }
  tracing::Exporter::Writer& spans() { return spans_; }
  const telemetry::Ratio& ratio() const { return ratio_; }
  UpstreamPool& pool() { return pool_; }
  std::uint32_t& cursor(std::uint32_t upstream);
  Socket make_socket() { return Socket(context_.get_executor()); }
  Executor executor() { return context_.get_executor(); }
  std::uint32_t number() const { return number_; }
  std::uint64_t random();
  void schedule(TimerWheel::Entry& entry, std::chrono::milliseconds after);
  std::int64_t now_ms() const { return now_ms_; }  // steady, as of the last tick

  std::unique_ptr<Exchange> take_exchange(Session& session);
  void give_back(std::unique_ptr<Exchange> exchange);
  void forget(Session& session);

  // Handshakes under way are bounded: the oldest makes room for the newest, so clients that let them hang keep
  // nobody out.
  using Handshake = std::list<Session*>::iterator;
  Handshake handshake_begins(Session& session);
  void handshake_ends(Handshake place) { handshakes_.erase(place); }

  static constexpr std::chrono::milliseconds tick{50};

 private:
  using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor>;
  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
  struct Listener {
    Acceptor acceptor;
    bool secure = false;
    bool accepting = false;
  };
  void accept(Listener& listener);
  void on_accept(Listener& listener, const error_code& error, Socket socket);
  void admit(Socket socket, bool secure);
  void close(Listener& listener);
  void refresh_view();
  void arm_tick();
  void on_tick();
  void stop_when_idle();

  Shared& shared_;
  boost::asio::io_context context_;
  TimerWheel wheel_;
  std::list<Listener> listeners_;
  Timer tick_timer_;
  std::chrono::steady_clock::time_point started_;
  std::int64_t now_ms_ = 0;
  telemetry::Metrics::Worker& metrics_;
  telemetry::AccessLog::Writer log_;
  tracing::Exporter::Writer spans_;
  telemetry::Ratio ratio_;
  UpstreamPool pool_;
  std::shared_ptr<const View> view_;
  std::vector<std::uint32_t> cursors_;
  std::vector<Session*> sessions_;
  std::list<Session*> handshakes_;  // oldest first
  std::vector<std::unique_ptr<Exchange>> spare_;
  std::uint64_t random_state_;
  std::uint32_t number_ = 0;
  bool draining_ = false;
  bool stopped_ = false;
};

}  // namespace banyan::proxy
