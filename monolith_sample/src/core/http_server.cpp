#include "core/http_server.hpp"

#include "core/http.hpp"
#include "core/log.hpp"
#include "core/router.hpp"
#include "core/util.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

namespace shop::core {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::uint64_t kBodyLimit = 1024 * 1024;
constexpr auto kIdleTimeout = std::chrono::seconds(60);
constexpr auto kDrainTimeout = std::chrono::seconds(10);

class Session;

// The living sessions, so that a stop can close the idle ones.
class Sessions {
 public:
  void add(const std::shared_ptr<Session>& session) {
    std::lock_guard lock(mutex_);
    sessions_.insert(session);
  }
  void remove(const std::shared_ptr<Session>& session) {
    std::lock_guard lock(mutex_);
    sessions_.erase(session);
  }
  std::set<std::shared_ptr<Session>> all() {
    std::lock_guard lock(mutex_);
    return sessions_;
  }

 private:
  std::mutex mutex_;
  std::set<std::shared_ptr<Session>> sessions_;
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, const Router& router, Sessions& sessions, const std::atomic<bool>& stopping)
      : stream_(std::move(socket)), router_(router), sessions_(sessions), stopping_(stopping) {}

  void start() {
    asio::dispatch(stream_.get_executor(), [self = shared_from_this()] { self->read_header(); });
  }

  void close_if_idle() {
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
      if (self->idle_) self->close();
    });
  }

 private:
  void read_header() {
    parser_.emplace();
    parser_->body_limit(kBodyLimit);
    idle_ = true;
    if (stopping_) return close();
    stream_.expires_after(kIdleTimeout);
    http::async_read_header(stream_, buffer_, *parser_, [self = shared_from_this()](error_code error, std::size_t) {
      self->on_header(error);
    });
  }

  void on_header(error_code error) {
    idle_ = false;
    if (error) return fail(error);
    if (beast::iequals(parser_->get()[http::field::expect], "100-continue")) {
      static const std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      asio::async_write(stream_, asio::buffer(go_on), [self = shared_from_this()](error_code failed, std::size_t) {
        failed ? self->close() : self->read_body();
      });
      return;
    }
    read_body();
  }

  void read_body() {
    stream_.expires_after(kIdleTimeout);
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](error_code error, std::size_t) {
      error ? self->fail(error) : self->answer();
    });
  }

  void answer() {
    const auto& message = parser_->get();
    Request request;
    request.method = std::string(message.method_string());
    const std::string target(message.target());
    const auto mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string::npos) request.query = parse_query(target.substr(mark + 1));
    for (const auto& field : message) {
      request.headers.emplace_back(lower(std::string(field.name_string())), std::string(field.value()));
    }
    request.body = message.body();
    write(router_.handle(request), message.version(), message.keep_alive() && !stopping_,
          message.method() == http::verb::head);
  }

  void write(Response answer, unsigned version, bool keep_alive, bool head) {
    response_ = {http::status(answer.status), version};
    response_.set(http::field::server, "shop");
    if (!answer.content_type.empty()) response_.set(http::field::content_type, answer.content_type);
    for (const auto& [name, value] : answer.headers) response_.set(name, value);
    response_.keep_alive(keep_alive);
    response_.body() = std::move(answer.body);
    if (answer.status != 204) response_.content_length(response_.body().size());
    if (head) response_.body().clear();
    stream_.expires_after(kIdleTimeout);
    http::async_write(stream_, response_, [self = shared_from_this(), keep_alive](error_code error, std::size_t) {
      error || !keep_alive ? self->close() : self->read_header();
    });
  }

  // What cannot be read gets an answer where HTTP has one for it, then the connection ends.
  void fail(error_code error) {
    if (error == http::error::body_limit) {
      return write(error_response(413, "too_large", "the body is larger than 1 MiB"), 11, false, false);
    }
    const bool malformed = error.category() == make_error_code(http::error::bad_method).category() &&
                           error != http::error::end_of_stream && error != http::error::partial_message;
    if (malformed) return write(error_response(400, "bad_request", "malformed request"), 11, false, false);
    close();
  }

  void close() {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.close();
    sessions_.remove(shared_from_this());
  }

  beast::tcp_stream stream_;
  const Router& router_;
  Sessions& sessions_;
  const std::atomic<bool>& stopping_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
  bool idle_ = true;
};

}  // namespace

struct HttpServer::Impl {
  Impl(const Router& routes, const std::string& address, int port, int wanted)
      : router(routes),
        threads(wanted > 0 ? wanted : std::max(2, static_cast<int>(std::thread::hardware_concurrency()))),
        context(threads), acceptor(asio::make_strand(context)), signals(context) {
    const tcp::endpoint endpoint(asio::ip::make_address(address), static_cast<unsigned short>(port));
    acceptor.open(endpoint.protocol());
    acceptor.set_option(asio::socket_base::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen(asio::socket_base::max_listen_connections);
  }

  void accept() {
    acceptor.async_accept(asio::make_strand(context), [this](error_code error, tcp::socket socket) {
      if (stopping) return;
      if (!error) {
        error_code ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        auto session = std::make_shared<Session>(std::move(socket), router, sessions, stopping);
        sessions.add(session);
        session->start();
      }
      accept();
    });
  }

  void stop() {
    if (stopping.exchange(true)) return;
    log_info("stopping: finishing what is being answered");
    asio::post(acceptor.get_executor(), [this] {
      error_code ignored;
      acceptor.close(ignored);
      signals.cancel(ignored);
    });
    for (const auto& session : sessions.all()) session->close_if_idle();
    std::lock_guard lock(mutex);
    changed.notify_all();
  }

  // The sessions keep the context busy; when the last one has gone, the pool's threads end by themselves.
  void run() {
    accept();
    std::vector<std::thread> pool;
    working = threads;
    for (int i = 0; i < threads; ++i) pool.emplace_back([this] { work(); });
    {
      std::unique_lock lock(mutex);
      changed.wait(lock, [this] { return stopping || working == 0; });
      if (!changed.wait_for(lock, kDrainTimeout, [this] { return working == 0; })) context.stop();
    }
    for (auto& thread : pool) thread.join();
  }

  void work() {
    context.run();
    std::lock_guard lock(mutex);
    --working;
    changed.notify_all();
  }

  const Router& router;
  int threads;
  std::atomic<bool> stopping{false};
  asio::io_context context;
  Sessions sessions;
  tcp::acceptor acceptor;
  asio::signal_set signals;
  std::mutex mutex;
  std::condition_variable changed;
  int working = 0;
};

HttpServer::HttpServer(const Router& router, const std::string& address, int port, int threads)
    : impl_(std::make_unique<Impl>(router, address, port, threads)) {}

HttpServer::~HttpServer() = default;

int HttpServer::port() const { return impl_->acceptor.local_endpoint().port(); }

void HttpServer::run(bool signals) {
  if (signals) {
    impl_->signals.add(SIGTERM);
    impl_->signals.add(SIGINT);
    impl_->signals.async_wait([this](error_code error, int) {
      if (!error) impl_->stop();
    });
  }
  impl_->run();
}

void HttpServer::stop() { impl_->stop(); }
bool HttpServer::stopping() const { return impl_->stopping; }

}  // namespace shop::core
