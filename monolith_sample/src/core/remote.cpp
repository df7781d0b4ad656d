#include "core/remote.hpp"

#include "core/log.hpp"
#include "core/util.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <random>
#include <stdexcept>
#include <thread>

namespace shop::core {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

thread_local std::string g_current_trace;

namespace {

// One request and its answer on one connection, until a deadline.
class Exchange {
 public:
  Exchange(const asio::ip::tcp::endpoint& peer, const std::string& request, steady_clock::time_point deadline)
      : stream_(context_), request_(request) {
    parser_.body_limit(4 * 1024 * 1024);
    stream_.expires_at(deadline);
    stream_.async_connect(peer, [this](error_code error) { error ? fail(error) : write(); });
    context_.run();
  }

  bool answered() const { return error_.empty(); }
  // "Too many", "still working on the first one" and 5xx are like no answer.
  bool decided() const {
    return answered() && status() < 500 && status() != 429 && parser_.get().count(beast::http::field::retry_after) == 0;
  }
  const std::string& error() const { return error_; }
  int status() const { return parser_.get().result_int(); }
  const std::string& body() const { return parser_.get().body(); }

 private:
  void write() {
    asio::async_write(stream_, asio::buffer(request_), [this](error_code error, std::size_t) {
      error ? fail(error) : read();
    });
  }
  void read() {
    beast::http::async_read(stream_, buffer_, parser_, [this](error_code error, std::size_t) {
      if (error) fail(error);
    });
  }
  void fail(error_code error) { error_ = error.message(); }

  asio::io_context context_{1};
  beast::tcp_stream stream_;
  const std::string& request_;
  beast::flat_buffer buffer_;
  beast::http::response_parser<beast::http::string_body> parser_;
  std::string error_;
};

// Full jitter: evenly from nothing to twice as much after each failure.
milliseconds pause_after(int failures) {
  thread_local std::mt19937_64 dice{std::random_device{}()};
  const auto most = std::min<std::uint64_t>(400, 20ULL << std::min(failures, 5));
  return milliseconds(1 + dice() % most);
}

// What the service says is wrong, in either of its dialects, as one of our own errors.
ApiError refusal(int status, const json::value& body) {
  const json::object* told = body.if_object();
  if (told != nullptr && told->contains("error") && told->at("error").is_object()) told = &told->at("error").as_object();
  if (told == nullptr) return {status, "refused", "the service refuses"};
  const std::string code = text_or(*told, "code", "refused");
  return {status, code, text_or(*told, "message", text_or(*told, "detail", code))};
}

}  // namespace

std::string random_key() {
  std::random_device random;
  return format("%08x%08x%08x%08x", random(), random(), random(), random());
}

RemoteService::RemoteService(std::string name, const std::string& address, RemoteOptions options)
    : name_(std::move(name)), options_(options) {
  std::string rest = starts_with(address, "http://") ? address.substr(7) : address;
  if (!rest.empty() && rest.back() == '/') rest.pop_back();
  const auto colon = rest.rfind(':');
  std::int64_t port = 0;
  error_code bad;
  host_ = rest.substr(0, colon);
  asio::ip::make_address(host_, bad);
  if (colon == std::string::npos || !parse_int(rest.substr(colon + 1), port) || port < 1 || port > 65535 || bad) {
    throw std::invalid_argument("'" + address + "' is no address of a service; expected http://127.0.0.1:8091");
  }
  port_ = static_cast<std::uint16_t>(port);
}

json::value RemoteService::ask(const std::string& target) { return call("GET", target, "", ""); }

json::value RemoteService::send(const std::string& method, const std::string& target, const json::object& body,
                                const std::string& key) {
  return call(method, target, body.empty() ? "" : json::serialize(body), key);
}

json::value RemoteService::call(const std::string& method, const std::string& target, const std::string& body,
                                const std::string& key) {
  std::string request = method + " " + target + " HTTP/1.1\r\nHost: " + host_ + ":" + std::to_string(port_) +
                        "\r\nConnection: close\r\n";
  if (method != "GET") request += "Idempotency-Key: " + key + "\r\n";
  if (!g_current_trace.empty()) request += "traceparent: " + g_current_trace + "\r\n";
  if (!body.empty()) request += "Content-Type: application/json\r\n";
  if (method != "GET") request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  const Answer answer = until_answered(request + "\r\n" + body);
  error_code bad;
  json::value parsed = json::parse(answer.body.empty() ? "null" : answer.body, bad);
  if (answer.status >= 400) throw refusal(answer.status, parsed);
  if (bad || answer.status >= 300) throw ApiError(502, name_ + "_malformed", "the " + name_ + " service answers nonsense");
  return parsed;
}

void RemoteService::enter() {
  const std::lock_guard lock(mutex_);
  const auto now = steady_clock::now();
  if (failures_ < options_.failures) return;
  if (now < closed_until_) throw ApiError(503, name_ + "_unavailable", "the " + name_ + " service has failed just now");
  closed_until_ = now + options_.rest;  // this call is the probe; the others go on being refused
}

void RemoteService::leave(bool good) {
  const std::lock_guard lock(mutex_);
  failures_ = good ? 0 : failures_ + 1;
  if (!good) closed_until_ = steady_clock::now() + options_.rest;
}

RemoteService::Answer RemoteService::until_answered(const std::string& request) {
  enter();
  const auto deadline = steady_clock::now() + options_.deadline;
  std::string why;
  for (int tried = 1;; ++tried) {
    const Exchange exchange({asio::ip::make_address(host_), port_}, request,
                            std::min(deadline, steady_clock::now() + options_.attempt));
    if (exchange.decided()) {
      leave(true);
      return {exchange.status(), exchange.body()};
    }
    why = exchange.answered() ? "answered " + std::to_string(exchange.status()) : exchange.error();
    const milliseconds pause = pause_after(tried);
    if (tried == options_.attempts || steady_clock::now() + pause >= deadline) break;
    std::this_thread::sleep_for(pause);
  }
  leave(false);
  log_warn(name_ + ": " + request.substr(0, request.find(" HTTP")) + ": " + why);
  throw ApiError(503, name_ + "_unavailable", "the " + name_ + " service does not answer");
}

}  // namespace shop::core
