#include "router/config/loading.hpp"
#include "router/config/units.hpp"
#include "router/cutover/record.hpp"

namespace banyan::config {
namespace {

void load_timeouts(Context& context, const Value* value, StaticTimeouts& out) {
  if (!value) return;
  Mapping section(context, *value, "static.timeouts");
  read(context, section.find("handshake"), out.handshake);
  read(context, section.find("header"), out.header);
  read(context, section.find("body"), out.body);
  read(context, section.find("keepalive"), out.keepalive);
  read(context, section.find("tunnel"), out.tunnel);
  read(context, section.find("drain"), out.drain);
}

void load_limits(Context& context, const Value* value, WireLimits& out) {
  if (!value) return;
  Mapping section(context, *value, "static.limits");
  const Value* header = section.find("header");
  if (read_size(context, header, out.header_bytes) &&
      (out.header_bytes < 1024 || out.header_bytes > 1024 * 1024))
    context.expected(*header, "a header limit from 1KiB to 1MiB");
  const Value* target = section.find("target");
  if (read_size(context, target, out.target_bytes) &&
      (out.target_bytes < 256 || out.target_bytes > out.header_bytes))
    context.expected(*target, "a target limit from 256B to the header limit");
  read_size(context, section.find("body"), out.body_bytes);
  read_count(context, section.find("connections"), out.connections, 0, 10'000'000);
  read_count(context, section.find("handshakes"), out.handshakes, 1, 1'000'000);
}

// `state:` is the journal's file, or the address of a fleet; the journal of a fleet's router has a key of its own.
void load_state(Context& context, Mapping& section, StaticSettings& out) {
  std::string text;
  const Value* state = section.find("state");
  const Value* fleet = section.find("fleet");
  if (read(context, state, text, "a file name or etcd://HOST:PORT") && fleet::is_address(text)) {
    std::string why;
    const auto address = fleet::parse_address(text, why);
    if (!address) return context.expected(*state, "the address of etcd", why);
    out.fleet.emplace().address = *address;
  } else if (!text.empty()) {
    out.state = text;
  }
  if (!fleet) return;
  if (!out.fleet) return context.error(fleet->place, "static.fleet is of use only with a shared state", "such as state: \"etcd://10.0.0.5:2379\"");
  Mapping keys(context, *fleet, "static.fleet");
  read(context, keys.find("router"), out.fleet->router, "a name");
  read(context, keys.find("journal"), out.state, "a file name");
  const Value* relist = keys.find("relist");
  if (read(context, relist, out.fleet->relist) && (out.fleet->relist < milliseconds(100) || out.fleet->relist > std::chrono::minutes(5)))
    context.expected(*relist, "a time from 100ms to 5m");
  const Value* timeout = keys.find("timeout");
  if (read(context, timeout, out.fleet->timeout) && (out.fleet->timeout < milliseconds(50) || out.fleet->timeout > std::chrono::seconds(10)))
    context.expected(*timeout, "a time from 50ms to 10s");
}

bool load_key(Context& context, const Value& value, CohortSource& out) {
  using Kind = CohortSource::Kind;
  const std::string what = "header:NAME, cookie:NAME, query:NAME or peer";
  std::string text;
  if (!read(context, &value, text, what)) return false;
  const auto colon = text.find(':');
  const std::string kind = text.substr(0, colon);
  out.name = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (kind == "peer" && out.name.empty() && colon == std::string::npos) {
    out.kind = Kind::peer;
    return true;
  }
  if ((kind != "header" && kind != "cookie" && kind != "query") || out.name.empty()) {
    const std::string near = nearest(kind, {"header", "cookie", "query", "peer"});
    context.expected(value, what, near.empty() || near == kind ? "" : "did you mean '" + near + "'?");
    return false;
  }
  out.kind = kind == "header" ? Kind::header : kind == "cookie" ? Kind::cookie : Kind::query;
  return true;
}

}  // namespace

void load_static(Context& context, const Value* value, StaticSettings& out) {
  if (value) {
    Mapping section(context, *value, "static");
    read(context, section.find("listen"), out.listen, true);
    const Value* tls = section.find("tls");
    out.tls = load_listener_tls(context, tls);
    read(context, section.find("admin"), out.admin, true);
    load_state(context, section, out);
    read(context, section.find("kill_file"), out.kill_file, "a file name");
    read(context, section.find("access_log"), out.access_log, "a file name, stdout or stderr");
    read_count(context, section.find("workers"), out.workers, 1, 1024);
    load_timeouts(context, section.find("timeouts"), out.timeouts);
    load_limits(context, section.find("limits"), out.limits);
    load_tracing(context, section.find("tracing"), out);
    each_item(section.find("trusted_proxies"), [&](const Value& item) {
      std::string text;
      if (!read(context, &item, text, "an address or a CIDR block")) return;
      if (is_network(text))
        out.trusted_proxies.push_back(text);
      else
        context.expected(item, "an address or a CIDR block", "such as 10.0.0.0/8 or ::1");
    });
    if (out.listen == out.admin && out.listen.port != 0)
      context.error(section.value().place, "static.listen and static.admin are the same address");
    if (out.tls && out.tls->listen && out.tls->listen->port != 0 &&
        (*out.tls->listen == out.listen || *out.tls->listen == out.admin))
      context.error(tls->place, "static.tls.listen is the address of another listener",
                    "leave it out for TLS on static.listen itself");
  }
  if (out.kill_file.empty()) out.kill_file = out.state + ".kill";
}

void load_cohort(Context& context, const Value* value, Cohort& out) {
  if (!value) return;
  Mapping section(context, *value, "cohort");
  each_item(section.require("key", "a list such as [ \"header:X-Account-Id\", \"cookie:sid\" ]"),
            [&](const Value& item) {
              CohortSource source;
              if (load_key(context, item, source)) out.keys.push_back(std::move(source));
            });
  std::string missing;
  const Value* missing_value = section.find("missing");
  if (read(context, missing_value, missing, "legacy") && missing != "legacy")
    context.expected(*missing_value, "legacy", "a caller without a key always stays on the legacy side");
  if (const Value* salt = section.require("salt", "a text that never changes while a cutover is under way"))
    resolve_secret(context, *salt, out.salt);
  out.salt_key = cutover::salt_key(out.salt);
  std::string identity = out.salt + '\n';
  for (const CohortSource& source : out.keys)
    identity += std::to_string(static_cast<int>(source.kind)) + ":" + source.name + '\n';
  out.fingerprint = cutover::sha256_hex(identity).substr(0, 16);
}

}  // namespace banyan::config
