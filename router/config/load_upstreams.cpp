#include "router/config/loading.hpp"
#include "router/config/units.hpp"

#include <algorithm>

namespace banyan::config {
namespace {

void load_health(Context& context, const Value* value, const std::string& path, Upstream& out) {
  if (!value) return;
  Mapping section(context, *value, path);
  HealthCheck health;
  const Value* target = section.find("path");
  if (read(context, target, health.path, "a path") && !health.path.starts_with('/'))
    context.expected(*target, "a path that starts with '/'");
  const Value* interval = section.find("interval");
  if (read(context, interval, health.interval) && health.interval < milliseconds(50))
    context.expected(*interval, "an interval of at least 50ms");
  read(context, section.find("timeout"), health.timeout);
  read_count(context, section.find("healthy_after"), health.healthy_after, 1, 1000);
  read_count(context, section.find("unhealthy_after"), health.unhealthy_after, 1, 1000);
  out.health = health;
}

void load_timeouts(Context& context, const Value* value, const std::string& path, UpstreamTimeouts& out) {
  if (!value) return;
  Mapping section(context, *value, path);
  read(context, section.find("connect"), out.connect);
  read(context, section.find("response"), out.response);
  read(context, section.find("idle"), out.idle);
  read(context, section.find("total"), out.total);
}

void load_endpoints(Context& context, Mapping& section, Upstream& out) {
  const Value* value = out.registry ? section.find("endpoints")
                                    : section.require("endpoints", "a list such as [ \"127.0.0.1:8081\" ]");
  if (!value) return;
  if (!out.registry && value->kind == Value::Kind::sequence && value->items.empty())
    context.expected(*value, "at least one endpoint");
  each_item(value, [&](const Value& item) {
    Address address;
    if (!read(context, &item, address, false)) return;
    if (std::find(out.endpoints.begin(), out.endpoints.end(), address) != out.endpoints.end())
      context.error(item.place, "endpoint " + to_string(address) + " is listed twice");
    else
      out.endpoints.push_back(address);
  });
}

void load_upstream(Context& context, const Member& member, Upstream& out) {
  out.name = member.key.text;
  const std::string path = "upstreams." + out.name;
  if (!is_name(out.name) || out.name == "none")
    context.error(member.key.place, "'" + out.name + "' is no name for an upstream",
                  "letters, digits, '-', '_' and '.', and not 'none'");
  Mapping section(context, member.value, path);
  read(context, section.find("registry"), out.registry);
  load_endpoints(context, section, out);
  load_health(context, section.find("health"), path + ".health", out);
  load_resilience(context, section, path, out);
  load_timeouts(context, section.find("timeouts"), path + ".timeouts", out.timeouts);
  out.tls = load_upstream_tls(context, section.find("tls"), path + ".tls");
  read_count(context, section.find("idle_connections"), out.idle_connections, 0, 100'000);
  read(context, section.find("sandbox"), out.sandbox);
}

void read_bound(Context& context, const Value* value, std::optional<double>& out,
                std::optional<double> (*parse)(std::string_view), const std::string& what) {
  if (!value) return;
  out = value->kind == Value::Kind::scalar ? parse(value->text) : std::nullopt;
  if (!out) context.expected(*value, what);
}

void read_confidence(Context& context, const Value* value, double& out) {
  std::optional<double> number;
  read_bound(context, value, number, parse_number, "a number such as 0.99");
  if (number && (*number < 0.5 || *number >= 1)) context.expected(*value, "a confidence from 0.5 to below 1");
  else if (number) out = *number;
}

void load_gate(Context& context, const Member& member, Gate& out) {
  out.name = member.key.text;
  const std::string path = "gates." + out.name;
  if (!is_name(out.name)) context.error(member.key.place, "'" + out.name + "' is no name for a gate");
  Mapping section(context, member.value, path);
  std::uint32_t samples = 0;
  const Value* least = section.require("min_samples", "a number of requests: few samples never promote");
  if (read_count(context, least, samples, 1, 4'000'000'000u)) out.min_samples = samples;
  bool judged = false;
  if (const Value* rate = section.find("diff_rate")) {
    judged = true;
    Mapping inner(context, *rate, path + ".diff_rate");
    read_bound(context, inner.require("max", "a percentage such as 0.1%"), out.diff_rate_max, parse_share,
               "a percentage such as 0.1%");
    read_confidence(context, inner.find("confidence"), out.diff_rate_confidence);
  }
  if (const Value* rate = section.find("error_rate")) {
    judged = true;
    Mapping inner(context, *rate, path + ".error_rate");
    const Value* worse = inner.find("worse_than_baseline");
    const Value* most = inner.find("max");
    read_confidence(context, inner.find("confidence"), out.confidence);
    read_bound(context, worse, out.error_rate_worse_by, parse_points, "percentage points such as 0.2pp");
    read_bound(context, most, out.error_rate_max, parse_share, "a percentage such as 1%");
    if (!worse && !most && inner.valid())
      context.error(rate->place, "'" + path + ".error_rate' bounds nothing",
                    "worse_than_baseline: 0.2pp or max: 1%");
  }
  if (const Value* ratio = section.find("p99")) {
    judged = true;
    Mapping inner(context, *ratio, path + ".p99");
    read_confidence(context, inner.find("confidence"), out.confidence);
    read_bound(context, inner.require("ratio_max", "a number such as 1.2"), out.p99_ratio_max, parse_number,
               "a number such as 1.2");
  }
  if (!judged && section.valid())
    context.error(member.key.place, "gate '" + out.name + "' judges nothing",
                  "add diff_rate, error_rate or p99");
}

template <class T>
void load_named(Context& context, const Value* value, const char* what, std::vector<T>& out,
                void (*load)(Context&, const Member&, T&)) {
  if (value->kind != Value::Kind::mapping) {
    context.expected(*value, std::string("a mapping of ") + what);
    return;
  }
  for (const Member& member : value->members) {
    if (member.key.kind != Value::Kind::scalar) continue;
    const auto same = [&](const T& other) { return other.name == member.key.text; };
    if (std::any_of(out.begin(), out.end(), same)) continue;  // the duplicate key is reported by Mapping
    load(context, member, out.emplace_back());
  }
  Mapping keys(context, *value, what);
  for (const T& item : out) keys.find(item.name);
}

}  // namespace

void load_upstreams(Context& context, const Value* value, std::vector<Upstream>& out) {
  if (!value) return;
  load_named<Upstream>(context, value, "upstreams", out, load_upstream);
  if (out.empty() && value->kind == Value::Kind::mapping) context.expected(*value, "at least one upstream");
}

void load_gates(Context& context, const Value* value, std::vector<Gate>& out) {
  if (value) load_named<Gate>(context, value, "gates", out, load_gate);
}

std::vector<std::string> upstream_names(const std::vector<Upstream>& upstreams) {
  std::vector<std::string> names;
  for (const Upstream& upstream : upstreams) names.push_back(upstream.name);
  return names;
}

}  // namespace banyan::config
