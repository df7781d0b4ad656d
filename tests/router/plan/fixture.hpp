// A configuration with one cutover under way, one done and one not begun.
#pragma once

#include "router/config/load.hpp"
#include "router/plan/recorded.hpp"
#include "router/routing/stage_table.hpp"

#include <gtest/gtest.h>

namespace banyan::plan {

inline std::shared_ptr<const config::Config> shop() {
  const auto loaded = config::load_text(
      "version: 1\n"
      "cohort: { key: [ \"header:X-Id\", \"cookie:sid\" ], salt: \"s\" }\n"
      "upstreams: { monolith: { endpoints: [ \"a:1\" ] }, shop: { endpoints: [ \"b:1\" ] } }\n"
      "default: monolith\n"
      "cutovers:\n"
      "  - { name: orders, match: { methods: [ GET ], path: \"/orders/**\" }, to: shop,\n"
      "      plan: [ { stage: shadow, percent: 50 }, { stage: canary, percent: 25 }, { stage: live } ] }\n"
      "  - { name: stock, match: [ { methods: [ GET ], path: \"/stock/**\" }, { methods: [ GET ], path: /sum } ], to: shop }\n"
      "  - { name: pay, match: { methods: [ POST ], path: /pay }, to: shop }\n",
      "r.yaml");
  EXPECT_TRUE(loaded.config) << config::format(loaded.diagnostics);
  return loaded.config;
}

inline routing::Snapshot at(const std::shared_ptr<const config::Config>& config, const std::map<std::string, cutover::State>& states) {
  return {config, routing::make_stage_table(*config, states), 0};
}

inline cutover::State state(cutover::Stage stage, cutover::Weight weight = cutover::full_weight) {
  cutover::State out;
  out.stage = stage;
  out.weight = weight;
  return out;
}

inline Recorded asked(const std::string& method, const std::string& target, const std::string& caller, std::int64_t unix_ms = 1000) {
  Recorded out;
  out.unix_ms = unix_ms;
  out.method = method;
  out.target = target;
  out.caller = caller;
  out.client = "10.0.0.1";
  return out;
}

}  // namespace banyan::plan
