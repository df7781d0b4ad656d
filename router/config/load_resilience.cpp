// limits, balance, slow_start, breaker, outlier, retries and resolve of an upstream.
#include "router/config/loading.hpp"
#include "router/config/units.hpp"

namespace banyan::config {
namespace {

// A duration with bounds: a breaker that opens for no time is no breaker.
void read_within(Context& context, const Value* value, milliseconds& out, milliseconds least, const std::string& what) {
  milliseconds read_value{0};
  if (!read(context, value, read_value)) return;
  if (read_value < least) context.expected(*value, what);
  else out = read_value;
}

void load_limits(Context& context, const Value* value, const std::string& path, Limits& out) {
  if (!value) return;
  Mapping section(context, *value, path);
  read_count(context, section.find("inflight"), out.bulkhead.inflight, 1, 10'000'000);
  const Value* queue = section.find("queue");
  if (read_count(context, queue, out.bulkhead.queue, 0, 1'000'000) && out.bulkhead.queue != 0 && out.bulkhead.inflight == 0)
    context.error(queue->place, "'" + path + ".queue' waits for nothing: there is no 'inflight'", "add inflight: 200");
  read_within(context, section.find("queue_timeout"), out.queue_timeout, milliseconds(50), "a time of at least 50ms");
  read_share(context, section.find("retry_budget"), out.retries.share);
  read_count(context, section.find("retry_floor"), out.retries.floor, 0, 100'000);
}

void load_hash(Context& context, const Value& value, const std::string& path, BalanceRule& out) {
  Mapping section(context, value, path);
  const Value* key = section.require("hash", "hash: cohort or hash: \"header:NAME\"");
  std::string text;
  if (!read(context, key, text, "cohort or \"header:NAME\"")) return;
  out.kind = resilience::Balance::hash;
  if (text == "cohort") return;
  if (text.starts_with("header:") && text.size() > 7) out.header = text.substr(7);
  else context.expected(*key, "cohort or \"header:NAME\"");
}

void load_balance(Context& context, const Value* value, const std::string& path, BalanceRule& out) {
  if (!value) return;
  if (value->kind == Value::Kind::mapping) return load_hash(context, *value, path, out);
  const std::string what = "round_robin, least_requests or { hash: cohort }";
  std::string text;
  if (!read(context, value, text, what)) return;
  if (text == "least_requests") out.kind = resilience::Balance::least_requests;
  else if (text != "round_robin") context.expected(*value, what);
}

void load_rate(Context& context, const Value* value, const std::string& path, resilience::BreakerRule& out) {
  if (!value) return;
  Mapping section(context, *value, path);
  const Value* share = section.require("failures", "a percentage such as 50%");
  if (read_share(context, share, out.failure_rate) && out.failure_rate <= 0) context.expected(*share, "a percentage above 0%");
  read_count(context, section.find("min_requests"), out.min_requests, 1, 1'000'000);
  read_within(context, section.find("window"), out.window, milliseconds(100), "a window of at least 100ms");
}

void load_breaker(Context& context, const Value* value, const std::string& path, resilience::BreakerRule& out) {
  if (!value) return;
  Mapping section(context, *value, path);
  read_count(context, section.find("consecutive"), out.consecutive, 1, 1'000'000);
  load_rate(context, section.find("rate"), path + ".rate", out);
  read_within(context, section.find("open"), out.open_for, milliseconds(50), "a time of at least 50ms");
  read_count(context, section.find("probes"), out.probes, 1, 100'000);
  if (section.valid() && !section.find("consecutive") && !section.find("rate"))
    context.error(value->place, "'" + path + "' never opens", "add consecutive: 5 or rate: { failures: 50% }");
}

void load_outlier(Context& context, const Value* value, const std::string& path, resilience::OutlierRule& out) {
  if (!value) return;
  Mapping section(context, *value, path);
  read_count(context, section.find("consecutive"), out.consecutive, 0, 1'000'000);
  read(context, section.find("statuses"), out.statuses);
  read_within(context, section.find("base"), out.base, milliseconds(50), "a time of at least 50ms");
  const Value* cap = section.find("cap");
  read_within(context, cap, out.cap, milliseconds(50), "a time of at least 50ms");
  if (out.cap < out.base && (cap || section.find("base")))
    context.error((cap ? cap : section.find("base"))->place, "'" + path + ".cap' is less than its base");
  read_share(context, section.find("most"), out.most_ejected);
}

void load_retries(Context& context, const Value* value, const std::string& path, resilience::RetryRule& out) {
  if (!value) return;
  Mapping section(context, *value, path);
  read_count(context, section.find("most"), out.most, 0, 16);
  read(context, section.find("base"), out.base);
  const Value* cap = section.find("cap");
  read(context, cap, out.cap);
  if (cap && out.cap > milliseconds(60'000)) context.expected(*cap, "a wait of at most 60s");
  const Value* methods = section.find("methods");
  std::string text;
  if (!read(context, methods, text, "safe or idempotent")) return;
  out.safe_only = text == "safe";
  if (text != "safe" && text != "idempotent") context.expected(*methods, "safe or idempotent");
}

}  // namespace

void load_resilience(Context& context, Mapping& upstream, const std::string& path, Upstream& out) {
  load_limits(context, upstream.find("limits"), path + ".limits", out.limits);
  load_balance(context, upstream.find("balance"), path + ".balance", out.balance);
  read(context, upstream.find("slow_start"), out.slow_start);
  load_breaker(context, upstream.find("breaker"), path + ".breaker", out.breaker);
  load_outlier(context, upstream.find("outlier"), path + ".outlier", out.outlier);
  load_retries(context, upstream.find("retries"), path + ".retries", out.retries);
  read_within(context, upstream.find("resolve"), out.resolve, milliseconds(200), "a time of at least 200ms");
}

}  // namespace banyan::config
