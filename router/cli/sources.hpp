// What the data plane tells the admin API. Any thread.
#pragma once

#include "router/admin/api.hpp"
#include "router/admin/gatekeeper.hpp"
#include "router/proxy/server.hpp"
#include "router/telemetry/access_log.hpp"
#include "router/tracing/exporter.hpp"

#include <atomic>
#include <string>

namespace banyan::cli {

// Everything must outlive the sources; the addresses are read when asked, so the bound ports show.
struct Parts {
  admin::Control& control;
  telemetry::Metrics& metrics;
  proxy::Server& proxy;
  const std::atomic<bool>& draining;
  const config::Address& listen;
  const config::Address& admin;
  const tls::Store& tls;
  const telemetry::AccessLog* access_log;  // null: off
  const tracing::Exporter* spans;          // null: off
};

// Numbers of both sides of every cutover, and the tripwires of the data plane.
admin::GateSources gate_sources(telemetry::Metrics& metrics, proxy::Server& proxy);

// Of cutovers that are past legacy, as Prometheus text.
std::string gate_metrics(admin::Control& control, admin::Gatekeeper& gates);

admin::Sources sources_of(const Parts& parts);

// The shadow counts of one cutover as a JSON object, for the journal; "null" when there are none.
std::string shadow_numbers(const proxy::Server& proxy, const std::string& cutover);

}  // namespace banyan::cli
