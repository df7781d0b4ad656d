#include "extracted_services/client/client.hpp"

#include "extracted_services/client/exchange.hpp"

#include <boost/asio.hpp>

#include <charconv>
#include <random>

namespace banyan::client {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {
constexpr auto nothrow = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t most_idle = 32;

std::int64_t steady_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

// The upstream itself is in trouble; a "no" is an answer like any other.
bool is_bad(const Result& result) { return !result || result->status >= 500; }
// Too many, or the request did not arrive whole.
bool is_worth_repeating(const Result& result) { return is_bad(result) || result->status == 429 || result->status == 408; }
}  // namespace

struct Client::Impl {
  Impl(asio::any_io_executor on, Upstream to, const Options& chosen)
      : executor(std::move(on)), upstream(std::move(to)), options(chosen) {}

  asio::awaitable<Result> attempt(const Call& call, Deadline deadline);
  asio::awaitable<Result> guarded(const Call& call, Deadline deadline);
  asio::awaitable<Result> with_retries(const Call& call);
  std::shared_ptr<Socket> take();

  asio::any_io_executor executor;
  Upstream upstream;
  Options options;
  std::vector<std::shared_ptr<Socket>> idle;
  resilience::Breaker breaker;
  resilience::Bulkhead bulkhead;
  resilience::RetryBudget budget;
  std::mt19937_64 random{std::random_device{}()};
};

std::optional<Upstream> parse_upstream(std::string_view text) {
  if (text.starts_with("http://")) text.remove_prefix(7);
  if (text.ends_with('/')) text.remove_suffix(1);
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  Upstream upstream{std::string(text.substr(0, colon)), 0};
  if (upstream.host == "localhost") upstream.host = "127.0.0.1";
  const auto digits = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), upstream.port);
  boost::system::error_code bad_address;
  asio::ip::make_address(upstream.host, bad_address);
  if (error != std::errc{} || end != digits.data() + digits.size() || upstream.port == 0 || bad_address)
    return std::nullopt;
  return upstream;
}

std::shared_ptr<Socket> Client::Impl::take() {
  if (idle.empty()) return std::make_shared<Socket>(executor);
  auto socket = std::move(idle.back());
  idle.pop_back();
  return socket;
}

// A kept connection that its peer has closed in the meantime says nothing about the peer: one more try on a
// fresh one, if the call may be repeated.
asio::awaitable<Result> Client::Impl::attempt(const Call& call, Deadline deadline) {
  const tcp::endpoint peer(asio::ip::make_address(upstream.host), upstream.port);
  const std::string request = request_text(call, upstream.host, upstream.port);
  auto socket = take();
  auto done = co_await exchange(socket, peer, call, request, options.most_body, deadline);
  if (done.stale && may_be_repeated(call)) {
    idle.clear();
    socket = std::make_shared<Socket>(executor);
    done = co_await exchange(socket, peer, call, request, options.most_body, deadline);
  }
  if (done.reusable && idle.size() < most_idle) idle.push_back(std::move(socket));
  co_return std::move(done.result);
}

asio::awaitable<Result> Client::Impl::guarded(const Call& call, Deadline deadline) {
  const auto permit = breaker.enter(options.breaker, steady_ms());
  if (!permit.allowed) co_return Error{Failure::circuit_open, false, "too many failures just now"};
  Result result = co_await attempt(call, deadline);
  using Outcome = resilience::Breaker::Outcome;
  breaker.leave(options.breaker, permit, is_bad(result) ? Outcome::bad : Outcome::good, steady_ms());
  co_return result;
}

asio::awaitable<Result> Client::Impl::with_retries(const Call& call) {
  const Deadline deadline = std::chrono::steady_clock::now() + call.deadline;
  const int attempts = may_be_repeated(call) ? call.attempts : 1;
  Result result = co_await guarded(call, deadline);
  for (int again = 1; again < attempts && is_worth_repeating(result); ++again) {
    const auto pause = resilience::backoff(options.retry, static_cast<std::uint32_t>(again - 1), random());
    if (std::chrono::steady_clock::now() + pause >= deadline) break;
    if (!budget.try_begin(options.budget, bulkhead.inflight())) break;
    asio::steady_timer timer(executor, pause);
    co_await timer.async_wait(nothrow);
    result = co_await guarded(call, deadline);
    budget.note(!is_bad(result));
    budget.end();
  }
  co_return result;
}

Client::Client(asio::any_io_executor executor, Upstream upstream, Options options)
    : impl_(std::make_unique<Impl>(std::move(executor), std::move(upstream), options)) {}

Client::~Client() = default;

bool Client::has_room() const { return impl_->bulkhead.inflight() < impl_->options.bulkhead.inflight; }

asio::awaitable<Result> Client::send(Call call) {
  const auto& rule = impl_->options.bulkhead;
  if (!impl_->bulkhead.try_enter(rule)) co_return Error{Failure::full, false, "too many calls are under way"};
  Result result = co_await impl_->with_retries(call);
  impl_->bulkhead.leave(rule);
  co_return result;
}

Result send_and_wait(const Upstream& upstream, const Call& call) {
  asio::io_context context(1);
  Client client(context.get_executor(), upstream);
  Result result = Error{Failure::refused, false, "not sent"};
  const auto work = [&]() -> asio::awaitable<void> { result = co_await client.send(call); };
  asio::co_spawn(context, work, asio::detached);
  context.run();
  return result;
}

}  // namespace banyan::client
