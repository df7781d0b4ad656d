#include "extracted_services/service/server.hpp"

#include "extracted_services/service/connection.hpp"
#include "extracted_services/service/log.hpp"

#include <boost/asio.hpp>

#include <csignal>
#include <set>
#include <stdexcept>

namespace banyan::service {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {
constexpr auto nothrow = asio::as_tuple(asio::use_awaitable);
constexpr auto tick = std::chrono::milliseconds(100);
}  // namespace

struct Server::Impl {
  Impl(Dispatcher& dispatcher, ServerOptions chosen);
  void open();
  asio::awaitable<void> accept();
  asio::awaitable<void> watch();
  void serve(tcp::socket socket);
  void on_signal();
  void begin_drain(int signal);
  void close_listener();
  void end_if_drained();

  Dispatcher& dispatcher;
  const ServerOptions options;
  asio::io_context context{1};
  tcp::acceptor acceptor{context};
  asio::signal_set signals{context};
  asio::steady_timer timer{context};
  std::set<std::shared_ptr<HttpConnection>> connections;
  bool draining = false;
  int signal_number = 0;
  HttpConnection::Clock::time_point listener_closes, drain_ends;
};

Server::Impl::Impl(Dispatcher& dispatcher_, ServerOptions chosen)
    : dispatcher(dispatcher_), options(std::move(chosen)) {}

void Server::Impl::open() try {
  const tcp::endpoint endpoint(asio::ip::make_address(options.listen), options.port);
  acceptor.open(endpoint.protocol());
  acceptor.set_option(asio::socket_base::reuse_address(true));
  acceptor.bind(endpoint);
  acceptor.listen();
} catch (const boost::system::system_error& failure) {
  throw std::runtime_error("cannot listen on " + options.listen + ":" + std::to_string(options.port) + ": " +
                           failure.code().message());
}

asio::awaitable<void> Server::Impl::accept() {
  while (acceptor.is_open()) {
    auto [error, socket] = co_await acceptor.async_accept(nothrow);
    if (!error) {
      serve(std::move(socket));
    } else if (acceptor.is_open()) {
      // Out of descriptors, most likely: give the open connections time to end.
      log::warn("cannot accept", {{"error", error.message()}});
      asio::steady_timer pause(context, tick);
      co_await pause.async_wait(nothrow);
    }
  }
}

void Server::Impl::serve(tcp::socket socket) {
  if (connections.size() >= options.connections) return;  // closes it
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  auto connection = std::make_shared<HttpConnection>(std::move(socket), dispatcher, options);
  connections.insert(connection);
  const auto ended = [this, connection](std::exception_ptr error) {
    if (error) {
      log::error("a connection ended in an exception");
      connection->cut_off();
    }
    connections.erase(connection);
    end_if_drained();
  };
  asio::co_spawn(context, connection->serve(), ended);
}

// One timer for everything: timeouts of all connections, and the stages of the drain.
asio::awaitable<void> Server::Impl::watch() {
  while (true) {
    timer.expires_after(tick);
    co_await timer.async_wait(nothrow);
    const auto now = HttpConnection::Clock::now();
    for (const auto& connection : connections) connection->check(now);
    dispatcher.tick(now);
    if (!draining) continue;
    if (acceptor.is_open() && now >= listener_closes) close_listener();
    if (now >= drain_ends) context.stop();
  }
}

void Server::Impl::on_signal() {
  signals.async_wait([this](boost::system::error_code error, int signal) {
    if (error) return;
    begin_drain(signal);
    on_signal();
  });
}

void Server::Impl::begin_drain(int signal) {
  if (draining) return context.stop();
  draining = true;
  signal_number = signal;
  dispatcher.drain();
  const auto now = HttpConnection::Clock::now();
  listener_closes = now + options.drain_notice;
  drain_ends = listener_closes + options.drain_timeout;
  log::info("draining", {{"connections", connections.size()}});
  if (options.drain_notice.count() == 0) close_listener();
}

void Server::Impl::close_listener() {
  boost::system::error_code ignored;
  acceptor.close(ignored);
  for (const auto& connection : connections) connection->drain();
  end_if_drained();
}

void Server::Impl::end_if_drained() {
  if (draining && !acceptor.is_open() && connections.empty()) context.stop();
}

Server::Server(Dispatcher& dispatcher, ServerOptions options)
    : impl_(std::make_unique<Impl>(dispatcher, std::move(options))) {
  impl_->open();
}

Server::~Server() = default;

std::uint16_t Server::port() const { return impl_->acceptor.local_endpoint().port(); }

int Server::run(bool signals) {
  if (signals) {
    impl_->signals.add(SIGTERM);
    impl_->signals.add(SIGINT);
    impl_->on_signal();
  }
  asio::co_spawn(impl_->context, impl_->accept(), asio::detached);
  asio::co_spawn(impl_->context, impl_->watch(), asio::detached);
  impl_->context.run();
  return impl_->signal_number;
}

void Server::stop() {
  asio::post(impl_->context, [this] { impl_->begin_drain(0); });
}

}  // namespace banyan::service
