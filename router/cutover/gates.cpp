#include "router/cutover/gates.hpp"

#include "router/cutover/sequential.hpp"

#include <algorithm>
#include <cstdio>

namespace banyan::cutover {
namespace {

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g %%", share * 100);
  return text;
}
std::string range(const Bounds& bounds) { return percent(bounds.low) + " to " + percent(bounds.high); }
std::string ms(std::uint64_t us) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g ms", static_cast<double>(us) / 1000);
  return text;
}

// Not enough of anything is never a pass, and never a reason to roll back.
bool too_few(Condition& out, std::uint64_t have, std::uint64_t need, const std::string& of) {
  need = std::max<std::uint64_t>(need, 1);
  if (have >= need) return false;
  out.have = have;
  out.need = need;
  out.words = std::to_string(have) + " of " + std::to_string(need) + " " + of + " so far";
  return true;
}

Verdict below(const Bounds& bounds, double most) {
  if (bounds.high <= most) return Verdict::pass;
  return bounds.low > most ? Verdict::fail : Verdict::insufficient;
}

Condition diff_rate(const Gate& gate, const Numbers& n) {
  Condition out{"diff_rate", Verdict::insufficient, ""};
  const std::uint64_t all = n.equal + n.different;
  if (too_few(out, all, gate.min_samples, "comparisons")) return out;
  const double most = *gate.diff_rate_max;
  const Bounds bounds = share_bounds(n.different, all, 1 - gate.diff_rate_confidence, most);
  out.verdict = below(bounds, most);
  out.words = std::to_string(n.different) + " of " + std::to_string(all) + " differ, rate " + range(bounds) +
              ", allowed " + percent(most);
  return out;
}

Condition error_max(const Gate& gate, const Numbers& n) {
  Condition out{"error_rate.max", Verdict::insufficient, ""};
  if (too_few(out, n.fresh.requests, gate.min_samples, "requests on the new side")) return out;
  const Bounds bounds = share_bounds(n.fresh.errors(), n.fresh.requests, 1 - gate.confidence, *gate.error_rate_max);
  out.verdict = below(bounds, *gate.error_rate_max);
  out.words = "errors of the new side " + range(bounds) + ", allowed " + percent(*gate.error_rate_max);
  return out;
}

Condition error_worse(const Gate& gate, const Numbers& n) {
  Condition out{"error_rate.worse_than_baseline", Verdict::insufficient, ""};
  if (too_few(out, n.fresh.requests, gate.min_samples, "requests on the new side")) return out;
  if (too_few(out, n.legacy.requests, gate.min_samples, "requests on legacy at the same time")) return out;
  const double alpha = (1 - gate.confidence) / 2, worse = *gate.error_rate_worse_by;
  const Bounds fresh = share_bounds(n.fresh.errors(), n.fresh.requests, alpha, std::max(worse, 1e-4));
  const Bounds legacy = share_bounds(n.legacy.errors(), n.legacy.requests, alpha, std::max(worse, 1e-4));
  if (fresh.high - legacy.low <= worse) out.verdict = Verdict::pass;
  if (fresh.low - legacy.high > worse) out.verdict = Verdict::fail;
  out.words = "errors of the new side " + range(fresh) + " (" + std::to_string(n.fresh.upstream_errors) +
              " its own, " + std::to_string(n.fresh.unreachable) + " unreachable, of " +
              std::to_string(n.fresh.requests) + "), legacy " + range(legacy) + ", allowed " + percent(worse) + " more";
  return out;
}

Condition p99(const Gate& gate, const Numbers& n, std::uint64_t (*end_us)(std::size_t)) {
  Condition out{"p99", Verdict::insufficient, ""};
  if (too_few(out, n.fresh.requests, gate.min_samples, "requests on the new side")) return out;
  if (too_few(out, n.legacy.requests, gate.min_samples, "requests on legacy at the same time")) return out;
  const double alpha = (1 - gate.confidence) / 2, ratio = *gate.p99_ratio_max;
  const auto fresh = quantile_bounds(n.fresh.latency, 0.99, alpha);
  const auto legacy = quantile_bounds(n.legacy.latency, 0.99, alpha);
  const auto start = [&](std::size_t bucket) { return bucket == 0 ? std::uint64_t{0} : end_us(bucket - 1); };
  const auto times = [ratio](std::uint64_t us) { return ratio * static_cast<double>(us); };
  // The ends of the buckets stand for the values in them, each to its disadvantage.
  if (fresh.known && static_cast<double>(end_us(fresh.high)) <= times(start(legacy.low))) out.verdict = Verdict::pass;
  if (legacy.known && static_cast<double>(start(fresh.low)) > times(end_us(legacy.high))) out.verdict = Verdict::fail;
  const auto words = [&](const QuantileBounds& q) {
    return ms(start(q.low)) + " to " + (q.known ? ms(end_us(q.high)) : std::string("any"));
  };
  char allowed[32];
  std::snprintf(allowed, sizeof allowed, "%.3g", ratio);
  out.words = "p99 of the new side " + words(fresh) + ", legacy " + words(legacy) + ", allowed " + allowed + " times";
  return out;
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::fail:
      return "fail";
    case Verdict::insufficient:
      return "insufficient";
  }
  return "?";
}

SideNumbers since(const SideNumbers& now, const SideNumbers& then) {
  SideNumbers out;
  const auto minus = [](std::uint64_t a, std::uint64_t b) { return a > b ? a - b : 0; };
  out.requests = minus(now.requests, then.requests);
  out.upstream_errors = minus(now.upstream_errors, then.upstream_errors);
  out.unreachable = minus(now.unreachable, then.unreachable);
  out.latency = now.latency;
  for (std::size_t i = 0; i < std::min(out.latency.size(), then.latency.size()); ++i)
    out.latency[i] = minus(out.latency[i], then.latency[i]);
  return out;
}

SideNumbers plus(const SideNumbers& one, const SideNumbers& other) {
  SideNumbers out{one.requests + other.requests, one.upstream_errors + other.upstream_errors, one.unreachable + other.unreachable,
                  one.latency};
  out.latency.resize(std::max(one.latency.size(), other.latency.size()));
  for (std::size_t i = 0; i < other.latency.size(); ++i) out.latency[i] += other.latency[i];
  return out;
}

Numbers since(const Numbers& now, const Numbers& then) {
  return {since(now.fresh, then.fresh), since(now.legacy, then.legacy), now.equal - std::min(now.equal, then.equal),
          now.different - std::min(now.different, then.different)};
}

Numbers plus(const Numbers& one, const Numbers& other) {
  return {plus(one.fresh, other.fresh), plus(one.legacy, other.legacy), one.equal + other.equal, one.different + other.different};
}

GateResult judge(const Gate& gate, const Numbers& numbers, std::uint64_t (*bucket_end_us)(std::size_t)) {
  GateResult out{gate.name, Verdict::pass, {}};
  if (gate.diff_rate_max) out.conditions.push_back(diff_rate(gate, numbers));
  if (gate.error_rate_max) out.conditions.push_back(error_max(gate, numbers));
  if (gate.error_rate_worse_by) out.conditions.push_back(error_worse(gate, numbers));
  if (gate.p99_ratio_max) out.conditions.push_back(p99(gate, numbers, bucket_end_us));
  for (const Condition& condition : out.conditions) {
    if (condition.verdict == Verdict::fail) out.verdict = Verdict::fail;
    if (condition.verdict == Verdict::insufficient && out.verdict == Verdict::pass) out.verdict = Verdict::insufficient;
  }
  return out;
}

double allowed_error_rate(const Gate& gate, const SideNumbers& legacy) {
  constexpr double least = 0.01, unknown_baseline = 0.05;
  if (!gate.error_rate_worse_by) return std::max(least, gate.error_rate_max.value_or(1));
  if (legacy.requests < 50) return unknown_baseline;
  const Bounds baseline = share_bounds(legacy.errors(), legacy.requests, 0.01, 0.01);
  return std::clamp(baseline.high + *gate.error_rate_worse_by, least, 0.9);
}

}  // namespace banyan::cutover
