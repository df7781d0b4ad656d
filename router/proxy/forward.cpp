// The relay: request up, answer down, at the same time, in plain functions that do what can be done now; forward()
// waits in one place.
#include "router/proxy/exchange.hpp"

#include "router/http/characters.hpp"

namespace banyan::proxy {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t shadow_body_most = 256 * 1024;
// A client that has shut down its sending side may still read; one that has left looks the same at first.
constexpr milliseconds half_close_patience{1000};

}  // namespace

Task<Exchange::Verdict> Exchange::forward() {
  begin_forwarding();
  auto verdict = Verdict::pending;
  for (;;) {
    up_.step();
    read_answer();
    verdict = judge();
    if (verdict != Verdict::pending) break;
    watch();
    co_await session_->event().wait();
  }
  session_->clear_timeout();
  co_return verdict;
}

void Exchange::begin_forwarding() {
  upstream().listen(session_);
  session_->clear_timeout();
  upstream_sent_before_ = upstream().sent();
  sent_at_ = steady_clock::now();
  phase_ = Phase::head;
  waits_ = Waits::nothing;
  answer_scan_.reset();
  fault_ = {};
  request_out_.clear();
  http::Hop hop;
  hop.client_address = session_->peer();
  hop.via = worker_.shared().via;
  hop.trusted = session_->peer_trusted();
  if (session_->secure()) hop.scheme = "https";
  hop.client_subject = session_->client_subject();
  hop.traceparent = trace_->traceparent();
  hop.keep_tracestate = keeps_state_;
  http::append_request_head(request_out_, request_, hop);
  const bool chunked = request_.framing.kind == http::Framing::Kind::chunked;
  auto& input = client().input;
  const bool long_body = chunked || request_.framing.length > input.capacity();
  if (long_body && !client().reading() && input.capacity() < body_buffer) input.replace(body_buffer);
  if (translated_ && translated_->held) request_out_.put(translated_->body);
  up_.limit(worker_.fixed().limits.body_bytes);
  up_.begin(client(), upstream(), request_.framing, chunked, request_out_.view());
}

void Exchange::read_answer() {
  while (phase_ == Phase::head && fault_.word.empty())
    if (!read_answer_head()) return;
  if (phase_ == Phase::collect && fault_.word.empty()) collect_answer();
  if (phase_ == Phase::body) down_.step();
}

// True when a head was complete, so that there may be more to read.
bool Exchange::read_answer_head() {
  auto& stream = upstream();
  if (client().writing()) return false;  // an interim answer is still on its way out
  if (!stream.input.empty()) {
    http::HeadLimits limits;
    limits.first_line = limits.head = worker_.fixed().limits.header_bytes;
    const auto state = answer_scan_.feed(stream.input.view(), limits);
    if (state == http::HeadScan::State::failed || (state == http::HeadScan::State::complete && answer_scan_.skipped() != 0)) {
      fault({502, "bad-answer", "the upstream's answer is not valid HTTP/1.1"});
      return false;
    }
    if (state == http::HeadScan::State::complete) {
      on_answer_head(stream.input.view().substr(0, answer_scan_.size()));
      return true;
    }
    if (stream.input.tail().empty() && !stream.reading()) {
      stream.input.move_to_front();
      if (stream.input.tail().empty()) stream.input.replace(worker_.fixed().limits.header_bytes + body_buffer);
    }
  }
  stream.start_read();
  return false;
}

void Exchange::on_answer_head(std::string_view head) {
  const auto size = head.size();
  http::HeadLimits limits;
  const auto error = http::parse_response(head, request_.method, limits, response_);
  const bool unasked_switch = response_.status == 101 && !request_.wants_upgrade;
  if (error != http::Errc::ok || unasked_switch) {
    fault({502, "bad-answer", error == http::Errc::ok ? "the upstream switched protocols unasked" : http::describe(error)});
    return;
  }
  http::drop_hop_by_hop(response_.fields);
  if (response_.interim()) relay_interim();
  else begin_answer();
  upstream().input.consume(size);
  answer_scan_.reset();
}

void Exchange::relay_interim() {
  continued_ |= response_.status == 100;
  if (request_.minor == 0) return;  // HTTP/1.0 knows no interim answers
  answer_out_.clear();
  http::append_response_head(answer_out_, response_, {.drop_length = true});
  const iovec part{const_cast<char*>(answer_out_.view().data()), answer_out_.size()};
  client().send({&part, 1});
}

// In place of what the upstream says of it: each of the fields is a single item.
void Exchange::say_deprecated(const config::Cutover& cutover, http::ResponseRewrite& rewrite) {
  if (cutover.deprecation.empty()) return;
  rewrite.extra_fields = cutover.deprecation;
  for (auto& field : response_.fields)
    if (http::iequals(field.name, "deprecation") || http::iequals(field.name, "sunset")) field.dropped = true;
}

void Exchange::begin_answer() {
  const bool collects = translated_ && translated_->rules != nullptr && translate_answer_head();
  if (!fault_.word.empty()) return;
  const auto framing = collects ? http::Framing{} : response_.framing;
  const bool switching = response_.status == 101;
  const bool needs_chunks =
      framing.kind == http::Framing::Kind::chunked || framing.kind == http::Framing::Kind::until_close;
  const bool chunked_out = needs_chunks && request_.minor == 1 && !switching;
  ends_by_close_ = needs_chunks && !chunked_out && !switching;
  close_client_ |= !request_.keep_alive || worker_.draining() || up_.state() != BodyPump::State::finished ||
                   (needs_chunks && !chunked_out) || client().ended();
  http::ResponseRewrite rewrite;
  rewrite.close = close_client_ && !switching;
  rewrite.say_keep_alive = !close_client_ && request_.minor == 0;
  rewrite.chunked = chunked_out;
  rewrite.switch_protocols = switching;
  rewrite.drop_length = response_.status < 200 || response_.status == 204;
  if (decision_.cutover != routing::none) say_deprecated(view_->config().cutovers[decision_.cutover], rewrite);
  answer_out_.clear();
  http::append_response_head(answer_out_, response_, rewrite);
  status_ = response_.status;
  answered_ = true;
  answer_class_ = telemetry::class_of(status_);
  upstream_us_ = static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - sent_at_).count());
  if (shadowing_) {
    for (const auto& field : response_.fields)
      if (http::iequals(field.name, "content-type")) shadow_type_ = field.value;
    keep_shadow_headers();
    down_.copy_into(&shadow_body_, shadow_body_most);
  }
  if (collects) {
    answer_out_.drop_last(2);  // the length comes before the empty line
    translated_->answer.begin(upstream(), response_.framing, translated_->rules->max_body);
    phase_ = Phase::collect;
    return;
  }
  phase_ = Phase::body;
  down_.begin(upstream(), client(), switching ? http::Framing{} : framing, chunked_out, answer_out_.view());
}

Exchange::Verdict Exchange::fault(Fault fault) {
  fault_ = fault;
  return Verdict::fault;
}

Exchange::Verdict Exchange::judge() {
  if (session_->aborted()) return Verdict::client_gone;
  if (!fault_.word.empty()) return Verdict::fault;
  if (client().write_failed()) return Verdict::client_gone;
  const auto verdict = phase_ == Phase::body ? judge_body() : phase_ == Phase::collect ? judge_collecting() : judge_head();
  if (verdict == Verdict::pending && session_->timed_out()) return on_timeout();
  return verdict;
}

Exchange::Verdict Exchange::judge_body() {
  switch (down_.state()) {
    case BodyPump::State::moving:
      return Verdict::pending;
    case BodyPump::State::finished:
      return status_ == 101 ? Verdict::tunnel : Verdict::complete;
    case BodyPump::State::sink_failed:
      return Verdict::client_gone;
    case BodyPump::State::source_faulty:
      // Nothing has left yet, so the client can still be told what happened.
      if (!down_.started()) return fault({502, "bad-answer", "the upstream's chunked body is malformed"});
      return Verdict::cut;
    default:
      return Verdict::cut;
  }
}

Exchange::Verdict Exchange::judge_collecting() {
  return client().ended() && !client().ended_cleanly() ? Verdict::client_gone : Verdict::pending;
}

Exchange::Verdict Exchange::judge_head() {
  switch (up_.state()) {
    case BodyPump::State::source_cut:
      return Verdict::client_gone;
    case BodyPump::State::source_faulty:
      return fault({400, "bad-chunk", "the chunked request body is malformed"});
    case BodyPump::State::too_large:
      return fault({413, "body-too-large", "the request body is larger than allowed"});
    default:
      break;
  }
  if (client().ended() && !client().ended_cleanly()) return Verdict::client_gone;
  return upstream().ended() ? on_upstream_gone() : Verdict::pending;
}

// The upstream closed before it answered. Sending again is only right when nothing can have been processed.
Exchange::Verdict Exchange::on_upstream_gone() {
  if (client().writing()) return Verdict::pending;  // its last interim answer goes out first
  resilience::Attempt attempt;
  attempt.nothing_sent = upstream().sent() == upstream_sent_before_ && up_.body_bytes() == 0;
  attempt.kept = connection_->reused && !force_fresh_;
  attempt.answer_begun = !upstream().input.empty() || continued_;
  attempt.body = request_.framing.kind != http::Framing::Kind::none;
  attempt.safe = routing::is_safe(request_.method);
  attempt.idempotent = routing::is_idempotent(request_.method);
  attempt.resent = resent_;
  fault_ = {502, "upstream-closed", "the upstream closed the connection before it answered"};
  const auto again = resilience::again_after(attempt, target().retries);
  if (again == resilience::Again::no) return Verdict::fault;
  if (again == resilience::Again::same) {
    force_fresh_ = true;
    return Verdict::retry;
  }
  force_fresh_ = false;
  asked_again_ = true;
  if (!attempt.nothing_sent) ++resent_;
  return Verdict::retry;
}

Exchange::Verdict Exchange::on_timeout() {
  if (total_over()) return phase_ == Phase::body ? Verdict::cut : fault(total_fault);
  switch (waits_) {
    case Waits::request_body:
      return fault({408, "body-timeout", "the request body did not arrive in time"});
    case Waits::answer_head:
      return fault({504, "response-timeout", "the upstream did not answer in time"});
    case Waits::upstream_write:
      return fault({504, "upstream-stalled", "the upstream does not take the request body"});
    case Waits::answer_body:
      if (phase_ == Phase::collect) return fault({504, "response-timeout", "the upstream stopped in the middle of its answer"});
      return Verdict::cut;
    default:
      return Verdict::client_gone;
  }
}

Exchange::Waits Exchange::waiting_for() {
  if (phase_ == Phase::body) return client().writing() ? Waits::client_write : Waits::answer_body;
  if (phase_ == Phase::collect) return Waits::answer_body;
  if (up_.state() == BodyPump::State::moving && !up_.source_done()) {
    const bool invited = !request_.expects_continue || continued_;
    if (!up_.waits_for_source()) return Waits::upstream_write;
    return invited ? Waits::request_body : Waits::answer_head;
  }
  return client().ended() ? Waits::half_closed : Waits::answer_head;
}

milliseconds Exchange::patience(Waits waits) const {
  switch (waits) {
    case Waits::request_body:
    case Waits::client_write:
      return worker_.fixed().timeouts.body;
    case Waits::answer_head:
      return target().timeouts.response;
    case Waits::half_closed:
      return half_close_patience;
    default:
      return target().timeouts.idle;
  }
}

void Exchange::watch() {
  // A read is left pending even when nothing is expected: that is how a client that leaves is noticed.
  if (up_.source_done()) {
    // The read may stay pending for the whole idle time: a long body's buffer is not held that long.
    auto& input = client().input;
    if (!client().reading() && input.empty() && input.capacity() > Session::idle_buffer) input.replace(Session::idle_buffer);
    client().start_read();
  }
  const auto waits = waiting_for();
  const bool counts = waits != Waits::answer_head && waits != Waits::half_closed;
  const auto progress = counts ? up_.body_bytes() + upstream().sent() + upstream().received() + client().sent() : 0;
  if (waits == waits_ && progress == progress_) return;
  waits_ = waits;
  progress_ = progress;
  session_->set_deadline(within_total(patience(waits)));
}

// After 101 both sides may say anything; an end on one side is passed on as an end, and the other may go on.
Task<bool> Exchange::tunnel() {
  tunnelled_ = true;
  worker_.metrics().count(telemetry::Event::tunnels);
  constexpr http::Framing bytes{http::Framing::Kind::until_close, 0};
  up_ = {};
  down_ = {};
  up_.begin(client(), upstream(), bytes, false, {});
  down_.begin(upstream(), client(), bytes, false, {});
  bool up_open = true;
  bool down_open = true;
  std::uint64_t progress = 0;
  session_->set_deadline(worker_.fixed().timeouts.tunnel);
  for (;;) {
    const auto up = up_.step();
    const auto down = down_.step();
    if (up == BodyPump::State::finished && std::exchange(up_open, false)) upstream().shutdown_send();
    if (down == BodyPump::State::finished && std::exchange(down_open, false)) client().shutdown_send();
    const bool failed = (up != BodyPump::State::moving && up != BodyPump::State::finished) ||
                        (down != BodyPump::State::moving && down != BodyPump::State::finished);
    if (failed || (!up_open && !down_open) || session_->timed_out() || session_->aborted()) break;
    const auto moved = up_.body_bytes() + down_.body_bytes();
    if (moved != std::exchange(progress, moved)) session_->set_deadline(worker_.fixed().timeouts.tunnel);
    co_await session_->event().wait();
  }
  close_client_ = true;
  co_return false;
}

}  // namespace banyan::proxy
