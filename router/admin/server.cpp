#include "router/admin/server.hpp"

#include "router/admin/views.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

namespace banyan::admin {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

constexpr auto patience = std::chrono::seconds(15);
constexpr auto linger = std::chrono::seconds(2);
constexpr std::uint32_t largest_header = 16 * 1024;
constexpr std::size_t largest_body = 64 * 1024;
constexpr int most_connections = 128;
// Commands may block for two seconds each; a rollback must still find a free thread.
constexpr int threads = 4;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

ApiRequest to_api(const Request& request, const std::string& peer) {
  const auto text = [](beast::string_view view) { return std::string(view.data(), view.size()); };
  return {text(request.method_string()),
          text(request.target()),
          text(request[http::field::authorization]),
          request.body(),
          peer,
          text(request[http::field::host]),
          text(request["X-Forwarded-Host"]),
          text(request[http::field::origin]),
          text(request["Sec-Fetch-Site"]),
          text(request["Banyan-Via"])};
}

Response make_response(const Request& request, ApiResponse answer) {
  Response response(static_cast<http::status>(answer.status), request.version());
  response.set(http::field::content_type, answer.content_type);
  response.set(http::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  response.set("X-Frame-Options", "DENY");
  if (answer.status == 401) response.set(http::field::www_authenticate, "Bearer");
  response.keep_alive(request.keep_alive());
  response.body() = std::move(answer.body);
  response.prepare_payload();
  if (request.method() == http::verb::head) response.body().clear();
  return response;
}

// What a reading that went wrong is answered with; other errors are not worth an answer.
std::optional<std::pair<int, const char*>> refusal_of(const boost::system::error_code& error) {
  if (error == http::error::body_limit) return {{413, "a body has 64 KiB at most"}};
  if (error == http::error::header_limit) return {{431, "a head has 16 KiB at most"}};
  return std::nullopt;
}

struct Leave {
  std::atomic<int>& count;
  ~Leave() { --count; }
};

// A socket with a time for each thing done with it. When that is over, what is pending ends by a shutdown: Asio's io_uring
// back end gives its cancel requests no user data of their own, so a cancelled operation may answer in another's name.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  explicit Connection(tcp::socket s) : socket(std::move(s)), timer_(socket.get_executor()) {}

  void within(std::chrono::steady_clock::duration time) {
    timer_.expires_after(time);
    timer_.async_wait([self = shared_from_this(), turn = ++turn_](const boost::system::error_code& error) {
      boost::system::error_code ignored;
      if (!error && turn == self->turn_) self->socket.shutdown(tcp::socket::shutdown_both, ignored);
    });
  }
  void done() { ++turn_, timer_.cancel(); }

  tcp::socket socket;

 private:
  asio::steady_timer timer_;
  std::uint64_t turn_ = 0;
};

// On a thread that may wait for the disk: the sockets have one thread, and a disk must not hold them up.
template <typename Work>
asio::awaitable<std::invoke_result_t<Work>> aside(asio::thread_pool& pool, Work work) {
  auto task = [](Work does) -> asio::awaitable<std::invoke_result_t<Work>> { co_return does(); };
  auto running = task(std::move(work));
  co_return co_await asio::co_spawn(pool, std::move(running), asio::use_awaitable);
}

// Ends with the connection: the head, then one event an interval. What waits to be sent is never more than one event.
asio::awaitable<void> send_frames(Connection& connection, asio::thread_pool& pool, const Api& api, const Pace& pace, std::string last_id) {
  asio::steady_timer pause(connection.socket.get_executor());
  std::string text =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nX-Accel-Buffering: no\r\n"
      "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n";
  for (;;) {
    const Frame frame = co_await aside(pool, [&api] { return api.frame(); });
    text += event_text(frame, last_id);
    last_id = frame.id;
    connection.within(pace.slow_reader);
    const auto [error, written] = co_await asio::async_write(connection.socket, asio::buffer(text), as_result);
    connection.done();
    if (error) co_return;
    text.clear();
    pause.expires_after(pace.interval);
    co_await pause.async_wait(as_result);
  }
}

// To close over bytes that nobody read resets the connection, and the refusal may be lost with it.
asio::awaitable<void> read_out(Connection& connection) {
  boost::system::error_code ignored;
  connection.socket.shutdown(tcp::socket::shutdown_send, ignored);
  connection.within(linger);
  std::array<char, 16 * 1024> scratch;
  for (;;) {
    const auto [error, bytes] = co_await connection.socket.async_read_some(asio::buffer(scratch), as_result);
    if (error) co_return;
  }
}

asio::awaitable<void> serve(std::shared_ptr<Connection> connection, asio::thread_pool& pool, const Api& api, const Pace& pace, std::atomic<int>& open,
                            std::atomic<int>& watching) {
  const Leave leave{open};
  boost::system::error_code ignored;
  auto& socket = connection->socket;
  const std::string peer = socket.remote_endpoint(ignored).address().to_string();
  beast::flat_buffer buffer;
  for (;;) {
    http::request_parser<http::string_body> parser;
    parser.header_limit(largest_header);
    parser.body_limit(largest_body);
    connection->within(patience);
    const auto [read_error, bytes] = co_await http::async_read(socket, buffer, parser, as_result);
    if (const auto refusal = refusal_of(read_error)) {
      Response response = make_response(parser.get(), problem(refusal->first, "too large", refusal->second));
      response.keep_alive(false);
      connection->within(patience);
      co_await http::async_write(socket, response, as_result);
      co_await read_out(*connection);
    }
    if (read_error) break;
    connection->done();
    const ApiRequest asked = to_api(parser.get(), peer);
    ApiResponse answer = co_await aside(pool, [&api, &asked] { return api.handle(asked); });
    if (answer.content_type == event_stream && parser.get().method() == http::verb::get) {
      const Leave stop_watching{watching};
      if (++watching <= pace.most) {
        const auto last = parser.get()["Last-Event-ID"];
        co_await send_frames(*connection, pool, api, pace, std::string(last.data(), last.size()));
        break;
      }
      answer = problem(503, "too many watch", std::to_string(pace.most) + " look on already", "GET /api/v1/overview asks once");
    }
    Response response = make_response(parser.get(), std::move(answer));
    connection->within(patience);
    const bool keep = response.keep_alive();
    const auto [write_error, written] = co_await http::async_write(socket, response, as_result);
    if (write_error || !keep) break;
  }
  connection->done();
  socket.shutdown(tcp::socket::shutdown_send, ignored);
}

// A router that was killed a moment ago can hold the address for a little longer than its process lives: the kernel
// gives back what an io_uring held after the process has been reaped.
void bind_when_free(tcp::acceptor& acceptor, const tcp::endpoint& endpoint, const config::Address& address) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(3);
  for (;;) {
    boost::system::error_code error;
    acceptor.bind(endpoint, error);
    if (!error) return;
    if (error != asio::error::address_in_use || std::chrono::steady_clock::now() > until)
      throw boost::system::system_error(error.value(), error.category(),
                                        "cannot listen on " + to_string(address) + " (admin)");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace

struct Server::Impl {
  Impl(const Api& a, config::Address where, Pace p) : api(a), pace(p), address(std::move(where)), acceptor(context) {}

  const Api& api;
  Pace pace;
  config::Address address;
  asio::io_context context{1};
  asio::thread_pool pool{threads};
  tcp::acceptor acceptor;
  std::atomic<int> open{0}, watching{0};
  std::thread thread;

  asio::awaitable<void> accept() {
    for (;;) {
      tcp::socket socket(context);
      const auto [error] = co_await acceptor.async_accept(socket, as_result);
      if (error == asio::error::operation_aborted) co_return;
      if (error || open.load() >= most_connections) continue;
      ++open;
      const auto executor = socket.get_executor();
      auto session = serve(std::make_shared<Connection>(std::move(socket)), pool, api, pace, open, watching);
      asio::co_spawn(executor, std::move(session), asio::detached);
    }
  }
};

Server::Server(const Api& api, config::Address address, Pace pace)
    : impl_(std::make_unique<Impl>(api, std::move(address), pace)) {}
Server::~Server() { stop(); }

void Server::start() {
  tcp::resolver resolver(impl_->context);
  const auto found =
      resolver.resolve(impl_->address.host, std::to_string(impl_->address.port), tcp::resolver::passive);
  const tcp::endpoint endpoint = *found.begin();
  impl_->acceptor.open(endpoint.protocol());
  impl_->acceptor.set_option(tcp::acceptor::reuse_address(true));
  bind_when_free(impl_->acceptor, endpoint, impl_->address);
  impl_->acceptor.listen();
  auto accepting = impl_->accept();
  asio::co_spawn(impl_->context, std::move(accepting), asio::detached);
  impl_->thread = std::thread([this] { impl_->context.run(); });
}

void Server::stop() {
  impl_->context.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
  impl_->pool.join();  // what they have begun is heard by nobody, but finished
}

int Server::watchers() const { return impl_->watching.load(); }

std::uint16_t Server::port() const { return impl_->acceptor.local_endpoint().port(); }

}  // namespace banyan::admin
