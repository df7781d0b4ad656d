// The real data plane in this process, between a raw client and recording upstreams.
#pragma once
#include "router/config/load.hpp"
#include "router/proxy/server.hpp"
#include "tests/conformance/foreign_proxy.hpp"
#include "router/upstreams/resolver.hpp"
#include "tests/conformance/recording_upstream.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

namespace banyan::conformance {

struct Settings {
  std::string timeouts = "header: 5s, body: 5s, keepalive: 5s, tunnel: 5s, drain: 5s";
  std::string limits{};               // inside static.limits
  std::string trusted{};              // inside static.trusted_proxies, e.g. "127.0.0.1"
  std::string upstream_timeouts = "connect: 2s, response: 5s, idle: 5s";
  std::string upstream_extra{};       // further keys of upstreams.legacy
  std::string fresh_extra{};          // further keys of upstreams.fresh
  std::string upstreams{};            // further upstreams, whole lines
  std::string extra_endpoints{};      // e.g. ", \"127.0.0.1:1\""
  std::string cutovers{};             // the whole `cutovers:` list; the new side is upstream `fresh`
  std::string cohort{};               // the whole `cohort:` line
  std::string access_log{};           // a file
  std::string otlp{};                 // inside static.tracing.otlp, such as "endpoint: \"http://127.0.0.1:4318\""
  std::string baggage{};              // inside static.tracing.baggage
  std::string tls{};                  // inside static.tls, in addition to its listener
};

class RunningRouter {
 public:
  RunningRouter(std::uint16_t legacy_port, std::uint16_t fresh_port, const Settings& settings);

  std::uint16_t port() const { return foreign_ ? foreign_->port() : server_->port(); }
  std::uint16_t tls_port() const { return server_->tls_port(); }
  // The whole way of a reload: files are read, the configuration is published, what is wrong comes back.
  std::vector<std::string> reload();
  tls::Store& tls() { return tls_; }
  std::vector<std::string> log_lines();
  Wire connect() const { return Wire::connect(port()); }
  proxy::Server& server() { return own("the server object"), *server_; }
  telemetry::Metrics& metrics() { return own("metrics"), metrics_; }
  tracing::Exporter& spans() { return own("spans"), *spans_; }
  telemetry::AccessLog* log() { return own("the access log"), log_.get(); }
  const std::shared_ptr<const config::Config>& config() const { return config_; }
  void set_stage(std::uint32_t cutover, cutover::Stage stage, cutover::Weight weight);
  // Ends the server, the log and the spans, so that every line is in the file.
  void stop();

 private:
  void own(const char* what) const {
    if (foreign_) throw NotApplicable(what);
  }

  Settings settings_;
  std::uint16_t legacy_port_, fresh_port_;
  std::mutex log_mutex_;
  std::vector<std::string> log_lines_;
  tls::Store tls_;
  telemetry::Metrics metrics_;
  std::unique_ptr<telemetry::AccessLog> log_;
  std::unique_ptr<tracing::Exporter> spans_;
  std::shared_ptr<const config::Config> config_;
  std::unique_ptr<routing::Live> live_;
  std::unique_ptr<proxy::Server> server_;
  std::vector<cutover::State> states_;
  std::unique_ptr<ForeignProxy> foreign_;  // in place of all of the above
};

class Conformance : public ::testing::Test {
 protected:
  RunningRouter& router(const Settings& settings = {}) {
    if (!router_) router_ = std::make_unique<RunningRouter>(legacy.port(), fresh.port(), settings);
    return *router_;
  }
  // One request on a new connection.
  Message ask(std::string_view bytes, bool bodyless = false);

  RecordingUpstream legacy;
  RecordingUpstream fresh;

 private:
  std::unique_ptr<RunningRouter> router_;
};

// The answer is the router's own: marked, explained in problem+json. Not asked of a foreign proxy.
void expect_made_by_router(const Message& answer, std::string_view word = {});

std::string lower(std::string text);

}  // namespace banyan::conformance
