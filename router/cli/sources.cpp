#include "router/cli/sources.hpp"

#include "router/cli/cli.hpp"
#include "router/upstreams/resolver.hpp"

#include <boost/json.hpp>

#include <unistd.h>

namespace banyan::cli {
namespace {

namespace json = boost::json;

json::object numbers_of(const proxy::ShadowStats& stats) {
  return {{"equal", stats.equal},
          {"different", stats.different},
          {"dropped", stats.dropped},
          {"failed", stats.failed}};
}

json::object shadow_json(const proxy::ShadowStats& stats) {
  json::object out = numbers_of(stats);
  if (!stats.last_failure.empty()) out["last_failure"] = stats.last_failure;
  if (const auto* sample = stats.last_difference.get())
    out["last_difference"] = {{"request", sample->method + " " + sample->target},
                              {"summary", sample->summary}};
  return out;
}

std::string upstreams_text(const proxy::Server& proxy) {
  json::array out;
  for (const auto& status : proxy.upstream_status())
    out.push_back(json::object{{"upstream", status.upstream},
                               {"endpoint", status.endpoint},
                               {"healthy", status.healthy},
                               {"set_aside", status.set_aside},
                               {"resolved", status.resolved},
                               {"ejections", status.ejections},
                               {"lease_ms", status.lease_ms < 0 ? json::value(nullptr) : json::value(status.lease_ms)}});
  return json::serialize(out);
}

std::string resilience_text(const Parts& parts) {
  json::array out;
  for (const auto& one : parts.proxy.directory().upstreams(*parts.control.live().snapshot()->config))
    out.push_back(json::object{{"upstream", one.upstream},
                               {"breaker", one.has_breaker ? json::value(resilience::to_string(one.breaker)) : json::value(nullptr)},
                               {"breaker_opened", one.breaker_opened},
                               {"active", one.active},
                               {"waiting", one.waiting},
                               {"shed", one.shed},
                               {"retries", one.retries},
                               {"budget_exhausted", one.budget_exhausted}});
  return json::serialize(out);
}

std::string shadow_text(const proxy::Server& proxy) {
  json::object out;
  for (const auto& [cutover, stats] : proxy.shadow_stats()) out[cutover] = shadow_json(stats);
  return json::serialize(out);
}

tls::UnixTime now() {
  return std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::string tls_text(const tls::Store& store) {
  json::array certificates, troubles;
  for (const auto& one : store.certificates(now()))
    certificates.push_back(json::object{{"used_for", one.used_for},
                                        {"file", one.file},
                                        {"subject", one.subject},
                                        {"names", json::value_from(one.names)},
                                        {"not_after", tls::format_date(one.not_after)},
                                        {"ends_soon", one.ends_soon},
                                        {"problem", one.problem}});
  for (const auto& one : store.troubles())
    troubles.push_back(json::object{
        {"upstream", one.upstream}, {"endpoint", one.endpoint}, {"reason", one.word}, {"text", one.text}});
  return json::serialize(json::object{{"certificates", std::move(certificates)}, {"troubles", std::move(troubles)}});
}

// Ready means: able to answer. The default upstream must have an endpoint that is not down.
std::string why_not_ready(const Parts& parts) {
  if (parts.draining.load()) return "draining";
  if (const auto fleet = parts.control.fleet_status(); fleet && !fleet->stages_known)
    return "the stages of the fleet are not known yet: " + fleet->report.trouble;
  const auto snapshot = parts.control.live().snapshot();
  const std::string& fallback = snapshot->config->upstreams[snapshot->config->default_upstream].name;
  for (const auto& status : parts.proxy.upstream_status())
    if (status.upstream == fallback && status.healthy) return {};
  return "no healthy endpoint of '" + fallback + "'";
}

}  // namespace

std::string shadow_numbers(const proxy::Server& proxy, const std::string& cutover) {
  const auto all = proxy.shadow_stats();
  const auto found = all.find(cutover);
  return found == all.end() ? "null" : json::serialize(json::object{{"shadow", numbers_of(found->second)}});
}

admin::GateSources gate_sources(telemetry::Metrics& metrics, proxy::Server& proxy) {
  admin::GateSources out;
  out.bucket_end_us = telemetry::fine_bucket_end_us;
  out.numbers = [&metrics] {
    using telemetry::AnswerClass;
    std::map<std::string, cutover::Numbers> all;
    for (const auto& sum : metrics.sums()) {
      cutover::Numbers& numbers = all[sum.cutover];
      cutover::SideNumbers& side = sum.side == "new" ? numbers.fresh : numbers.legacy;
      const auto count = [&sum](AnswerClass answer) {
        return static_cast<std::uint64_t>(sum.answers[static_cast<std::size_t>(answer)]);
      };
      side.unreachable = static_cast<std::uint64_t>(sum.unreachable);
      side.upstream_errors = count(AnswerClass::s5xx) + count(AnswerClass::truncated);
      side.requests = count(AnswerClass::s1xx) + count(AnswerClass::s2xx) + count(AnswerClass::s3xx) +
                      count(AnswerClass::s4xx) + side.errors();
      side.latency = sum.fine;
    }
    for (const auto& [name, sums] : metrics.shadow_sums()) {
      all[name].equal = static_cast<std::uint64_t>(sums[0]);
      all[name].different = static_cast<std::uint64_t>(sums[1]);
    }
    return all;
  };
  out.arm = [&proxy](const std::string& cutover, std::optional<double> allowed, bool afresh) {
    const auto guard = proxy.tripwires().guard(cutover);
    if (allowed) guard->arm(*allowed, afresh);
    else guard->disarm();
  };
  return out;
}

std::string gate_metrics(admin::Control& control, admin::Gatekeeper& gates) {
  std::string verdicts =
      "# HELP banyan_router_gate_verdict Gates of the step that a cutover is in: 1 passed, 0 not certain yet, -1 the new side is worse.\n"
      "# TYPE banyan_router_gate_verdict gauge\n";
  std::string ready =
      "# HELP banyan_router_cutover_ready Whether the next step of a cutover that is under way may be taken.\n"
      "# TYPE banyan_router_cutover_ready gauge\n";
  const auto snapshot = control.live().snapshot();
  const auto views = gates.look_at_all();
  for (std::size_t i = 0; i < snapshot->config->cutovers.size(); ++i) {
    const auto& name = snapshot->config->cutovers[i].name;
    const auto found = views.find(name);
    if (!snapshot->stages->states[i].past_legacy() || found == views.end()) continue;
    const auto& view = found->second;
    ready += "banyan_router_cutover_ready{cutover=\"" + name + "\"} " + (view.readiness.ready ? "1\n" : "0\n");
    for (const auto& result : view.results) {
      const bool passed = result.verdict == cutover::Verdict::pass, failed = result.verdict == cutover::Verdict::fail;
      verdicts += "banyan_router_gate_verdict{cutover=\"" + name + "\",gate=\"" + result.gate + "\"} " + (passed ? "1\n" : failed ? "-1\n" : "0\n");
    }
  }
  return verdicts + ready;
}

admin::Sources sources_of(const Parts& parts) {
  admin::Sources sources;
  sources.metrics = [parts] {
    const auto config = parts.control.live().snapshot()->config;
    return parts.metrics.prometheus() + parts.tls.prometheus(now()) + parts.proxy.directory().prometheus(*config, upstreams::steady_ms()) +
           (parts.spans ? parts.spans->prometheus("banyan_router") : std::string()) +
           "# HELP banyan_router_access_log_dropped_lines_total Lines of the access log that were lost.\n"
           "# TYPE banyan_router_access_log_dropped_lines_total counter\nbanyan_router_access_log_dropped_lines_total " +
           std::to_string(parts.access_log ? parts.access_log->dropped_lines() : 0) + '\n';
  };
  sources.resilience = [parts] { return resilience_text(parts); };
  sources.warnings = [parts] {
    const auto config = parts.control.live().snapshot()->config;
    auto all = parts.proxy.directory().warnings(*config, upstreams::steady_ms());
    for (auto& problem : parts.tls.problems(now())) all.push_back(std::move(problem));
    if (parts.access_log)
      if (auto problem = parts.access_log->problem(); !problem.empty()) all.push_back(std::move(problem));
    if (parts.spans)
      if (auto problem = parts.spans->problem(); !problem.empty()) all.push_back(std::move(problem));
    return all;
  };
  sources.announce = [parts](const admin::Announcement& a) {
    return parts.proxy.directory().announce(a.upstream, a.address, a.ttl.count(), upstreams::steady_ms());
  };
  sources.withdraw = [parts](const admin::Announcement& a) {
    return parts.proxy.directory().withdraw(a.upstream, a.address);
  };
  sources.tls = [parts] { return tls_text(parts.tls); };
  sources.not_ready = [parts] { return why_not_ready(parts); };
  sources.upstreams = [parts] { return upstreams_text(parts.proxy); };
  sources.shadow = [parts] { return shadow_text(parts.proxy); };
  sources.diff = [parts](const std::string& cutover) { return parts.proxy.shadow_report(cutover); };
  sources.process = [parts] {
    return json::serialize(json::object{{"version", version},
                                        {"pid", ::getpid()},
                                        {"events", proxy::Server::event_backend()},
                                        {"listen", to_string(parts.listen)},
                                        {"admin", to_string(parts.admin)}});
  };
  return sources;
}

}  // namespace banyan::cli
