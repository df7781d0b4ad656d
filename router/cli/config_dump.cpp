// `config dump`: every value in effect, and where it comes from; `config schema`: what a configuration may hold.
#include "router/cli/cli.hpp"
#include "router/cli/load.hpp"
#include "router/cli/schema.hpp"
#include "router/config/yaml_tree.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>

namespace banyan::cli {
namespace {

namespace json = boost::json;
using config::Value;

struct Effective {
  std::string key, value;
  std::uint32_t line = 0;  // 0: a default
};

// Leaves of the file: "static.timeouts.drain", "cutovers[0].plan[1].percent".
void leaves(const Value& value, const std::string& path, std::vector<Effective>& out) {
  if (value.kind == Value::Kind::scalar || value.kind == Value::Kind::null) {
    out.push_back({path, value.text, value.place.line});
    return;
  }
  for (std::size_t i = 0; i < value.items.size(); ++i) leaves(value.items[i], path + "[" + std::to_string(i) + "]", out);
  for (const config::Member& member : value.members)
    leaves(member.value, (path.empty() ? "" : path + ".") + member.key.text, out);
}

std::string ms(config::milliseconds time) { return std::to_string(time.count()) + "ms"; }
std::string bytes(std::uint64_t size) { return size == 0 ? "none" : std::to_string(size) + "B"; }
std::string none_or(std::uint64_t count) { return count == 0 ? "none" : std::to_string(count); }

std::vector<Effective> static_defaults(const config::StaticSettings& s) {
  const auto& t = s.timeouts;
  const auto& l = s.limits;
  std::vector<Effective> out{
          {"static.listen", to_string(s.listen)},
          {"static.admin", to_string(s.admin)},
          {"static.state", s.fleet ? to_string(s.fleet->address) : s.state},
          {"static.kill_file", s.kill_file},
          {"static.access_log", s.access_log.empty() ? "none" : s.access_log},
          {"static.trusted_proxies", "none"},
          {"static.workers", s.workers == 0 ? "one a core" : std::to_string(s.workers)},
          {"static.timeouts.handshake", ms(t.handshake)},
          {"static.timeouts.header", ms(t.header)},
          {"static.timeouts.body", ms(t.body)},
          {"static.timeouts.keepalive", ms(t.keepalive)},
          {"static.timeouts.tunnel", ms(t.tunnel)},
          {"static.timeouts.drain", ms(t.drain)},
          {"static.limits.header", bytes(l.header_bytes)},
          {"static.limits.target", bytes(l.target_bytes)},
          {"static.limits.body", bytes(l.body_bytes)},
          {"static.limits.connections", none_or(l.connections)},
          {"static.limits.handshakes", std::to_string(l.handshakes)}};
  if (!s.fleet) return out;
  out.push_back({"static.fleet.router", s.fleet->router.empty() ? "host name and listen address" : s.fleet->router});
  out.push_back({"static.fleet.journal", s.state});
  out.push_back({"static.fleet.relist", ms(s.fleet->relist)});
  out.push_back({"static.fleet.timeout", ms(s.fleet->timeout)});
  return out;
}

std::string percent_of(double share) {
  std::ostringstream text;
  text << share * 100 << "%";
  return text.str();
}

void add_resilience(const config::Upstream& upstream, const std::string& at, std::vector<Effective>& out) {
  const auto& limits = upstream.limits;
  const auto& retries = upstream.retries;
  const auto& outlier = upstream.outlier;
  const auto add = [&](const char* key, std::string value) { out.push_back({at + key, std::move(value), 0}); };
  add("limits.inflight", none_or(limits.bulkhead.inflight));
  add("limits.queue", std::to_string(limits.bulkhead.queue));
  add("limits.queue_timeout", ms(limits.queue_timeout));
  add("limits.retry_budget", percent_of(limits.retries.share));
  add("limits.retry_floor", std::to_string(limits.retries.floor));
  add("retries.most", std::to_string(retries.most));
  add("retries.base", ms(retries.base));
  add("retries.cap", ms(retries.cap));
  add("outlier.consecutive", none_or(outlier.consecutive));
  add("outlier.statuses", outlier.statuses ? "true" : "false");
  add("outlier.base", ms(outlier.base));
  add("outlier.cap", ms(outlier.cap));
  add("balance", std::string(to_string(upstream.balance.kind)));
  if (upstream.breaker.consecutive == 0 && upstream.breaker.failure_rate <= 0) add("breaker", "none");
}

std::vector<Effective> upstream_defaults(const config::Upstream& upstream) {
  const std::string at = "upstreams." + upstream.name + ".";
  const auto& t = upstream.timeouts;
  std::vector<Effective> out{{at + "timeouts.connect", ms(t.connect)},
                             {at + "timeouts.response", ms(t.response)},
                             {at + "timeouts.idle", ms(t.idle)},
                             {at + "timeouts.total", t.total.count() == 0 ? "none" : ms(t.total)},
                             {at + "slow_start", upstream.slow_start.count() == 0 ? "none" : ms(upstream.slow_start)},
                             {at + "resolve", ms(upstream.resolve)},
                             {at + "registry", upstream.registry ? "true" : "false"},
                             {at + "sandbox", upstream.sandbox ? "true" : "false"}};
  add_resilience(upstream, at, out);
  if (upstream.health) {
    const auto& h = *upstream.health;
    for (Effective& each : std::vector<Effective>{{at + "health.path", h.path},
                                                  {at + "health.interval", ms(h.interval)},
                                                  {at + "health.timeout", ms(h.timeout)},
                                                  {at + "health.healthy_after", std::to_string(h.healthy_after)},
                                                  {at + "health.unhealthy_after", std::to_string(h.unhealthy_after)}})
      out.push_back(std::move(each));
  }
  return out;
}

std::vector<Effective> defaults(const config::Config& config) {
  std::vector<Effective> out = static_defaults(config.fixed);
  for (const config::Upstream& upstream : config.upstreams)
    for (Effective& each : upstream_defaults(upstream)) out.push_back(std::move(each));
  out.push_back({"default", config.upstreams[config.default_upstream].name});
  for (std::size_t i = 0; i < config.cutovers.size(); ++i) {
    const config::Cutover& cutover = config.cutovers[i];
    const std::string at = "cutovers[" + std::to_string(i) + "].";
    out.push_back({at + "from", config.upstreams[cutover.from].name});
    out.push_back({at + "compare.noise", percent_of(cutover.compare.noise)});
    std::string plan;
    for (const cutover::PlanStep& step : cutover.plan) {
      cutover::State state;
      state.stage = step.stage;
      state.weight = step.weight;
      plan += (plan.empty() ? "" : ", ") + describe(state);
    }
    out.push_back({at + "plan", plan});
  }
  return out;
}

// What the file says, and the defaults of what it does not say; files as they are found, not as they are written.
std::vector<Effective> effective(const config::Config& config, const Value& root) {
  std::vector<Effective> out;
  leaves(root, "", out);
  for (Effective& each : defaults(config)) {
    const auto given = [&each](const Effective& other) {
      return other.key == each.key || other.key.starts_with(each.key + "[") || other.key.starts_with(each.key + ".");
    };
    const auto found = std::find_if(out.begin(), out.end(), given);
    if (found == out.end()) out.push_back(std::move(each));
    else if (each.key == "static.state" || each.key == "static.kill_file" || each.key == "static.access_log") found->value = each.value;
  }
  const auto section = [](const Effective& each) {
    static const std::vector<std::string> order = {"version", "static", "cohort", "upstreams", "default", "gates", "cutovers", "aggregations", "expect"};
    const std::string first = each.key.substr(0, each.key.find_first_of(".["));
    return std::find(order.begin(), order.end(), first) - order.begin();
  };
  std::stable_sort(out.begin(), out.end(), [&](const Effective& a, const Effective& b) { return section(a) < section(b); });
  return out;
}

void print(const std::vector<Effective>& all, const Options& options) {
  std::size_t width = 0;
  for (const Effective& each : all) width = std::max(width, each.key.size() + each.value.size() + 2);
  for (const Effective& each : all) {
    const std::string text = each.key + ": " + each.value;
    std::cout << text;
    if (options.origin)
      std::cout << std::string(std::min<std::size_t>(width, 70) > text.size() ? std::min<std::size_t>(width, 70) - text.size() : 1, ' ')
                << "  # " << (each.line == 0 ? "default" : options.config + ":" + std::to_string(each.line));
    std::cout << "\n";
  }
}

}  // namespace

int config_dump(const Options& options) {
  const config::LoadResult loaded = load_with_files(options.config);
  if (!loaded.config) return std::cerr << config::format(loaded.diagnostics), Exit::unusable;
  std::ifstream stream(options.config, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  const auto all = effective(*loaded.config, config::parse_yaml(text.str()).root);
  if (options.format != "json") return print(all, options), Exit::done;
  json::array out;
  for (const Effective& each : all) {
    json::object row{{"key", each.key}, {"value", each.value}};
    if (options.origin) row["origin"] = each.line == 0 ? "default" : options.config + ":" + std::to_string(each.line);
    out.push_back(std::move(row));
  }
  std::cout << json::serialize(out) << "\n";
  return Exit::done;
}

int config_schema(const Options&) {
  std::cout << config_schema_text;
  return Exit::done;
}

}  // namespace banyan::cli
