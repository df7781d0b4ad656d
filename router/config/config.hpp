// The router's configuration after loading: checked, resolved to indices, ready for the hot path.
//
// Immutable: built by load(), shared as shared_ptr<const Config>, replaced whole on reload. Any thread may
// read it. It is the plan only; the stage each cutover is in lives in the journal
// (router/cutover/journal.hpp).
#pragma once

#include "router/aggregate/aggregation.hpp"
#include "router/cutover/cohort.hpp"
#include "router/cutover/progress.hpp"
#include "router/cutover/stages.hpp"
#include "router/fleet/address.hpp"
#include "router/matching/rule_table.hpp"
#include "router/resilience/balance.hpp"
#include "router/resilience/breaker.hpp"
#include "router/resilience/bulkhead.hpp"
#include "router/resilience/outlier.hpp"
#include "router/resilience/retry.hpp"
#include "router/telemetry/collector.hpp"
#include "router/translate/translation.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace banyan::config {

using std::chrono::milliseconds;

struct Address {
  std::string host;  // name, IPv4, or IPv6 without brackets
  std::uint16_t port = 0;
  bool operator==(const Address&) const = default;
};
std::string to_string(const Address& address);

// A file that the configuration names, with the place of the name: what is wrong in the file is said there.
struct FileName {
  std::string path;
  std::uint32_t line = 0, column = 0, length = 1;
  std::string source_line;
  bool operator==(const FileName& other) const { return path == other.path; }
};

enum class TlsVersion : std::uint8_t { v1_2, v1_3 };

struct CertificateFiles {
  FileName chain;  // PEM: the certificate first, then its issuers
  FileName key;    // PEM, without a passphrase
  bool operator==(const CertificateFiles&) const = default;
};

// Towards clients. Whether there is TLS, and where it listens, needs a restart; the rest follows a reload.
struct ListenerTls {
  std::optional<Address> listen;               // none: static.listen itself speaks TLS
  std::vector<CertificateFiles> certificates;  // chosen by SNI; the first one is for everybody else
  enum class Clients : std::uint8_t { anybody, optional, required } clients = Clients::anybody;
  FileName client_ca;
  TlsVersion least = TlsVersion::v1_2;
};

struct UpstreamTls {
  bool verify = true;
  std::optional<FileName> ca;  // none: the system's
  std::string server_name;     // empty: the endpoint's host
  std::optional<CertificateFiles> certificate;
  TlsVersion least = TlsVersion::v1_2;
};

struct HealthCheck {
  std::string path = "/readyz";
  milliseconds interval{1000};
  milliseconds timeout{1000};
  std::uint32_t healthy_after = 1;    // answers in a row
  std::uint32_t unhealthy_after = 3;  // failures in a row
};

// Per upstream, over all workers.
struct Limits {
  resilience::BulkheadRule bulkhead;
  milliseconds queue_timeout{1000};
  resilience::BudgetRule retries;
};

struct BalanceRule {
  resilience::Balance kind = resilience::Balance::round_robin;
  std::string header;  // for hash; empty: the cohort key
};

struct UpstreamTimeouts {
  milliseconds connect{2000};
  milliseconds response{30'000};  // last request byte -> response head
  milliseconds idle{60'000};      // between two pieces of a body
  milliseconds total{0};          // 0: none
};

struct Upstream {
  std::string name;
  std::vector<Address> endpoints;
  std::optional<HealthCheck> health;
  Limits limits;
  UpstreamTimeouts timeouts;
  BalanceRule balance;
  milliseconds slow_start{0};
  resilience::BreakerRule breaker;
  resilience::OutlierRule outlier;
  resilience::RetryRule retries;
  milliseconds resolve{30'000};  // how often names are looked up again
  bool registry = false;         // endpoints may announce themselves
  std::optional<UpstreamTls> tls;
  std::uint32_t idle_connections = 64;  // kept per worker thread and endpoint
  bool sandbox = false;  // writes there have no effect outside: may be shadowed with unsafe methods
};

struct StaticTimeouts {
  milliseconds handshake{5'000};  // TLS, from the first byte to the last
  milliseconds header{10'000};
  milliseconds body{30'000};
  milliseconds keepalive{60'000};
  milliseconds tunnel{3'600'000};
  milliseconds drain{10'000};
};

struct WireLimits {
  std::uint64_t header_bytes = 64 * 1024;
  std::uint64_t target_bytes = 16 * 1024;
  std::uint64_t body_bytes = 0;   // 0: no limit
  std::uint32_t connections = 0;  // 0: no limit
  std::uint32_t handshakes = 512;  // TLS handshakes under way, per worker thread
};

// Spans for a collector that speaks OTLP over HTTP.
struct OtlpSettings {
  telemetry::Collector collector;
  double ratio = 1;  // of the traces that begin here; one that a caller has begun is recorded as its flag says
  std::uint32_t queue = 8192;
  milliseconds interval{1000};
  milliseconds timeout{10'000};
  std::vector<std::pair<std::string, std::string>> headers;
  std::string service = "banyan-router";
  bool operator==(const OtlpSettings&) const = default;
};

// Needs a restart; a reload that changes any of it is refused.
struct StaticSettings {
  Address listen{"127.0.0.1", 8080};
  std::optional<ListenerTls> tls;
  Address admin{"127.0.0.1", 9901};
  std::string state = "./banyan-state.db";  // the journal, of a fleet's router too
  std::optional<fleet::Settings> fleet;      // state: etcd://...
  std::string kill_file;      // its existence rolls everything back; default: state + ".kill"
  std::string access_log;     // file, "stdout", "stderr"; empty: off
  std::uint32_t workers = 0;  // 0: one per core
  StaticTimeouts timeouts;
  WireLimits limits;
  std::optional<OtlpSettings> otlp;
  std::vector<std::string> baggage;  // keys whose values go into spans and the access log
  std::vector<std::string> trusted_proxies;  // addresses or CIDR blocks whose X-Forwarded-* is believed
};

struct CohortSource {
  enum class Kind : std::uint8_t { header, cookie, query, peer } kind = Kind::header;
  std::string name;
  bool operator==(const CohortSource&) const = default;
};

struct Cohort {
  std::vector<CohortSource>
      keys;  // the first that is present and not empty; none: the caller stays on legacy
  std::string salt;
  cutover::SaltKey salt_key{};
  std::string fingerprint;  // of salt and keys: while a cutover moves callers by bucket it must not change
};

using Gate = cutover::Gate;

struct CompareRules {
  std::vector<std::string> ignore;
  std::vector<std::string> unordered;
  std::map<std::string, double> tolerance;
  std::vector<std::string> ignore_headers;
  std::vector<std::string> redact;  // JSON paths, header:NAME, query:NAME
  double noise = 0.05;              // share of copies for which legacy is asked twice
};

struct Cutover {
  std::string name;
  std::string lockstep;     // the group it moves with; empty: it moves alone
  std::string hash_prefix;  // name (of the group, if any) + '\0', what the cohort hash starts with
  std::uint32_t from = 0;   // index into Config::upstreams
  std::uint32_t to = 0;
  CompareRules compare;
  cutover::Plan plan;
  std::vector<cutover::After> after;
  std::shared_ptr<const translate::Translation> translate;  // null: the service speaks as legacy does
  std::string definition;   // stands for all that the file says of it: another definition, another value
  std::string deprecation;  // complete header lines for its answers; empty: not deprecated
  std::uint32_t line = 0, column = 0;  // where it stands in the file
};

struct Expectation {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<std::string> at_cutover;  // with at_stage: judged with this cutover in that stage
  cutover::State at_state;
  std::optional<std::string> goes_to;
  std::optional<std::string> cutover;      // "none" for no cutover
  std::optional<std::string> aggregation;  // the same
  std::optional<bool> shadowed;
  std::optional<std::uint32_t> retries;
  std::uint32_t line = 0, column = 0;
  std::string source_line;
};

struct Config {
  StaticSettings fixed;
  Cohort cohort;
  std::vector<Upstream> upstreams;
  std::uint32_t default_upstream = 0;
  std::vector<Gate> gates;
  std::vector<Cutover> cutovers;
  matching::RuleTable rules;
  std::vector<std::shared_ptr<const aggregate::Aggregation>> aggregations;
  matching::RuleTable aggregation_rules;  // Rule::cutover is an index into aggregations
  std::vector<Expectation> expectations;
  std::string source;  // file name as given
  std::string hash;    // SHA-256 of the file's bytes, hex

  std::map<std::string, std::uint32_t, std::less<>> cutover_index;  // by name

  const aggregate::Aggregation* aggregation_of(std::uint32_t rule) const {
    return aggregations[aggregation_rules.rules()[rule].cutover].get();
  }
  std::optional<std::uint32_t> find_cutover(std::string_view name) const;
  std::optional<std::uint32_t> find_upstream(std::string_view name) const;
  // The cutovers that move with it, itself first; just itself for one that moves alone or is not known.
  std::vector<std::string> in_lockstep_with(const std::string& name) const;
  // Under which its callers have their buckets: cohort and lockstep group.
  std::string fingerprint_of(std::string_view name) const;
};

}  // namespace banyan::config
