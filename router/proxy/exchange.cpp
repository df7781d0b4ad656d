#include "router/proxy/exchange.hpp"

#include <cstring>

namespace banyan::proxy {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::steady_clock;

namespace {

constexpr int most_own_hops = 5;  // a monolith may well call back through the router, but not forever
constexpr int most_hops = 30;

boost::asio::ip::tcp::endpoint to_asio(const upstreams::SocketAddress& address) {
  boost::asio::ip::tcp::endpoint endpoint;
  endpoint.resize(address.size);
  std::memcpy(endpoint.data(), &address.storage, address.size);
  return endpoint;
}

}  // namespace

void Exchange::clear() {
  constexpr std::size_t most_kept = 8 * 1024;
  head_.shrink(most_kept);
  request_out_.shrink(most_kept);
  answer_out_.shrink(most_kept);
  request_.clear();
  response_.clear();
  answer_scan_.reset();
  up_ = {};
  down_ = {};
  trace_.reset();
  shadow_body_.clear();
  shadow_type_.clear();
  shadow_headers_.clear();
  view_.reset();
  endpoint_ = nullptr;
  series_ = nullptr;
  decision_ = {};
  fault_ = {};
  connect_us_ = upstream_us_ = attempts_ = 0;
  tried_ = progress_ = 0;
  status_ = 0;
  phase_ = Phase::head;
  waits_ = Waits::nothing;
  answered_ = continued_ = close_client_ = force_fresh_ = counted_ = shadowing_ = tunnelled_ = routed_ = ends_by_close_ = false;
}

void Exchange::take_head(std::size_t size) {
  auto& input = client().input;
  head_.put(input.view().substr(0, size));
  input.consume(size);
}

Task<bool> Exchange::refuse_head(http::Errc error) {
  return refuse({http::client_status(error), http::to_word(error), http::describe(error), 0, {}});
}

Task<bool> Exchange::refuse(Fault fault) {
  started_ = steady_clock::now();
  client_sent_before_ = client().sent();
  worker_.metrics().count(telemetry::Event::requests_refused);
  view_ = worker_.view();
  close_client_ = true;
  co_await answer(fault);
  observe();
  co_return false;
}

Task<bool> Exchange::run() {
  http::HeadLimits limits;
  if (const auto error = http::parse_request(head_.view(), limits, request_); error != http::Errc::ok) {
    Fault fault{http::client_status(error), http::to_word(error), http::describe(error), 0, {}};
    if (error == http::Errc::connect_refused) fault.allow = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
    co_return co_await refuse(fault);
  }
  started_ = steady_clock::now();
  client_sent_before_ = client().sent();
  route();
  const bool again = co_await serve();
  leave();
  observe();
  co_return again;
}

void Exchange::route() {
  view_ = worker_.view();
  slices_.clear();
  for (const auto& field : request_.fields) slices_.push_back({field.name, field.value});
  const routing::RequestView view{request_.method, request_.target,  request_.path,
                                  request_.query,  request_.host,    slices_,
                                  session_->peer(), static_cast<std::uint32_t>(worker_.random() >> 32)};
  decision_ = routing::decide(*view_->snapshot, view);
  series_ = &worker_.series(*view_, decision_.cutover, decision_.side);
  series_->inflight.add(1);
  routed_ = true;
  const auto* parent = http::find(request_.fields, http::FieldId::traceparent);
  trace_.emplace(parent == nullptr ? std::nullopt : telemetry::parse_traceparent(parent->value), worker_.random(),
                 worker_.random(), worker_.random());
}

std::optional<Fault> Exchange::length_fault() const {
  const auto most = worker_.fixed().limits.body_bytes;
  if (most == 0 || request_.framing.kind != http::Framing::Kind::length || request_.framing.length <= most)
    return std::nullopt;
  return Fault{413, "body-too-large", "the request body is larger than allowed"};
}

std::optional<Fault> Exchange::refuse_early() {
  const auto hops = http::count_via(request_.fields, worker_.shared().via);
  if (hops.ours >= most_own_hops || hops.all >= most_hops)
    return Fault{508, "loop", "the request has passed through this router before: routes form a loop"};
  if (auto fault = length_fault()) return fault;
  if (!admit()) return Fault{503, "upstream-busy", "the upstream has as many requests under way as allowed", 1};
  return std::nullopt;
}

// The bulkhead: requests under way at one upstream, counted over all workers.
bool Exchange::admit() {
  const auto most = target().limits.inflight;
  if (most == 0) return true;
  auto& inflight = *view_->upstreams->groups[decision_.upstream].inflight;
  if (inflight.fetch_add(1, std::memory_order_relaxed) >= most) {
    inflight.fetch_sub(1, std::memory_order_relaxed);
    return false;
  }
  counted_ = true;
  return true;
}

void Exchange::leave() {
  if (series_ != nullptr) series_->inflight.add(-1);
  if (counted_) view_->upstreams->groups[decision_.upstream].inflight->fetch_sub(1, std::memory_order_relaxed);
}

Task<bool> Exchange::serve() {
  if (const auto fault = refuse_early()) co_return co_await answer(*fault);
  const auto* hops = http::find(request_.fields, http::FieldId::max_forwards);
  if (hops != nullptr && hops->value == "0" && (request_.method == "OPTIONS" || request_.method == "TRACE"))
    co_return co_await answer_options();
  http::drop_hop_by_hop(request_.fields);
  prepare_shadow();
  auto verdict = Verdict::retry;
  while (verdict == Verdict::retry) {
    ++attempts_;
    if (!take_kept()) {
      const bool connected = co_await open_connection();
      if (!connected) {
        if (session_->aborted() || fault_.word.empty()) co_return false;
        co_return co_await answer(fault_);
      }
    }
    verdict = co_await forward();
    if (verdict == Verdict::retry) worker_.metrics().count(telemetry::Event::upstream_retries);
    if (verdict == Verdict::tunnel) co_await tunnel();
    if (verdict != Verdict::complete) worker_.pool().discard(std::move(connection_));
  }
  if (verdict == Verdict::fault) co_return co_await answer(fault_);
  if (verdict == Verdict::client_gone) answer_class_ = telemetry::AnswerClass::client_gone;
  if (verdict == Verdict::cut) {
    answer_class_ = telemetry::AnswerClass::truncated;
    // A plain close would look like the end of a body that has no other end; elsewhere it tells enough.
    if (ends_by_close_) client().reset();
  }
  if (verdict != Verdict::complete) co_return false;
  release_connection();
  if (!up_.source_done()) session_->close_gently();
  co_return keeps_client();
}

bool Exchange::keeps_client() const { return !close_client_ && !session_->aborted(); }

// The final recipient of a hop-limited request is the router itself (RFC 9110 7.6.2).
Task<bool> Exchange::answer_options() {
  if (request_.method != "OPTIONS")
    co_return co_await answer({405, "trace-refused", "TRACE is not answered by the router", 0, "OPTIONS"});
  co_return co_await answer({200, "max-forwards", "this hop is the last one the request allowed"});
}

Task<bool> Exchange::answer(Fault fault) {
  const bool unread = request_.framing.kind != http::Framing::Kind::none && !up_.source_done();
  close_client_ = close_client_ || unread || !request_.keep_alive || worker_.draining() || client().ended();
  while (client().writing() && !session_->aborted() && !session_->timed_out()) co_await session_->event().wait();
  if (session_->aborted() || client().writing() || client().write_failed()) co_return false;
  answer_out_.clear();
  http::Problem problem{fault.status, fault.word, fault.detail, {}, fault.retry_after_seconds, fault.allow};
  if (trace_) problem.trace_id = trace_->trace_id();
  problem.close = close_client_;
  problem.say_keep_alive = !close_client_ && request_.minor == 0;
  problem.head_only = request_.method == "HEAD";
  http::append_problem(answer_out_, problem);
  fault_ = fault;
  status_ = fault.status;
  answer_class_ = telemetry::AnswerClass::router_made;
  const iovec part{const_cast<char*>(answer_out_.view().data()), answer_out_.size()};
  session_->set_deadline(worker_.fixed().timeouts.body);
  client().send({&part, 1});
  while (client().writing() && !session_->aborted() && !session_->timed_out()) co_await session_->event().wait();
  if (close_client_) session_->close_gently();
  co_return !client().writing() && !client().write_failed() && keeps_client();
}

bool Exchange::take_kept() {
  if (force_fresh_) return false;
  const auto& group = view_->upstreams->groups[decision_.upstream];
  endpoint_ = group.pick(worker_.cursor(decision_.upstream), worker_.now_ms(), tried_);
  if (endpoint_ == nullptr) return false;
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

Task<bool> Exchange::open_connection() {
  const auto& group = view_->upstreams->groups[decision_.upstream];
  // take_kept() has picked one already, unless a fresh connection is wanted.
  if (force_fresh_ || endpoint_ == nullptr)
    endpoint_ = group.pick(worker_.cursor(decision_.upstream), worker_.now_ms(), tried_);
  if (endpoint_ == nullptr) fault_ = {503, "no-endpoint", "the upstream has no endpoint left to try", 1};
  const auto begin = steady_clock::now();
  while (endpoint_ != nullptr) {
    const bool connected = co_await try_endpoint(*endpoint_);
    connect_us_ += static_cast<std::uint32_t>(duration_cast<microseconds>(steady_clock::now() - begin).count());
    if (connected) co_return true;
    if (fault_.word.empty()) co_return false;  // the client has left
    for (std::size_t i = 0; i < group.endpoints.size() && i < 64; ++i)
      if (group.endpoints[i].get() == endpoint_) tried_ |= std::uint64_t{1} << i;
    endpoint_ = group.pick(worker_.cursor(decision_.upstream), worker_.now_ms(), tried_);
    if (endpoint_ != nullptr) ++attempts_;
  }
  co_return false;
}

Task<bool> Exchange::try_endpoint(upstreams::Endpoint& endpoint) {
  const auto address = endpoint.socket_address();
  connection_ = std::make_unique<Connection>(worker_.make_socket(), endpoint.id());
  fault_ = {502, "connect-failed", "no connection to the upstream could be opened"};
  bool timed_out = false;
  if (address.valid()) {
    upstream().listen(session_);
    session_->set_deadline(target().timeouts.connect);
    worker_.metrics().count(telemetry::Event::upstream_connects);
    upstream().connect(to_asio(address));
    const auto client_lost = [this] { return session_->aborted() || (client().ended() && !client().ended_cleanly()); };
    while (upstream().writing() && !session_->timed_out() && !client_lost()) co_await session_->event().wait();
    timed_out = session_->timed_out();
    if (!upstream().writing() && !upstream().connect_error()) {
      error_code ignored;
      upstream().socket().set_option(boost::asio::ip::tcp::no_delay(true), ignored);
      fault_ = {};
      co_return true;
    }
    if (client_lost()) fault_ = {};
  }
  worker_.pool().discard(std::move(connection_));
  if (fault_.word.empty()) co_return false;
  if (timed_out) fault_ = {504, "connect-timeout", "the upstream did not accept a connection in time"};
  endpoint.on_connect_failure(worker_.now_ms());
  worker_.metrics().count(telemetry::Event::upstream_connect_failures);
  co_return false;
}

void Exchange::release_connection() {
  if (!connection_) return;
  endpoint_->on_answer();
  const bool reusable = response_.keep_alive && up_.state() == BodyPump::State::finished && upstream().input.empty() &&
                        !upstream().ended() && !upstream().writing();
  if (reusable) worker_.pool().keep(std::move(connection_), target().idle_connections);
  else worker_.pool().discard(std::move(connection_));
}

}  // namespace banyan::proxy
