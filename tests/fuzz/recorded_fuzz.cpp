// Whatever stands in a log, reading it and deciding about it ends; whatever contexts.json holds, `init` ends with text.
#include "router/config/load.hpp"
#include "router/plan/ledger.hpp"
#include "router/plan/simulate.hpp"
#include "router/plan/starter.hpp"
#include "router/routing/stage_table.hpp"

#include <chrono>
#include <cstdint>
#include <cstdlib>

namespace {

const banyan::routing::Snapshot& shop() {
  static const banyan::routing::Snapshot snapshot = [] {
    const auto loaded = banyan::config::load_text(
        "version: 1\n"
        "cohort: { key: [ \"header:X-Id\", \"cookie:sid\", peer ], salt: \"s\" }\n"
        "upstreams: { monolith: { endpoints: [ \"a:1\" ] }, shop: { endpoints: [ \"b:1\" ] } }\n"
        "default: monolith\n"
        "cutovers:\n"
        "  - { name: orders, match: { methods: [ GET ], path: \"/orders/**\" }, to: shop }\n",
        "fuzz.yaml");
    if (!loaded.config) std::abort();
    banyan::cutover::State canary;
    canary.stage = banyan::cutover::Stage::canary;
    canary.weight = 5000;
    return banyan::routing::Snapshot{loaded.config, banyan::routing::make_stage_table(*loaded.config, {{"orders", canary}}), 0};
  }();
  return snapshot;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto request = banyan::plan::parse_line(text)) {
    if (request->method.empty() || request->target.empty()) std::abort();
    banyan::plan::Simulator simulator(shop(), shop());
    simulator.add(*request);
    if (simulator.result().requests != 1) std::abort();
    banyan::plan::Ledger ledger(shop());
    ledger.add(*request);
    const auto result = ledger.result(request->unix_ms, std::chrono::hours(1), 5);
    if (result.requests.moved > result.requests.all) std::abort();
  }
  std::string problem;
  const auto routes = banyan::plan::read_routes(text, problem);
  if (!routes && problem.empty()) std::abort();
  if (routes && banyan::plan::starter_text({"a:1", "b:1", "peer", "s", {{"orders", "c:1", ""}}, *routes}).empty()) std::abort();
  return 0;
}
