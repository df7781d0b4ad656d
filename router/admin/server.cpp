#include "router/admin/server.hpp"

#include "router/admin/views.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace banyan::admin {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

constexpr auto patience = std::chrono::seconds(15);
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

// Ends with the connection: the head, then one event an interval. What waits to be sent is never more than one event.
asio::awaitable<void> send_frames(beast::tcp_stream& stream, const Api& api, const Pace& pace, std::string last_id) {
  asio::steady_timer pause(stream.get_executor());
  std::string text =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nX-Accel-Buffering: no\r\n"
      "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n";
  for (;;) {
    const Frame frame = api.frame();
    text += event_text(frame, last_id);
    last_id = frame.id;
    stream.expires_after(pace.slow_reader);
    const auto [error, written] = co_await asio::async_write(stream, asio::buffer(text), as_result);
    if (error) co_return;
    text.clear();
    pause.expires_after(pace.interval);
    co_await pause.async_wait(as_result);
  }
}

asio::awaitable<void> serve(beast::tcp_stream stream, const Api& api, const Pace& pace, std::atomic<int>& open,
                            std::atomic<int>& watching) {
  const Leave leave{open};
  boost::system::error_code ignored;
  const std::string peer = stream.socket().remote_endpoint(ignored).address().to_string();
  beast::flat_buffer buffer;
  for (;;) {
    http::request_parser<http::string_body> parser;
    parser.header_limit(largest_header);
    parser.body_limit(largest_body);
    stream.expires_after(patience);
    const auto [read_error, bytes] = co_await http::async_read(stream, buffer, parser, as_result);
    if (const auto refusal = refusal_of(read_error)) {
      Response response = make_response(parser.get(), problem(refusal->first, "too large", refusal->second));
      response.keep_alive(false);
      stream.expires_after(patience);
      co_await http::async_write(stream, response, as_result);
    }
    if (read_error) break;
    ApiResponse answer = api.handle(to_api(parser.get(), peer));
    if (answer.content_type == event_stream && parser.get().method() == http::verb::get) {
      const Leave stop_watching{watching};
      if (++watching <= pace.most) {
        const auto last = parser.get()["Last-Event-ID"];
        co_await send_frames(stream, api, pace, std::string(last.data(), last.size()));
        break;
      }
      answer = problem(503, "too many watch", std::to_string(pace.most) + " look on already", "GET /api/v1/overview asks once");
    }
    Response response = make_response(parser.get(), std::move(answer));
    stream.expires_after(patience);
    const bool keep = response.keep_alive();
    const auto [write_error, written] = co_await http::async_write(stream, response, as_result);
    if (write_error || !keep) break;
  }
  stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
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
  asio::io_context context{threads};
  tcp::acceptor acceptor;
  std::atomic<int> open{0}, watching{0};
  std::vector<std::thread> workers;

  asio::awaitable<void> accept() {
    for (;;) {
      tcp::socket socket(asio::make_strand(context));
      const auto [error] = co_await acceptor.async_accept(socket, as_result);
      if (error == asio::error::operation_aborted) co_return;
      if (error || open.load() >= most_connections) continue;
      ++open;
      const auto executor = socket.get_executor();
      auto session = serve(beast::tcp_stream(std::move(socket)), api, pace, open, watching);
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
  for (int i = 0; i < threads; ++i) impl_->workers.emplace_back([this] { impl_->context.run(); });
}

void Server::stop() {
  impl_->context.stop();
  for (std::thread& worker : impl_->workers) worker.join();
  impl_->workers.clear();
}

int Server::watchers() const { return impl_->watching.load(); }

std::uint16_t Server::port() const { return impl_->acceptor.local_endpoint().port(); }

}  // namespace banyan::admin
