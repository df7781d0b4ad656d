#include "router/proxy/shadow_span.hpp"

#include "router/telemetry/span.hpp"

namespace banyan::proxy {
namespace {

std::int64_t since_epoch_ns(std::chrono::system_clock::time_point when) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(when.time_since_epoch()).count();
}

}  // namespace

void append_shadow_span(std::string& out, const ShadowJob& job, const Asked& asked) {
  using telemetry::SpanStatus;
  const auto& config = *job.snapshot->config;
  const std::string_view own = job.span.traceparent;
  telemetry::SpanHead head;
  head.trace_id = own.substr(3, 32);
  head.span_id = own.substr(36, 16);
  head.parent_id = job.span.parent_id;
  head.name = telemetry::known_method(job.method);
  head.name_more = "shadow";
  head.kind = telemetry::SpanKind::client;
  head.start_ns = since_epoch_ns(asked.begin);
  head.end_ns = since_epoch_ns(asked.end);
  telemetry::SpanText span(out, head);
  span.text("http.request.method", head.name);
  span.text("server.address", job.fresh.endpoint.host);
  span.number("server.port", job.fresh.endpoint.port);
  if (asked.why.empty()) span.number("http.response.status_code", asked.status);
  const bool bad = asked.status >= 400;
  if (!asked.why.empty()) span.text("error.type", std::string_view(asked.why).substr(0, asked.why.find(':')));
  else if (bad) span.text("error.type", std::to_string(asked.status));
  span.text("banyan.cutover", config.cutovers[job.cutover].name);
  span.text("banyan.side", "new");
  span.text("banyan.stage", "shadow");
  span.text("banyan.upstream", config.upstreams[job.fresh.upstream].name);
  span.flag("banyan.shadow", true);
  span.end(bad || !asked.why.empty() ? SpanStatus::error : SpanStatus::unset, job.span.compared_id);
}

}  // namespace banyan::proxy
