#include "tests/conformance/router_fixture.hpp"

#include <algorithm>
#include <cctype>

namespace banyan::conformance {
namespace {

std::string yaml(std::uint16_t legacy, std::uint16_t fresh, const Settings& s) {
  std::string text = "version: 1\nstatic:\n  listen: \"127.0.0.1:0\"\n  workers: 2\n  timeouts: { " + s.timeouts + " }\n";
  if (!s.limits.empty()) text += "  limits: { " + s.limits + " }\n";
  if (!s.otlp.empty() || !s.baggage.empty())
    text += "  tracing: { " + (s.otlp.empty() ? "" : "otlp: { " + s.otlp + " }, ") + "baggage: [ " + s.baggage + " ] }\n";
  if (!s.tls.empty()) text += "  tls: { listen: \"127.0.0.1:0\", " + s.tls + " }\n";
  if (!s.trusted.empty()) text += "  trusted_proxies: [ \"" + s.trusted + "\" ]\n";
  if (!s.cohort.empty()) text += s.cohort + "\n";
  text += "upstreams:\n  legacy:\n    endpoints: [ \"127.0.0.1:" + std::to_string(legacy) + "\"" + s.extra_endpoints +
          " ]\n    timeouts: { " + s.upstream_timeouts + " }\n";
  if (!s.upstream_extra.empty()) text += "    " + s.upstream_extra + "\n";
  text += "  fresh:\n    endpoints: [ \"127.0.0.1:" + std::to_string(fresh) + "\" ]\n    timeouts: { " +
          s.upstream_timeouts + " }\n";
  if (!s.fresh_extra.empty()) text += "    " + s.fresh_extra + "\n";
  return text + s.upstreams + "default: legacy\n" + s.cutovers;
}

std::unique_ptr<tracing::Exporter> exporter_of(const config::OtlpSettings& otlp) {
  tracing::Options options;
  options.collector = otlp.collector;
  options.resource = {otlp.service, "test", "1"};
  options.queue = otlp.queue;
  options.interval = otlp.interval;
  options.timeout = otlp.timeout;
  return std::make_unique<tracing::Exporter>(std::move(options));
}

bool plain(const Settings& s) {
  const Settings usual;
  return yaml(1, 2, s) == yaml(1, 2, usual) && s.access_log == usual.access_log;
}

}  // namespace

RunningRouter::RunningRouter(std::uint16_t legacy_port, std::uint16_t fresh_port, const Settings& settings)
    : settings_(settings), legacy_port_(legacy_port), fresh_port_(fresh_port), tls_([this](bool, const std::string& line) {
        const std::lock_guard lock(log_mutex_);
        log_lines_.push_back(line);
      }) {
  if (const auto name = foreign_proxy_name()) {
    if (!plain(settings)) throw NotApplicable("this case has settings of its own");
    foreign_ = std::make_unique<ForeignProxy>(*name, legacy_port);
    return;
  }
  const auto loaded = config::load_text(yaml(legacy_port, fresh_port, settings), "router.yaml");
  if (!loaded.config) throw WireError(config::format(loaded.diagnostics));
  config_ = loaded.config;
  if (const auto errors = tls_.prepare(config_); !errors.empty()) throw WireError(config::format(errors));
  tls_.adopt(config_);
  if (!settings.access_log.empty()) log_ = std::make_unique<telemetry::AccessLog>(settings.access_log);
  if (config_->fixed.otlp) spans_ = exporter_of(*config_->fixed.otlp);
  states_.resize(config_->cutovers.size());
  live_ = std::make_unique<routing::Live>(config_, std::make_shared<cutover::StageTable>(cutover::StageTable{states_}));
  server_ = std::make_unique<proxy::Server>(*live_, metrics_, log_.get(), tls_, spans_.get());
  server_->start();
}

std::vector<std::string> RunningRouter::reload() {
  const auto loaded = config::load_text(yaml(legacy_port_, fresh_port_, settings_), "router.yaml");
  if (const auto errors = tls_.prepare(loaded.config); !errors.empty()) throw WireError(config::format(errors));
  config_ = loaded.config;
  live_->publish(config_, std::make_shared<cutover::StageTable>(cutover::StageTable{states_}));
  return tls_.adopt(config_);
}

std::vector<std::string> RunningRouter::log_lines() {
  const std::lock_guard lock(log_mutex_);
  return log_lines_;
}

void RunningRouter::set_stage(std::uint32_t cutover, cutover::Stage stage, cutover::Weight weight) {
  own("stages");
  states_.at(cutover) = {};
  states_.at(cutover).stage = stage;
  states_.at(cutover).weight = weight;
  live_->publish(config_, std::make_shared<cutover::StageTable>(cutover::StageTable{states_}));
}

void RunningRouter::stop() {
  own("a drain");
  server_->drain(std::chrono::seconds(5));
  server_.reset();
  log_.reset();
  spans_.reset();
}

Message Conformance::ask(std::string_view bytes, bool bodyless) {
  auto client = router().connect();
  client.send(bytes);
  return client.read_message(bodyless);
}

void expect_made_by_router(const Message& answer, std::string_view word) {
  if (foreign_proxy_name()) return;
  EXPECT_TRUE(answer.has("Banyan-Error")) << answer.head;
  if (!word.empty()) {
    EXPECT_EQ(answer.get("Banyan-Error"), word);
  }
  EXPECT_EQ(answer.get("Content-Type"), "application/problem+json");
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

}  // namespace banyan::conformance
