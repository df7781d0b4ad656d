// What one exchange leaves behind: metrics, a line in the access log, and a shadow copy.
#include "router/proxy/exchange.hpp"

#include "router/proxy/aggregated.hpp"

#include "router/http/characters.hpp"

namespace banyan::proxy {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::steady_clock;

void Exchange::observe() {
  const auto us = static_cast<std::uint64_t>(duration_cast<microseconds>(steady_clock::now() - started_).count());
  if (series_ != nullptr) series_->finish(answer_class_, us);
  if (routed_) watch_error_rate();
  auto& metrics = worker_.metrics();
  const auto held = translated_ ? translated_->received : 0;
  metrics.count(telemetry::Event::bytes_from_clients, static_cast<std::int64_t>(head_.size() + up_.body_bytes() + held));
  metrics.count(telemetry::Event::bytes_to_clients, static_cast<std::int64_t>(client().sent() - client_sent_before_));
  if (worker_.log().on()) write_access_entry(us);
  if (recording_) write_server_span();
  if (shadowing_) submit_shadow();
}

// Whose fault was it? A refusal of the request is nobody's, a caller who left neither; what the router had to answer
// because the upstream could not be used counts against its side.
void Exchange::watch_error_rate() {
  using telemetry::AnswerClass;
  const bool unreachable = answer_class_ == AnswerClass::router_made && (status_ == 502 || status_ == 503 || status_ == 504);
  if (unreachable) series_->unreachable.add();
  if (decision_.side != routing::Side::new_side || answer_class_ == AnswerClass::client_gone) return;
  if (answer_class_ == AnswerClass::router_made && !unreachable) return;
  const bool error = unreachable || answer_class_ == AnswerClass::s5xx || answer_class_ == AnswerClass::truncated;
  Guard& guard = *view_->guards[decision_.cutover];
  if (guard.count(error))
    worker_.shared().tripwires.tripped(view_->config().cutovers[decision_.cutover].name, guard.allowed());
}

void Exchange::write_access_entry(std::uint64_t us) {
  telemetry::AccessEntry entry;
  entry.unix_ms =
      duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  entry.client = session_->peer();
  entry.method = request_.method;
  entry.target = request_.target;
  entry.host = request_.host;
  entry.status = status_;
  entry.answer = telemetry::to_string(answer_class_);
  if (routed_) {
    const auto& config = view_->config();
    if (decision_.cutover != routing::none) {
      entry.cutover = config.cutovers[decision_.cutover].name;
      entry.stage = cutover::to_string(decision_.stage);
    }
    if (!aggregated_) entry.side = routing::to_string(decision_.side);
    entry.reason = routing::to_string(decision_.reason);
    if (decision_.bucket != routing::none) entry.bucket = decision_.bucket;
    if (aggregated_) entry.aggregation = aggregated_->rules->name, entry.parts = aggregated_->summary;
    else entry.upstream = target().name;
  }
  std::array<char, 16> mark{};
  if (routed_) {
    const routing::RequestView request{request_.method, request_.target, request_.path, request_.query,
                                       request_.host,   slices_,         session_->peer(), 0};
    entry.user_agent = matching::find_header(request, "user-agent");
    if (const auto key = routing::cohort_key(view_->config(), request); !key.empty()) {
      mark = routing::caller_mark(view_->config(), key);
      entry.caller = {mark.data(), mark.size()};
    }
  }
  if (endpoint_ != nullptr) entry.endpoint = endpoint_->name();
  if (answer_class_ == telemetry::AnswerClass::router_made) entry.problem = fault_.word;
  if (trace_) entry.trace_id = trace_->trace_id();
  if (!worker_.fixed().baggage.empty()) entry.baggage = baggage_json();
  entry.bytes_in = head_.size() + up_.body_bytes() + (translated_ ? translated_->received : 0);
  entry.bytes_out = client().sent() - client_sent_before_;
  entry.duration_us = static_cast<std::uint32_t>(std::min<std::uint64_t>(us, UINT32_MAX));
  entry.upstream_us = upstream_us_;
  entry.connect_us = connect_us_;
  entry.attempts = attempts_;
  entry.reused = attempts_ > 0 && connect_us_ == 0;
  entry.shadowed = shadowing_;
  worker_.log().add(entry);
}

void Exchange::prepare_shadow() {
  if (decision_.shadow == routing::none) return;
  // Without its body a copy is another request; writes are copied only by rehearsals, which are not made here.
  const bool copyable = request_.framing.kind == http::Framing::Kind::none && http::is_safe(request_.method) &&
                        !request_.wants_upgrade;
  shadowing_ = copyable && worker_.shared().shadows.reserve(*view_->shadow_places[decision_.cutover]);
  if (!shadowing_)
    worker_.shared().metrics.count_shadow(view_->config().cutovers[decision_.cutover].name,
                                          telemetry::ShadowResult::dropped);
}

void Exchange::keep_shadow_headers() {
  for (const auto& field : response_.fields)
    shadow_headers_.append(field.name).append(1, '\0').append(field.value).append(1, '\0');
}

telemetry::Trace Exchange::append_copy_head(const http::RequestHead& request, std::string& out) const {
  http::ByteBuffer buffer;
  http::Hop hop;
  hop.client_address = session_->peer();
  hop.via = worker_.shared().via;
  hop.trusted = session_->peer_trusted();
  if (session_->secure()) hop.scheme = "https";
  hop.client_subject = session_->client_subject();
  // Its own span, same trace and same sampling decision.
  const telemetry::Trace trace(telemetry::parse_traceparent(trace_->traceparent()), 0, 0, worker_.random());
  hop.traceparent = trace.traceparent();
  hop.keep_tracestate = keeps_state_;
  hop.forward_expect = false;
  http::append_request_head(buffer, request, hop);
  const auto head = buffer.view();
  out.append(head.substr(0, head.size() - 2));  // the empty line is left to the caller
  return trace;
}

ShadowPeer Exchange::peer(std::uint32_t upstream, const upstreams::Endpoint& endpoint) const {
  return {upstream, endpoint.socket_address(), endpoint.address(), (*view_->tls)[upstream]};
}

void Exchange::submit_shadow() {
  auto& shadows = worker_.shared().shadows;
  const auto& config = view_->config();
  const auto& name = config.cutovers[decision_.cutover].name;
  const bool comparable =
      answered_ && down_.state() == BodyPump::State::finished && down_.copy_complete() &&
      answer_class_ != telemetry::AnswerClass::router_made && answer_class_ != telemetry::AnswerClass::client_gone;
  auto& group = view_->upstreams->groups[decision_.shadow];
  const upstreams::Pick how{config.upstreams[decision_.shadow], worker_.now_ms(), worker_.random(), 0, false};
  const auto at = comparable ? group.pick(how, worker_.cursor(decision_.shadow), {}) : resilience::nobody;
  if (at == resilience::nobody) {
    shadows.release(*view_->shadow_places[decision_.cutover]);
    worker_.shared().metrics.count_shadow(name, telemetry::ShadowResult::dropped);
    return;
  }
  ShadowJob job;
  job.places = view_->shadow_places[decision_.cutover];
  job.snapshot = view_->snapshot;
  job.cutover = decision_.cutover;
  job.fresh = peer(decision_.shadow, *group.endpoints[at]);
  if (endpoint_ != nullptr) job.legacy = peer(decision_.upstream, *endpoint_);
  job.draw = static_cast<std::uint32_t>(worker_.random() >> 32);
  job.method = request_.method;
  job.target = request_.target;
  job.trace_id = trace_->trace_id();
  job.status = status_;
  job.content_type = std::move(shadow_type_);
  job.headers = std::move(shadow_headers_);
  job.body = std::move(shadow_body_);
  if (write_shadow_requests(job)) return shadows.submit(std::move(job));
  shadows.release(*view_->shadow_places[decision_.cutover]);
  worker_.shared().metrics.count_shadow(name, telemetry::ShadowResult::failed);
}

// The new side is asked in its own words, legacy a second time in the caller's. False: there are no such words.
bool Exchange::write_shadow_requests(ShadowJob& job) const {
  const auto& rules = view_->config().cutovers[decision_.cutover].translate;
  const auto put = [&](const http::RequestHead& request, std::string& out) {
    const auto trace = append_copy_head(request, out);
    if (recording_) job.span = shadow_span(trace);
    out.append("Banyan-Shadow: 1\r\nConnection: close\r\n\r\n");
  };
  if (!rules) return put(request_, job.request), true;
  put(request_, job.legacy_request);
  auto request = request_;
  std::string target;
  if (!translate_head(*rules, view_->config().rules.rules()[decision_.rule].path, false, request, target)) return false;
  put(request, job.request);
  return true;
}

}  // namespace banyan::proxy
