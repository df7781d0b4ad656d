#include "router/proxy/worker.hpp"

#include "router/proxy/exchange.hpp"
#include "router/proxy/session.hpp"

#include <boost/asio/ip/v6_only.hpp>

#include <sys/socket.h>

#include <random>

namespace banyan::proxy {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::steady_clock;

namespace {

using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

std::uint64_t seed() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32) ^ device();
}

std::int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace

Worker::Worker(Shared& shared, std::uint32_t number)
    : shared_(shared),
      context_(1),
      tick_timer_(context_.get_executor()),
      started_(steady_clock::now()),
      now_ms_(steady_ms()),
      metrics_(shared.metrics.add_worker()),
      log_(shared.access_log),
      spans_(shared.spans),
      ratio_(shared.spans != nullptr && shared.fixed.otlp ? shared.fixed.otlp->ratio : 0),
      random_state_(seed() + number),
      number_(number) {
  refresh_view();
}

Worker::~Worker() = default;

std::uint16_t Worker::listen(const tcp::endpoint& address, bool secure) {
  auto& acceptor = listeners_.emplace_back(Listener{Acceptor(context_.get_executor()), secure, false}).acceptor;
  acceptor.open(address.protocol());
  acceptor.set_option(asio::socket_base::reuse_address(true));
  acceptor.set_option(ReusePort(true));
  acceptor.bind(address);
  acceptor.listen(4096);
  return acceptor.local_endpoint().port();
}

void Worker::run() {
  for (auto& listener : listeners_) accept(listener);
  arm_tick();
  context_.run();
  log_.flush();
  spans_.flush();
}

void Worker::accept(Listener& listener) {
  listener.accepting = true;
  listener.acceptor.async_accept(
      [this, &listener](const error_code& error, tcp::socket::rebind_executor<Executor>::other socket) {
        on_accept(listener, error, std::move(socket));
      });
}

void Worker::on_accept(Listener& listener, const error_code& error, Socket socket) {
  listener.accepting = false;
  if (draining_) return close(listener);
  if (!error) admit(std::move(socket), listener.secure);
  // Out of descriptors: the next tick tries again, rather than spinning here.
  if (error && error != asio::error::connection_aborted) return;
  accept(listener);
}

void Worker::admit(Socket socket, bool secure) {
  auto context = secure ? shared_.tls.server() : nullptr;
  if (secure && !context) return;  // never plainly where TLS was asked for
  const auto most = fixed().limits.connections;
  const bool admitted = most == 0 || shared_.open_connections.fetch_add(1) < most;
  if (!admitted) shared_.open_connections.fetch_sub(1);
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  metrics_.count(telemetry::Event::connections_accepted);
  if (!admitted) return;
  metrics_.count(telemetry::Event::connections_open);
  auto* session = new Session(*this, std::move(socket), std::move(context));
  session->place = sessions_.size();
  sessions_.push_back(session);
  session->start();
}

Worker::Handshake Worker::handshake_begins(Session& session) {
  if (handshakes_.size() >= fixed().limits.handshakes) handshakes_.front()->abort();
  return handshakes_.insert(handshakes_.end(), &session);
}

void Worker::forget(Session& session) {
  sessions_[session.place] = sessions_.back();
  sessions_[session.place]->place = session.place;
  sessions_.pop_back();
  metrics_.count(telemetry::Event::connections_open, -1);
  if (fixed().limits.connections != 0) shared_.open_connections.fetch_sub(1);
  delete &session;
  if (draining_) stop_when_idle();
}

void Worker::begin_drain() {
  if (draining_) return;
  draining_ = true;
  for (auto& listener : listeners_) close(listener);
  // Sessions leave the table while they are told.
  const auto told = sessions_;
  for (auto* session : told) session->on_drain();
  stop_when_idle();
}

// Like a Stream: the pending operation is ended first, and not by a cancel.
void Worker::close(Listener& listener) {
  error_code ignored;
  if (listener.accepting) ::shutdown(listener.acceptor.native_handle(), SHUT_RDWR);
  else listener.acceptor.close(ignored);
}

void Worker::abort_sessions() {
  const auto told = sessions_;
  for (auto* session : told) session->abort();
}

void Worker::stop_when_idle() {
  if (!draining_ || stopped_ || !sessions_.empty()) return;
  stopped_ = true;
  pool_.close_all();
  tick_timer_.cancel();
  log_.flush();
  spans_.flush();
}

void Worker::arm_tick() {
  tick_timer_.expires_after(tick);
  tick_timer_.async_wait([this](const error_code& error) {
    if (!error && !stopped_) on_tick();
  });
}

void Worker::on_tick() {
  now_ms_ = steady_ms();
  wheel_.advance(static_cast<std::uint64_t>((steady_clock::now() - started_) / tick));
  log_.flush();
  spans_.flush();
  view();  // also without requests, so that what has gone is let go
  for (auto& listener : listeners_)
    if (!draining_ && !listener.accepting) accept(listener);
  if (!stopped_) arm_tick();
}

void Worker::schedule(TimerWheel::Entry& entry, std::chrono::milliseconds after) {
  const auto ticks = static_cast<std::uint64_t>((after + tick - std::chrono::milliseconds(1)) / tick);
  wheel_.schedule(entry, wheel_.now() + ticks + 1);
}

const std::shared_ptr<const View>& Worker::view() {
  if (view_->snapshot->generation != shared_.live.generation() ||
      view_->upstreams->generation != shared_.directory.generation())
    refresh_view();
  return view_;
}

void Worker::refresh_view() {
  auto view = std::make_shared<View>();
  view->snapshot = shared_.live.snapshot();
  view->upstreams = shared_.directory.set_for(view->snapshot->config, now_ms_);
  view->tls = shared_.tls.clients_for(view->snapshot->config);
  const bool same_plan = view_ && view_->snapshot->config == view->snapshot->config;
  if (same_plan) view->series = view_->series;
  else view->series.assign(view->config().cutovers.size() + 1, {nullptr, nullptr});
  for (const auto& cutover : view->config().cutovers) {
    view->guards.push_back(shared_.tripwires.guard(cutover.name));
    view->shadow_places.push_back(shared_.shadows.places(cutover.name));
  }
  cursors_.resize(std::max(cursors_.size(), view->config().upstreams.size()));
  // Kept connections to endpoints that are gone are closed; those in use end with their requests.
  std::vector<std::uint32_t> known;
  for (const auto& group : view->upstreams->groups)
    for (const auto& endpoint : group.endpoints) known.push_back(endpoint->id());
  pool_.retain(known);
  view_ = std::move(view);
}

telemetry::Series& Worker::series(const View& view, std::uint32_t cutover, routing::Side side) {
  const bool none = cutover == routing::none;
  auto& slot = view.series[none ? view.config().cutovers.size() : cutover][side == routing::Side::legacy ? 0 : 1];
  if (slot == nullptr)
    slot = &metrics_.series(none ? std::string_view("none") : view.config().cutovers[cutover].name,
                            routing::to_string(side));
  return *slot;
}

std::uint32_t& Worker::cursor(std::uint32_t upstream) { return cursors_[upstream]; }

std::uint64_t Worker::random() {
  // SplitMix64: ids have to be distinct, not secret.
  std::uint64_t z = random_state_ += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

std::unique_ptr<Exchange> Worker::take_exchange(Session& session) {
  if (spare_.empty()) return std::make_unique<Exchange>(*this, session);
  auto exchange = std::move(spare_.back());
  spare_.pop_back();
  exchange->adopt(session);
  return exchange;
}

void Worker::give_back(std::unique_ptr<Exchange> exchange) {
  constexpr std::size_t most_spare = 256;
  exchange->clear();
  if (spare_.size() < most_spare) spare_.push_back(std::move(exchange));
}

}  // namespace banyan::proxy
