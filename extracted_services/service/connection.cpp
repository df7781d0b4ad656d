#include "extracted_services/service/connection.hpp"

#include "extracted_services/integrity/content_digest.hpp"
#include "extracted_services/service/status.hpp"
#include "extracted_services/service/trace_id.hpp"

#include <boost/asio.hpp>

#include <ctime>

namespace banyan::service {
namespace asio = boost::asio;
namespace {

constexpr auto nothrow = asio::as_tuple(asio::use_awaitable);
constexpr auto no_deadline = HttpConnection::Clock::time_point::max();
constexpr std::size_t linger_bytes = 4 * 1024 * 1024;

std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[40];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc)};
}

std::string head_of(const Response& response, bool keep_alive, int minor, bool digest) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head += reason_phrase(response.status);
  head += "\r\nDate: " + http_date() + "\r\n";
  if (!response.content_type.empty()) head += "Content-Type: " + response.content_type + "\r\n";
  if (response.status != 204 && response.status != 304) head += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  if (digest && !response.body.empty())
    head += std::string(integrity::digest_field) + ": " + integrity::content_digest(response.body) + "\r\n";
  for (const auto& [name, value] : response.headers) head += name + ": " + value + "\r\n";
  if (!keep_alive) head += "Connection: close\r\n";
  if (keep_alive && minor == 0) head += "Connection: keep-alive\r\n";
  return head + "\r\n";
}

}  // namespace

HttpConnection::HttpConnection(asio::ip::tcp::socket socket, Dispatcher& dispatcher,
                               const ServerOptions& options)
    : socket_(std::move(socket)), dispatcher_(dispatcher), options_(options), reader_(options.limits) {}

asio::awaitable<void> HttpConnection::serve() {
  while (!draining_) {
    const auto state = co_await read_request();
    if (state == RequestReader::State::failed) co_return co_await say_goodbye(reader_.fault());
    if (state == RequestReader::State::need_more) {
      const Fault too_slow{408, "timeout", "the request did not arrive in time"};
      if (timed_out_ && !reader_.idle()) co_await say_goodbye(too_slow);
      break;
    }
    Request request = reader_.take();
    request.traceparent = traceparent_of(request.header("traceparent"));
    request.trace_id = request.traceparent.substr(3, 32);
    const bool head_only = request.method == "HEAD";
    note_wish(request);
    now_doing(Doing::answering, std::chrono::milliseconds::max());
    const Disturbance disturbance = options_.disturb ? options_.disturb(request) : Disturbance{};
    co_await pause(disturbance.before);
    if (disturbance.cut_before) break;
    const Response response = co_await answer(std::move(request));
    co_await pause(disturbance.after);
    if (disturbance.cut_after) break;
    const bool keep_alive = reader_.keep_alive() && !draining_;
    const bool written = co_await write(response, head_only, keep_alive);
    if (!written || !keep_alive) break;
  }
  cut_off();
}

// need_more: the client has gone, or waited too long.
asio::awaitable<RequestReader::State> HttpConnection::read_request() {
  now_doing(Doing::waiting, options_.idle_timeout);
  auto state = reader_.feed({});
  while (state == RequestReader::State::need_more) {
    if (reader_.wants_continue()) {
      static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      co_await asio::async_write(socket_, asio::buffer(go_on), nothrow);
    }
    if (doing_ == Doing::waiting && !reader_.idle()) now_doing(Doing::reading, options_.read_timeout);
    const auto [error, size] = co_await socket_.async_read_some(asio::buffer(bytes_), nothrow);
    if (error) co_return RequestReader::State::need_more;
    state = reader_.feed({bytes_.data(), size});
  }
  co_return state;
}

asio::awaitable<void> HttpConnection::pause(std::chrono::milliseconds time) {
  if (time.count() == 0) co_return;
  asio::steady_timer timer(socket_.get_executor(), time);
  co_await timer.async_wait(nothrow);
}

asio::awaitable<Response> HttpConnection::answer(Request request) {
  const auto initiate = [this](auto handler, Request taken) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    const auto executor = socket_.get_executor();
    dispatcher_.handle(std::move(taken), [shared, executor](Response response) {
      asio::post(executor,
                 [shared, response = std::move(response)]() mutable { (*shared)(std::move(response)); });
    });
  };
  return asio::async_initiate<const asio::use_awaitable_t<>, void(Response)>(initiate, asio::use_awaitable,
                                                                             std::move(request));
}

asio::awaitable<bool> HttpConnection::write(const Response& response, bool head_only, bool keep_alive) {
  now_doing(Doing::writing, options_.write_timeout);
  const std::string head = head_of(response, keep_alive, reader_.minor_version(), wants_digest_);
  const std::string_view body = head_only || response.status == 204 || response.status == 304 ? std::string_view() : response.body;
  const std::array<asio::const_buffer, 2> pieces{asio::buffer(head), asio::buffer(body)};
  const auto [error, size] = co_await asio::async_write(socket_, pieces, nothrow);
  co_return !error;
}

// What cannot be read ends the connection, but its answer must arrive: closing while the client still sends
// would make the kernel throw it away with a reset.
asio::awaitable<void> HttpConnection::say_goodbye(const Fault& fault) {
  const Response response = dispatcher_.refuse(reader_.request(), fault);
  note_wish(reader_.request());
  if (!co_await write(response, false, false)) co_return cut_off();
  boost::system::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  for (std::size_t swallowed = 0; swallowed < linger_bytes;) {
    const auto [error, size] = co_await socket_.async_read_some(asio::buffer(bytes_), nothrow);
    if (error) break;
    swallowed += size;
  }
  cut_off();
}

void HttpConnection::note_wish(const Request& request) {
  wants_digest_ = integrity::wants_digest(request.header(integrity::want_field).value_or(std::string_view()));
}

void HttpConnection::now_doing(Doing doing, std::chrono::milliseconds at_most) {
  doing_ = doing;
  deadline_ = at_most == std::chrono::milliseconds::max() ? no_deadline : Clock::now() + at_most;
}

void HttpConnection::check(Clock::time_point now) {
  if (now < deadline_) return;
  deadline_ = no_deadline;
  timed_out_ = true;
  boost::system::error_code ignored;
  if (doing_ == Doing::writing)
    cut_off();
  else
    socket_.cancel(ignored);
}

void HttpConnection::drain() {
  draining_ = true;
  boost::system::error_code ignored;
  if (doing_ == Doing::waiting && reader_.idle()) socket_.cancel(ignored);
}

void HttpConnection::cut_off() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace banyan::service
