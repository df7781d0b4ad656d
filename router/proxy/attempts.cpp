// Which endpoint a request is sent to, on which connection, and whether it may be sent again when that fails.
#include "router/proxy/exchange.hpp"

#include "router/resilience/retry.hpp"

#include <boost/asio/basic_waitable_timer.hpp>

#include <cstring>

namespace banyan::proxy {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

boost::asio::ip::tcp::endpoint to_asio(const upstreams::SocketAddress& address) {
  boost::asio::ip::tcp::endpoint endpoint;
  endpoint.resize(address.size);
  std::memcpy(endpoint.data(), &address.storage, address.size);
  return endpoint;
}

}  // namespace

bool Exchange::pick() {
  const upstreams::Pick how{target(), worker_.now_ms(), worker_.random(), hash_key_, has_key_};
  index_ = group().pick(how, worker_.cursor(decision_.upstream), tried_);
  endpoint_ = index_ == resilience::nobody ? nullptr : group().endpoints[index_].get();
  if (endpoint_ == nullptr) return false;
  loaded_ = target().balance.kind == resilience::Balance::least_requests;
  if (loaded_) endpoint_->load.fetch_add(1, std::memory_order_relaxed);
  return true;
}

bool Exchange::take_kept() {
  if (!pick() || force_fresh_) return false;
  for (;;) {
    connection_ = worker_.pool().take(endpoint_->id());
    if (!connection_) return false;
    if (!kept_is_stale()) break;
    worker_.pool().discard(std::move(connection_));
  }
  worker_.metrics().count(telemetry::Event::upstream_reuses);
  return true;
}

// What cannot be repeated deserves one more look before it is sent on a connection that was idle.
bool Exchange::kept_is_stale() {
  auto& stream = connection_->stream;
  if (stream.ended() || !stream.input.empty()) return true;
  return !http::is_idempotent(request_.method) && stream.readable_now();
}

// On the endpoint that take_kept() has picked. Pending: connected.
Task<Exchange::Verdict> Exchange::open_connection() {
  if (endpoint_ == nullptr) {
    // After a failure its own fault says more than that nobody is left.
    if (fault_.word.empty()) fault_ = {503, "no-endpoint", "the upstream has no endpoint left to try", 1};
    co_return Verdict::fault;
  }
  const auto begin = steady_clock::now();
  const auto verdict = co_await connect_to(*endpoint_);
  connect_us_ += static_cast<std::uint32_t>(duration_cast<microseconds>(steady_clock::now() - begin).count());
  co_return verdict;
}

Task<Exchange::Verdict> Exchange::connect_to(upstreams::Endpoint& endpoint) {
  const auto& address = endpoint.socket_address();
  connection_ = std::make_unique<Connection>(worker_.make_socket(), endpoint.id());
  fault_ = {502, "connect-failed", "no connection to the upstream could be opened"};
  bool timed_out = false;
  if (address.valid()) {
    upstream().listen(session_);
    session_->set_deadline(within_total(target().timeouts.connect));
    worker_.metrics().count(telemetry::Event::upstream_connects);
    if (const auto& context = (*view_->tls)[decision_.upstream])
      upstream().connect(to_asio(address), *context, endpoint.address());
    else
      upstream().connect(to_asio(address));
    while (upstream().writing() && !session_->timed_out() && !client_lost()) co_await session_->event().wait();
    timed_out = session_->timed_out();
    if (!upstream().writing() && !upstream().connect_error()) {
      error_code ignored;
      upstream().socket().set_option(boost::asio::ip::tcp::no_delay(true), ignored);
      fault_ = {};
      note_tls(endpoint, true);
      co_return Verdict::pending;
    }
    if (!upstream().writing()) note_tls(endpoint, false);
  }
  if (client_lost()) co_return Verdict::client_gone;
  if (timed_out) fault_ = {504, "connect-timeout", "the upstream did not accept a connection in time"};
  worker_.metrics().count(telemetry::Event::upstream_connect_failures);
  if (timed_out && total_over()) {
    fault_ = total_fault;
    co_return Verdict::fault;
  }
  // Nothing was sent: every method may go elsewhere, at once the first time.
  asked_again_ = tried_.count() > 0;
  co_return Verdict::retry;
}

// What came of the upstream's part of a handshake, if there was one.
void Exchange::note_tls(const upstreams::Endpoint& endpoint, bool connected) {
  const auto* tls = upstream().tls();
  if (tls == nullptr) return;
  auto& store = worker_.shared().tls;
  if (connected) {
    worker_.metrics().count(tls->resumed() ? telemetry::Event::upstream_tls_resumed : telemetry::Event::upstream_tls_full);
    store.upstream_works(target().name, endpoint.name());
  } else if (const auto& failure = tls->failure(); !failure.word.empty()) {
    worker_.metrics().count(telemetry::Event::upstream_tls_failed);
    store.upstream_failed(target().name, endpoint.name(), failure);
    fault_ = {502, failure.word, failure.detail};
  }
}

// What one attempt says about its endpoint, and what becomes of its connection.
void Exchange::settle(Verdict verdict) {
  if (recording_) end_attempt(verdict);
  if (endpoint_ != nullptr && std::exchange(loaded_, false)) endpoint_->load.fetch_sub(1, std::memory_order_relaxed);
  const bool good = verdict == Verdict::complete || verdict == Verdict::tunnel;
  if (retrying_ && verdict != Verdict::client_gone) group().state->budget.note(good);
  if (std::exchange(retrying_, false)) group().state->budget.end();
  if (endpoint_ == nullptr) return;
  const bool stale = verdict == Verdict::retry && force_fresh_ && connection_ && connection_->reused;
  const bool blamed = (verdict == Verdict::retry && !stale) || verdict == Verdict::cut ||
                      (verdict == Verdict::fault && fault_.status >= 502) ||
                      (good && target().outlier.statuses && status_ >= 500);
  if (blamed) group().on_failure(*endpoint_, target().outlier, worker_.now_ms());
  else if (good) endpoint_->outlier.on_success();
  if (verdict == Verdict::retry && !stale) tried_.add(index_);
  if (verdict == Verdict::complete) return release_connection();
  if (connection_) worker_.pool().discard(std::move(connection_));
}

void Exchange::release_connection() {
  const bool reusable = response_.keep_alive && up_.state() == BodyPump::State::finished && upstream().input.empty() &&
                        !upstream().ended() && !upstream().writing();
  if (reusable) worker_.pool().keep(std::move(connection_), target().idle_connections);
  else worker_.pool().discard(std::move(connection_));
}

// retry: go on. fault: fault_ stands, because nobody is left or the budget is spent.
Task<Exchange::Verdict> Exchange::begin_retry() {
  if (!force_fresh_ && tried_.count() >= group().endpoints.size()) co_return Verdict::fault;
  if (std::exchange(asked_again_, false)) {
    const auto length = resilience::backoff(target().retries, tried_.count() - 1, worker_.random());
    const bool stays = co_await pause(length);
    if (!stays) co_return Verdict::client_gone;
  }
  const bool granted = co_await wait_for_budget();
  if (client_lost()) co_return Verdict::client_gone;
  if (!granted) co_return Verdict::fault;
  retrying_ = true;
  co_return Verdict::retry;
}

// When one of several endpoints dies, everything it had under way comes back at once. The budget lets that out in
// portions: whoever finds it spent waits, as long as those before do well. When they do not, waiting helps nobody.
Task<bool> Exchange::wait_for_budget() {
  constexpr std::uint32_t most_rounds = 12;
  auto& state = *group().state;
  for (std::uint32_t round = 0;; ++round) {
    if (state.budget.try_begin(target().limits.retries, state.active.sum())) co_return true;
    if (round == 0) state.budget.count_exhausted();
    if (round == most_rounds || !state.budget.worth_waiting() || total_over()) co_return false;
    const auto length = milliseconds(1) + resilience::backoff(target().retries, round, worker_.random());
    const bool stays = co_await pause(length);
    if (!stays) co_return false;
  }
}

// A timer of its own, finer than the wheel; it runs to its end, because nothing here cancels operations. False: the
// client has gone meanwhile.
Task<bool> Exchange::pause(milliseconds length) {
  if (length.count() > 0) {
    bool over = false;
    boost::asio::basic_waitable_timer<steady_clock, boost::asio::wait_traits<steady_clock>, Executor> timer(
        worker_.executor(), length);
    timer.async_wait([this, &over](const error_code&) {
      over = true;
      session_->event().notify();
    });
    while (!over) co_await session_->event().wait();
  }
  co_return !client_lost();
}

bool Exchange::client_lost() { return session_->aborted() || (client().ended() && !client().ended_cleanly()); }

bool Exchange::total_over() const {
  const auto total = target().timeouts.total;
  return total.count() > 0 && steady_clock::now() - started_ >= total;
}

milliseconds Exchange::within_total(milliseconds most) const {
  const auto total = target().timeouts.total;
  if (total.count() == 0) return most;
  const auto spent = duration_cast<milliseconds>(steady_clock::now() - started_);
  return std::min(most, std::max(total - spent, milliseconds(0)));
}

}  // namespace banyan::proxy
