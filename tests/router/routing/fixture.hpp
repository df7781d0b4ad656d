// A shop's configuration and its stages, for tests of deciding.
#pragma once

#include "router/config/load.hpp"
#include "router/routing/explain.hpp"
#include "router/routing/stage_table.hpp"

#include <gtest/gtest.h>

namespace banyan::routing {

inline std::shared_ptr<const config::Config> shop_config() {
  const auto loaded = config::load_text(
      "version: 1\n"
      "cohort: { key: [ \"header:X-Account-Id\", \"cookie:sid\" ], salt: \"shop-2026\" }\n"
      "upstreams:\n"
      "  monolith: { endpoints: [ \"127.0.0.1:1\" ] }\n"
      "  inventory: { endpoints: [ \"127.0.0.1:2\" ] }\n"
      "  orders: { endpoints: [ \"127.0.0.1:3\" ] }\n"
      "  rehearsal: { endpoints: [ \"127.0.0.1:4\" ], sandbox: true }\n"
      "cutovers:\n"
      "  - { name: inventory, match: { methods: [ GET, HEAD ], path: \"/api/inventory/**\" }, to: inventory "
      "}\n"
      "  - { name: orders, match: [ { path: \"/api/orders/{id}\" }, { path: /api/orders } ], to: orders,\n"
      "      plan: [ { stage: canary, percent: 10 }, { stage: live } ] }\n"
      "  - { name: pay, match: { methods: [ POST ], path: /api/pay }, to: rehearsal, plan: [ { stage: shadow "
      "} ] }\n",
      "shop.yaml");
  EXPECT_TRUE(loaded.config) << config::format(loaded.diagnostics);
  return loaded.config;
}

inline cutover::State at(cutover::Stage stage, cutover::Weight weight = 0) {
  cutover::State state;
  state.stage = stage;
  state.weight = weight;
  return state;
}

inline Snapshot with(const std::shared_ptr<const config::Config>& config,
                     const std::map<std::string, cutover::State>& states) {
  return {config, make_stage_table(*config, states), 1};
}

inline Decision ask(const Snapshot& snapshot, const Question& question, std::uint32_t draw = 0) {
  std::vector<HeaderSlice> slices;
  RequestView view = view_of(question, slices);
  view.draw = draw;
  return decide(snapshot, view);
}

}  // namespace banyan::routing
