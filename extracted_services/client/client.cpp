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
}  // namespace

struct Client::Impl {
  Impl(asio::any_io_executor on, Upstream to, Options chosen)
      : executor(std::move(on)), upstream(std::move(to)), options(chosen) {}

  asio::awaitable<Result> attempt(const Call& call, Deadline deadline);
  asio::awaitable<Result> with_retries(const Call& call);
  std::shared_ptr<Socket> take();

  asio::any_io_executor executor;
  Upstream upstream;
  Options options;
  std::vector<std::shared_ptr<Socket>> idle;
  std::size_t under_way = 0;
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

asio::awaitable<Result> Client::Impl::with_retries(const Call& call) {
  const Deadline deadline = std::chrono::steady_clock::now() + call.deadline;
  const int attempts = may_be_repeated(call) ? call.attempts : 1;
  for (int failures = 0;;) {
    Result result = co_await attempt(call, deadline);
    const bool worth_it = result ? result->status >= 500 || result->status == 429 : true;
    if (!worth_it || ++failures >= attempts) co_return result;
    const auto pause = full_jitter(options.backoff, failures, random());
    if (std::chrono::steady_clock::now() + pause >= deadline) co_return result;
    asio::steady_timer timer(executor, pause);
    co_await timer.async_wait(nothrow);
  }
}

Client::Client(asio::any_io_executor executor, Upstream upstream, Options options)
    : impl_(std::make_unique<Impl>(std::move(executor), std::move(upstream), options)) {}

Client::~Client() = default;

bool Client::has_room() const { return impl_->under_way < impl_->options.most_calls; }

asio::awaitable<Result> Client::send(Call call) {
  if (!has_room()) co_return Error{Failure::full, false, "too many calls are under way"};
  ++impl_->under_way;
  Result result = co_await impl_->with_retries(call);
  --impl_->under_way;
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
