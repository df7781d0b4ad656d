#include "router/proxy/exchange.hpp"

#include "router/proxy/aggregated.hpp"

namespace banyan::proxy {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::steady_clock;

namespace {

constexpr int most_own_hops = 5;  // a monolith may well call back through the router, but not forever
constexpr int most_hops = 30;

}  // namespace

Exchange::Exchange(Worker& worker, Session& session) : worker_(worker), session_(&session) {}
Exchange::~Exchange() = default;

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
  translated_.reset();
  aggregated_.reset();
  shadow_body_.clear();
  shadow_type_.clear();
  shadow_headers_.clear();
  view_.reset();
  endpoint_ = nullptr;
  series_ = nullptr;
  decision_ = {};
  fault_ = {};
  connect_us_ = upstream_us_ = attempts_ = 0;
  progress_ = hash_key_ = 0;
  tried_.clear();
  permit_ = {};
  index_ = resilience::nobody;
  resent_ = 0;
  status_ = 0;
  phase_ = Phase::head;
  waits_ = Waits::nothing;
  answered_ = continued_ = close_client_ = force_fresh_ = inside_ = occupies_ = retrying_ = loaded_ = has_key_ = asked_again_ = shadowing_ = tunnelled_ = routed_ = recording_ = keeps_state_ = ends_by_close_ = false;
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
  auto view = request_view();
  view.draw = static_cast<std::uint32_t>(worker_.random() >> 32);
  decision_ = routing::decide(*view_->snapshot, view);
  if (target().balance.kind == resilience::Balance::hash) find_hash_key(view);
  series_ = decision_.aggregation == routing::none
                ? &worker_.series(*view_, decision_.cutover, decision_.side)
                : &worker_.metrics().series("aggregation:" + view_->config().aggregation_of(decision_.aggregation)->name, "none");
  series_->inflight.add(1);
  routed_ = true;
  begin_trace();
}

routing::RequestView Exchange::request_view() const {
  return {request_.method, request_.target, request_.path, request_.query, request_.host, slices_, session_->peer()};
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
  return std::nullopt;
}

Task<bool> Exchange::serve() {
  if (const auto fault = refuse_early()) co_return co_await answer(*fault);
  const auto* hops = http::find(request_.fields, http::FieldId::max_forwards);
  if (hops != nullptr && hops->value == "0" && (request_.method == "OPTIONS" || request_.method == "TRACE"))
    co_return co_await answer_options();
  http::drop_hop_by_hop(request_.fields);
  if (decision_.aggregation != routing::none) co_return co_await serve_aggregation();
  auto door = Door::open;
  if (const auto* rules = translation()) door = co_await translate_request(*rules);
  if (door == Door::open) door = knock();
  if (door == Door::full) door = co_await wait_for_turn();
  if (door == Door::gone) co_return false;
  if (door == Door::closed) co_return co_await answer(fault_);
  prepare_shadow();
  auto verdict = Verdict::retry;
  while (verdict == Verdict::retry) {
    ++attempts_;
    if (recording_) begin_attempt();
    verdict = Verdict::pending;
    if (!take_kept()) verdict = co_await open_connection();
    if (verdict == Verdict::pending) verdict = co_await forward();
    if (verdict == Verdict::tunnel) co_await tunnel();
    settle(verdict);
    if (verdict == Verdict::retry) verdict = co_await begin_retry();
  }
  if (verdict == Verdict::fault) co_return co_await answer(fault_);
  if (verdict == Verdict::client_gone) answer_class_ = telemetry::AnswerClass::client_gone;
  if (verdict == Verdict::cut) {
    answer_class_ = telemetry::AnswerClass::truncated;
    // A plain close would look like the end of a body that has no other end; elsewhere it tells enough.
    if (ends_by_close_) client().reset();
  }
  if (verdict != Verdict::complete) co_return false;
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
  const bool open = co_await own_answer_begins();
  if (!open) co_return false;
  http::Problem problem{fault.status, fault.word, fault.detail, {}, fault.retry_after_seconds, fault.allow};
  problem.part = fault.part;
  if (trace_) problem.trace_id = trace_->trace_id();
  problem.close = close_client_;
  problem.say_keep_alive = !close_client_ && request_.minor == 0;
  problem.head_only = request_.method == "HEAD";
  http::append_problem(answer_out_, problem);
  fault_ = fault;
  status_ = fault.status;
  answer_class_ = telemetry::AnswerClass::router_made;
  if (series_ != nullptr) series_->own_answers[telemetry::own_answer(fault.word)].add();
  co_return co_await own_answer_ends();
}

Task<bool> Exchange::own_answer_begins() {
  const bool unread = request_.framing.kind != http::Framing::Kind::none && !up_.source_done();
  close_client_ = close_client_ || unread || !request_.keep_alive || worker_.draining() || client().ended();
  while (client().writing() && !session_->aborted() && !session_->timed_out()) co_await session_->event().wait();
  answer_out_.clear();
  co_return !session_->aborted() && !client().writing() && !client().write_failed();
}

Task<bool> Exchange::own_answer_ends() {
  const iovec part{const_cast<char*>(answer_out_.view().data()), answer_out_.size()};
  session_->set_deadline(worker_.fixed().timeouts.body);
  client().send({&part, 1});
  auto sent = client().sent();
  while (client().writing() && !session_->aborted() && !session_->timed_out()) {
    if (std::exchange(sent, client().sent()) != client().sent()) session_->set_deadline(worker_.fixed().timeouts.body);
    co_await session_->event().wait();
  }
  if (close_client_) session_->close_gently();
  co_return !client().writing() && !client().write_failed() && keeps_client();
}

}  // namespace banyan::proxy
