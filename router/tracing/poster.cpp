#include "router/tracing/poster.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <charconv>
#include <cstdint>

namespace banyan::tracing {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using std::chrono::steady_clock;
using telemetry::ExportReply;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t largest_answer = 64 * 1024;

// A number of seconds; a date is rare from collectors and counts as nothing said.
std::optional<std::chrono::seconds> seconds_of(beast::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::chrono::seconds(std::min(value, 86'400u));
}

}  // namespace

struct Poster::Impl {
  using Request = beast::http::request<beast::http::span_body<const char>>;

  Impl(telemetry::Collector c, std::vector<std::pair<std::string, std::string>> h)
      : collector(std::move(c)), headers(std::move(h)) {}

  Request request_of(const std::string& body) const {
    Request request(beast::http::verb::post, collector.target, 11);
    request.set(beast::http::field::host, collector.host + ":" + std::to_string(collector.port));
    request.set(beast::http::field::content_type, "application/json");
    request.set(beast::http::field::user_agent, "banyan");
    for (const auto& [name, value] : headers) request.set(name, value);
    request.body() = {body.data(), body.size()};
    request.prepare_payload();
    return request;
  }

  asio::awaitable<void> connect(ExportReply& reply) {
    tcp::resolver resolver(context);
    const auto [resolve_error, found] = co_await resolver.async_resolve(collector.host, std::to_string(collector.port), as_result);
    if (resolve_error || late) {
      reply.error = late ? "no answer in time" : resolve_error.message();
      co_return;
    }
    socket.emplace(context);
    const auto in_time = [this](const auto&, const auto&) { return !late; };
    const auto [error, endpoint] = co_await asio::async_connect(*socket, found, in_time, as_result);
    if (error) fail(reply, error);
  }

  void fail(ExportReply& reply, const boost::system::error_code& error) {
    reply.error = late ? "no answer in time" : error.message();
    socket.reset();
  }

  // Ends what is pending by a shutdown: a cancelled operation of the ring's could still complete later.
  void watch() {
    timer.expires_at(std::min(end, hurry_end));
    timer.async_wait([this, of = turn](const boost::system::error_code& error) {
      if (error || of != turn) return;
      late = true;
      boost::system::error_code ignored;
      if (socket) socket->shutdown(tcp::socket::shutdown_both, ignored);
    });
  }

  asio::awaitable<void> exchange(const std::string& body, ExportReply& reply) {
    const auto request = request_of(body);
    const auto [write_error, written] = co_await beast::http::async_write(*socket, request, as_result);
    if (write_error) co_return fail(reply, write_error);
    beast::flat_buffer buffer;
    beast::http::response_parser<beast::http::string_body> parser;
    parser.body_limit(largest_answer);
    const auto [read_error, read] = co_await beast::http::async_read(*socket, buffer, parser, as_result);
    if (read_error) co_return fail(reply, read_error);
    const auto& answer = parser.get();
    reply.status = static_cast<int>(answer.result_int());
    reply.body = answer.body();
    reply.retry_after = seconds_of(answer[beast::http::field::retry_after]);
    if (!answer.keep_alive()) socket.reset();
  }

  // A kept connection may have been closed by the collector meanwhile: that is no failure yet.
  asio::awaitable<void> deliver(const std::string& body, ExportReply& reply) {
    const bool kept = socket.has_value();
    if (!kept) co_await connect(reply);
    if (socket) co_await exchange(body, reply);
    if (!kept || reply.status != 0 || late) co_return;
    reply = {};
    co_await connect(reply);
    if (socket) co_await exchange(body, reply);
  }

  telemetry::Collector collector;
  std::vector<std::pair<std::string, std::string>> headers;
  asio::io_context context{1};
  asio::steady_timer timer{context};
  std::optional<tcp::socket> socket;
  steady_clock::time_point end;
  std::uint64_t turn = 0;  // of the exchange
  bool late = false;       // its time is over
  steady_clock::time_point hurry_end = steady_clock::time_point::max();  // the posting thread's
};

Poster::Poster(telemetry::Collector collector, std::vector<std::pair<std::string, std::string>> headers)
    : impl_(std::make_unique<Impl>(std::move(collector), std::move(headers))) {}
Poster::~Poster() = default;

ExportReply Poster::post(const std::string& body, std::chrono::milliseconds timeout) {
  ExportReply reply;
  bool over = false;
  impl_->end = steady_clock::now() + timeout;
  ++impl_->turn;
  impl_->late = false;
  impl_->watch();
  auto delivery = impl_->deliver(body, reply);
  asio::co_spawn(impl_->context, std::move(delivery), [&over](std::exception_ptr) { over = true; });
  impl_->context.restart();
  while (!over && impl_->context.run_one() > 0) {
  }
  impl_->timer.cancel();
  if (reply.status == 0 && reply.error.empty()) reply.error = "no answer";
  return reply;
}

void Poster::hurry(steady_clock::time_point end) {
  asio::post(impl_->context, [this, end] {
    impl_->hurry_end = end;
    impl_->watch();
  });
}

}  // namespace banyan::tracing
