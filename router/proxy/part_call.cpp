#include "router/proxy/part_call.hpp"

#include "router/proxy/translated.hpp"

#include <cstring>
#include <utility>

namespace banyan::proxy {

using aggregate::Outcome;
using std::chrono::steady_clock;

PartCall::PartCall(Worker& worker, std::shared_ptr<const View> view, PartQuestion question, Event& finished)
    : worker_(worker), view_(std::move(view)), question_(std::move(question)), finished_(finished) {}

void PartCall::start() {
  started_ = steady_clock::now();
  worker_.schedule(*this, question_.part->timeout);
  series_ = &worker_.series(*view_, question_.decision.cutover, question_.decision.side);
  series_->inflight.add(1);
  run();
}

void PartCall::give_up(Outcome with) {
  if (done_) return;
  given_up_ = true;
  result_ = {with, 0, with == Outcome::timed_out ? "it did not answer in time" : "it was given up", {}};
  event_.notify();
}

void PartCall::fail(std::string_view why) {
  if (!given_up_) result_ = {Outcome::failed, 0, why, {}};
}

// Whoever is notified at the end may destroy this object: nothing follows.
Detached PartCall::run() {
  bool answered = false;
  try {
    if (enter()) answered = co_await ask();
    if (answered && !given_up_) read_result();
  } catch (const std::exception&) {
    fail("out of memory");
  }
  clear_deadline();
  duration_us_ = static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - started_).count());
  observe();
  leave();
  done_ = true;
  finished_.notify();
}

Task<bool> PartCall::ask() {
  if (!pick()) co_return false;
  auto outcome = co_await attempt(false);
  if (outcome == Attempt::stale && !given_up_) outcome = co_await attempt(true);
  release(outcome == Attempt::answered);
  co_return outcome == Attempt::answered;
}

bool PartCall::enter() {
  auto& state = *group().state;
  permit_ = state.breaker.enter(target().breaker, worker_.now_ms());
  if (!permit_.allowed) {
    fail("its upstream's breaker is open");
    return false;
  }
  inside_ = true;
  state.active.add(worker_.number(), 1);
  const auto& rule = target().limits.bulkhead;
  occupies_ = rule.inflight != 0 && state.bulkhead.try_enter(rule);
  if (rule.inflight == 0 || occupies_) return true;
  fail("its upstream has as many requests under way as allowed");
  return false;
}

void PartCall::leave() {
  using resilience::Breaker;
  series_->inflight.add(-1);
  if (!inside_) return;
  auto& state = *group().state;
  state.active.add(worker_.number(), -1);
  if (occupies_) state.bulkhead.leave(target().limits.bulkhead);
  const bool unknown = !reached_ || result_.outcome == Outcome::cancelled;
  const bool bad = result_.status >= 500 || result_.status == 0;
  state.breaker.leave(target().breaker, permit_,
                      unknown ? Breaker::Outcome::unknown : bad ? Breaker::Outcome::bad : Breaker::Outcome::good, worker_.now_ms());
}

bool PartCall::pick() {
  const upstreams::Pick how{target(), worker_.now_ms(), worker_.random(), question_.hash_key, question_.has_key};
  const auto index = group().pick(how, worker_.cursor(question_.decision.upstream), tried_);
  if (index == resilience::nobody) {
    fail("its upstream has no endpoint left to try");
    return false;
  }
  endpoint_ = group().endpoints[index].get();
  loaded_ = target().balance.kind == resilience::Balance::least_requests;
  if (loaded_) endpoint_->load.fetch_add(1, std::memory_order_relaxed);
  reached_ = true;
  return true;
}

bool PartCall::take_kept(upstreams::Endpoint& endpoint) {
  while ((connection_ = worker_.pool().take(endpoint.id()))) {
    if (!stream().ended() && stream().input.empty()) break;
    worker_.pool().discard(std::move(connection_));
  }
  if (connection_) worker_.metrics().count(telemetry::Event::upstream_reuses);
  return connection_ != nullptr;
}

Task<PartCall::Attempt> PartCall::attempt(bool fresh) {
  if (fresh || !take_kept(*endpoint_)) {
    const bool connected = co_await connect(*endpoint_);
    if (!connected) co_return Attempt::failed;
  }
  stream().listen(this);
  reader_.emplace("GET", question_.part->max_body);
  const auto outcome = co_await converse();
  if (outcome == Attempt::stale) worker_.pool().discard(std::move(connection_));
  co_return outcome;
}

Task<bool> PartCall::connect(upstreams::Endpoint& endpoint) {
  const auto& address = endpoint.socket_address();
  if (!address.valid()) co_return fail("its endpoint has no address"), false;
  connection_ = std::make_unique<Connection>(worker_.make_socket(), endpoint.id());
  stream().listen(this);
  worker_.metrics().count(telemetry::Event::upstream_connects);
  boost::asio::ip::tcp::endpoint where;
  where.resize(address.size);
  std::memcpy(where.data(), &address.storage, address.size);
  if (const auto& context = (*view_->tls)[question_.decision.upstream]) stream().connect(where, *context, endpoint.address());
  else stream().connect(where);
  while (stream().writing() && !given_up_) co_await event_.wait();
  if (!given_up_ && !stream().connect_error()) {
    error_code ignored;
    stream().socket().set_option(boost::asio::ip::tcp::no_delay(true), ignored);
    note_handshake(endpoint);
    co_return true;
  }
  const auto* tls = stream().tls();
  if (result_.outcome != Outcome::cancelled || !given_up_) worker_.metrics().count(telemetry::Event::upstream_connect_failures);
  if (!given_up_ && tls != nullptr && !tls->failure().word.empty()) {
    worker_.metrics().count(telemetry::Event::upstream_tls_failed);
    worker_.shared().tls.upstream_failed(target().name, endpoint.name(), tls->failure());
  }
  fail("no connection to its upstream could be opened");
  co_return false;
}

void PartCall::note_handshake(const upstreams::Endpoint& endpoint) {
  const auto* tls = stream().tls();
  if (tls == nullptr) return;
  worker_.metrics().count(tls->resumed() ? telemetry::Event::upstream_tls_resumed : telemetry::Event::upstream_tls_full);
  worker_.shared().tls.upstream_works(target().name, endpoint.name());
}

Task<PartCall::Attempt> PartCall::converse() {
  connection_->sending = question_.request;
  const iovec part{connection_->sending.data(), connection_->sending.size()};
  const auto received = stream().received();
  stream().send({&part, 1});
  for (;;) {
    auto& input = stream().input;
    if (!input.empty()) {
      reader_->feed(input.view());
      input.consume(input.size());
    }
    if (!reader_->done() && stream().ended()) {
      if (connection_->reused && stream().received() == received) co_return Attempt::stale;
      if (stream().ended_cleanly()) reader_->finish();
      else co_return fail("its upstream cut the connection"), Attempt::failed;
    }
    if (given_up_) co_return Attempt::failed;
    if (reader_->done()) break;
    stream().start_read();
    co_await event_.wait();
  }
  if (reader_->failure().empty()) co_return Attempt::answered;
  fail(reader_->failure());
  co_return Attempt::failed;
}

void PartCall::release(bool answered) {
  if (std::exchange(loaded_, false)) endpoint_->load.fetch_sub(1, std::memory_order_relaxed);
  if (result_.outcome != Outcome::cancelled || answered) blame(answered && !(target().outlier.statuses && reader_->status() >= 500));
  if (!connection_) return;
  const bool keep = answered && reader_->reusable() && !stream().writing() && !stream().ended();
  if (keep) connection_->sending = {};
  if (keep) worker_.pool().keep(std::move(connection_), target().idle_connections);
  else worker_.pool().discard(std::move(connection_));
}

void PartCall::blame(bool good) {
  if (good) endpoint_->outlier.on_success();
  else group().on_failure(*endpoint_, target().outlier, worker_.now_ms());
}

void PartCall::read_result() {
  WholeAnswer answer{reader_->content_type(), reader_->headers(), reader_->body()};
  const bool said = question_.rules == nullptr || translate_answer(*question_.rules, !answer.body.empty(), answer);
  if (said) result_ = aggregate::read_part(reader_->status(), answer.content_type, std::move(answer.body));
  else result_ = {Outcome::failed, 502, "it cannot be translated", {}};
}

// A part is a request of its cutover's side like any other: gates and the tripwire see it.
void PartCall::observe() {
  using telemetry::AnswerClass;
  if (!question_.traceparent.empty()) write_span();
  const auto& decision = question_.decision;
  const bool answered = result_.status != 0;
  const auto kind = answered ? telemetry::class_of(result_.status)
                    : result_.outcome == Outcome::cancelled ? AnswerClass::client_gone
                                                            : AnswerClass::router_made;
  series_->finish(kind, duration_us_);
  if (kind == AnswerClass::router_made) series_->unreachable.add();
  if (decision.side != routing::Side::new_side || kind == AnswerClass::client_gone) return;
  Guard& guard = *view_->guards[decision.cutover];
  if (guard.count(kind == AnswerClass::router_made || kind == AnswerClass::s5xx))
    worker_.shared().tripwires.tripped(view_->config().cutovers[decision.cutover].name, guard.allowed());
}

}  // namespace banyan::proxy
