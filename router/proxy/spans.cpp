// Spans of one exchange, after the OpenTelemetry semantic conventions for HTTP: one of the server's kind for the
// request, and one of the client's kind for every attempt at an endpoint. Query texts stay out: they hold secrets.
#include "router/proxy/exchange.hpp"
#include "router/proxy/part_call.hpp"

#include "router/telemetry/baggage.hpp"
#include "router/telemetry/json_text.hpp"
#include "router/telemetry/span.hpp"
#include "router/telemetry/trace_state.hpp"

#include <algorithm>
#include <charconv>

namespace banyan::proxy {

using std::chrono::duration_cast;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;
using std::chrono::system_clock;
using telemetry::AnswerClass;
using telemetry::SpanStatus;

namespace {

struct HostAndPort {
  std::string_view host;
  std::int64_t port = 0;  // 0: none is named
};

HostAndPort host_and_port(std::string_view text) {
  HostAndPort out{text};
  const auto colon = text.rfind(':');
  const bool only_v6 = text.ends_with(']');
  if (colon != text.npos && !only_v6) {
    const auto port = text.substr(colon + 1);
    std::from_chars(port.data(), port.data() + port.size(), out.port);
    out.host = text.substr(0, colon);
  }
  if (out.host.starts_with('[') && out.host.ends_with(']')) out.host = out.host.substr(1, out.host.size() - 2);
  return out;
}

void put_status(telemetry::SpanText& span, int status) {
  if (status != 0) span.number("http.response.status_code", status);
}

// Three digits, kept by the caller.
std::string_view digits_of(int status, std::array<char, 3>& digits) {
  digits = {static_cast<char>('0' + status / 100 % 10), static_cast<char>('0' + status / 10 % 10),
            static_cast<char>('0' + status % 10)};
  return {digits.data(), digits.size()};
}

}  // namespace

// One look at the fields: who began the trace (two say it: nobody), whether tracestate may go on, and as much of the
// baggage as every hop must carry.
void Exchange::begin_trace() {
  std::optional<telemetry::TraceParent> parent;
  std::optional<telemetry::TraceStateCheck> state;
  telemetry::BaggageRoom room;
  int parents = 0;
  for (auto& field : request_.fields) {
    if (field.id == http::FieldId::traceparent) {
      parent = parents++ == 0 ? telemetry::parse_traceparent(field.value) : std::nullopt;
    } else if (field.id == http::FieldId::tracestate) {
      if (!state) state.emplace();
      state->add(field.value);
    } else if (field.id == http::FieldId::baggage) {
      field.value = room.take(field.value);
      field.dropped |= field.value.empty();
    }
  }
  keeps_state_ = parent && (!state || state->valid());
  const auto high = worker_.random(), low = worker_.random();
  trace_.emplace(parent, high, low, worker_.random(), worker_.ratio().takes(low));
  recording_ = worker_.spans().on() && trace_->sampled();
  if (!recording_) return;
  std::copy(trace_->span_id().begin(), trace_->span_id().end(), recorded_.span_id.begin());
  recorded_.parent_id = parent ? parent->parent_id : std::string_view();
  recorded_.epoch_ns = duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count() -
                       duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count();
}

std::int64_t Exchange::unix_ns(steady_clock::time_point when) const {
  return recorded_.epoch_ns + duration_cast<nanoseconds>(when.time_since_epoch()).count();
}

void Exchange::begin_attempt() {
  trace_->next_span(worker_.random());
  recorded_.attempt_started = steady_clock::now();
  recorded_.connect_us_before = connect_us_;
}

// error.type of an attempt: the router's word, or the status; empty: it went well. `digits` holds the status.
std::string_view Exchange::attempt_error(Verdict verdict, std::array<char, 3>& digits) const {
  switch (verdict) {
    case Verdict::cut:
      return telemetry::to_string(AnswerClass::truncated);
    case Verdict::client_gone:
      return telemetry::to_string(AnswerClass::client_gone);
    case Verdict::retry:
    case Verdict::fault:
      return fault_.word;
    default:
      return status_ >= 400 ? digits_of(status_, digits) : std::string_view();
  }
}

void Exchange::end_attempt(Verdict verdict) {
  if (endpoint_ == nullptr) return;
  telemetry::SpanHead head;
  head.trace_id = trace_->trace_id();
  head.span_id = trace_->span_id();
  head.parent_id = recorded_.id();
  head.name = telemetry::known_method(request_.method);
  head.kind = telemetry::SpanKind::client;
  head.start_ns = unix_ns(recorded_.attempt_started);
  head.end_ns = unix_ns(steady_clock::now());
  std::array<char, 3> digits;
  const auto error = attempt_error(verdict, digits);
  telemetry::SpanText span(worker_.spans().text(), head);
  span.text("http.request.method", head.name);
  span.text("server.address", endpoint_->address().host);
  span.number("server.port", endpoint_->address().port);
  put_status(span, answered_ ? status_ : 0);
  if (attempts_ > 1) span.number("http.request.resend_count", attempts_ - 1);
  span.text("error.type", error);
  span.text("banyan.upstream", target().name);
  span.text("banyan.side", routing::to_string(decision_.side));
  span.flag("banyan.reused", connect_us_ == recorded_.connect_us_before);
  span.end(error.empty() ? SpanStatus::unset : SpanStatus::error);
  worker_.spans().added();
}

telemetry::SpanHead Exchange::server_head() const {
  telemetry::SpanHead head;
  head.trace_id = trace_->trace_id();
  head.span_id = recorded_.id();
  head.parent_id = recorded_.parent_id;
  head.parent_is_remote = true;
  const auto* state = http::find(request_.fields, http::FieldId::tracestate);
  if (state != nullptr && keeps_state_) head.trace_state = state->value;
  const auto method = telemetry::known_method(request_.method);
  head.name = method == "_OTHER" ? "HTTP" : method;
  if (decision_.rule != routing::none) head.name_more = view_->config().rules.rules()[decision_.rule].path.text;
  head.kind = telemetry::SpanKind::server;
  head.start_ns = unix_ns(started_);
  head.end_ns = unix_ns(steady_clock::now());
  return head;
}

std::string_view Exchange::server_error(std::array<char, 3>& digits) const {
  if (answer_class_ == AnswerClass::truncated || answer_class_ == AnswerClass::client_gone) return to_string(answer_class_);
  if (answer_class_ == AnswerClass::router_made && status_ >= 400) return fault_.word;
  return status_ >= 500 ? digits_of(status_, digits) : std::string_view();
}

void Exchange::write_server_span() {
  const auto head = server_head();
  const auto method = telemetry::known_method(request_.method);
  const auto host = host_and_port(request_.host);
  std::array<char, 3> digits;
  telemetry::SpanText span(worker_.spans().text(), head);
  span.text("http.request.method", method);
  if (method == "_OTHER") span.text("http.request.method_original", request_.method);
  span.text("url.path", request_.path);
  span.text("url.scheme", session_->secure() ? "https" : "http");
  span.text("http.route", head.name_more);
  put_status(span, status_);
  span.text("server.address", host.host);
  if (host.port != 0) span.number("server.port", host.port);
  span.text("client.address", session_->peer());
  span.text("network.protocol.version", request_.minor == 0 ? "1.0" : "1.1");
  span.text("error.type", server_error(digits));
  write_decision(span);
  const bool failed = status_ >= 500 || answer_class_ == AnswerClass::truncated;
  span.end(failed ? SpanStatus::error : SpanStatus::unset);
  worker_.spans().added();
}

void Exchange::write_decision(telemetry::SpanText& span) const {
  if (decision_.cutover != routing::none) {
    span.text("banyan.cutover", view_->config().cutovers[decision_.cutover].name);
    span.text("banyan.stage", cutover::to_string(decision_.stage));
  }
  span.text("banyan.why", routing::to_string(decision_.reason));
  if (decision_.aggregation != routing::none) {
    span.text("banyan.aggregation", view_->config().aggregation_of(decision_.aggregation)->name);
  } else {
    span.text("banyan.side", routing::to_string(decision_.side));
    span.text("banyan.upstream", target().name);
  }
  span.text("banyan.answer", telemetry::to_string(answer_class_));
  span.number("banyan.attempts", attempts_);
  if (shadowing_) span.flag("banyan.shadowed", true);
  for (const auto& key : worker_.fixed().baggage) {
    std::string decoded;
    telemetry::append_decoded(decoded, baggage_member(key));
    span.text("baggage." + key, decoded);
  }
}

std::string_view Exchange::baggage_member(std::string_view key) const {
  constexpr std::size_t longest = 256;
  for (const auto& field : request_.fields) {
    if (field.id != http::FieldId::baggage || field.dropped) continue;
    auto rest = field.value;
    for (telemetry::BaggageMember member; telemetry::next_member(rest, member);)
      if (member.key == key) return member.value.substr(0, longest);
  }
  return {};
}

std::string_view Exchange::baggage_json() {
  baggage_.clear();
  for (const auto& key : worker_.fixed().baggage) {
    const auto value = baggage_member(key);
    if (value.empty()) continue;
    std::string decoded;
    telemetry::append_decoded(decoded, value);
    baggage_.append(baggage_.empty() ? "\"" : ",\"").append(key).append("\":\"");
    telemetry::put_json_text(baggage_, decoded);
    baggage_ += '"';
  }
  return baggage_;
}

void PartCall::write_span() {
  const std::string_view own = question_.traceparent;
  telemetry::SpanHead head;
  head.trace_id = own.substr(3, 32);
  head.span_id = own.substr(36, 16);
  head.parent_id = question_.parent_id;
  head.name = "GET";
  head.name_more = question_.part->name;
  head.kind = telemetry::SpanKind::client;
  head.end_ns = duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
  head.start_ns = head.end_ns - std::int64_t{duration_us_} * 1000;
  const bool ok = result_.outcome == aggregate::Outcome::ok;
  telemetry::SpanText span(worker_.spans().text(), head);
  span.text("http.request.method", "GET");
  if (endpoint_ != nullptr) span.text("server.address", endpoint_->address().host);
  if (endpoint_ != nullptr) span.number("server.port", endpoint_->address().port);
  put_status(span, result_.status);
  if (!ok) span.text("error.type", to_string(result_.outcome));
  span.text("banyan.part", question_.part->name);
  span.text("banyan.upstream", target().name);
  span.text("banyan.side", routing::to_string(question_.decision.side));
  span.end(ok ? SpanStatus::unset : SpanStatus::error);
  worker_.spans().added();
}

ShadowSpan Exchange::shadow_span(const telemetry::Trace& copy) const {
  return {std::string(copy.traceparent()), std::string(recorded_.id()), std::string(trace_->span_id())};
}

}  // namespace banyan::proxy
