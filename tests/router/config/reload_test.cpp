#include "router/config/reload.hpp"

#include "router/config/load.hpp"

#include <gtest/gtest.h>

namespace banyan::config {
namespace {

const std::string base =
    "version: 1\n"
    "static: { listen: \"127.0.0.1:8080\", state: \"s.db\" }\n"
    "cohort: { key: [ \"header:X-Id\" ], salt: \"s\" }\n"
    "upstreams: { monolith: { endpoints: [ \"a:1\" ] }, orders: { endpoints: [ \"b:1\" ] }, other: { "
    "endpoints: [ \"c:1\" ] } }\n"
    "default: monolith\n"
    "cutovers:\n"
    "  - { name: orders, match: { methods: [ GET ], path: \"/orders/**\" }, to: orders }\n";

std::string replaced(const std::string& from, const std::string& to) {
  std::string text = base;
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

cutover::State at(cutover::Stage stage, cutover::Weight weight) {
  cutover::State state;
  state.stage = stage;
  state.weight = weight;
  return state;
}

std::size_t refusals(const std::string& after_text, const cutover::State& state) {
  const auto before = load_text(base, "r.yaml"), after = load_text(after_text, "r.yaml");
  EXPECT_TRUE(before.config) << format(before.diagnostics);
  EXPECT_TRUE(after.config) << format(after.diagnostics);
  if (!before.config || !after.config) return 99;
  return compare_for_reload(*before.config, *after.config, {{"orders", state}}).refusals.size();
}

const cutover::State legacy, canary = at(cutover::Stage::canary, 1000),
                             live = at(cutover::Stage::live, 10'000),
                             back = at(cutover::Stage::rolled_back, 0);

TEST(Reload, TakesWhatMovesNoTraffic) {
  EXPECT_EQ(refusals(base, canary), 0u);
  EXPECT_EQ(refusals(replaced("\"b:1\"", "\"b:2\""), canary), 0u);
  EXPECT_EQ(
      refusals(base + "  - { name: more, match: { methods: [ GET ], path: \"/more/**\" }, to: other }\n",
               canary),
      0u);
  EXPECT_EQ(refusals(base + "    # a comment\n", canary), 0u);
}

TEST(Reload, SaysWhichAggregationsAndTranslationsComeAndGo) {
  const std::string page = base + "aggregations: [ { name: page, match: { path: /page }, parts: { a: { path: /a } } } ]\n";
  const std::string shaped = replaced("to: orders }", "to: orders, translate: { path: \"/v1/{**}\" } }");
  const auto changes = [](const std::string& from, const std::string& to) {
    const auto before = load_text(from, "r.yaml"), after = load_text(to, "r.yaml");
    EXPECT_TRUE(before.config && after.config) << format(before.diagnostics) << format(after.diagnostics);
    const auto verdict = compare_for_reload(*before.config, *after.config, {{"orders", canary}});
    EXPECT_TRUE(verdict.refusals.empty());
    return verdict.changes;
  };
  EXPECT_EQ(changes(base, page), std::vector<std::string>{"aggregation 'page' added"});
  EXPECT_EQ(changes(page, base), std::vector<std::string>{"aggregation 'page' removed"});
  EXPECT_EQ(changes(page, page), std::vector<std::string>{});
  EXPECT_EQ(changes(base, shaped), std::vector<std::string>{"cutover 'orders': translation added"});
  EXPECT_EQ(changes(shaped, base), std::vector<std::string>{"cutover 'orders': translation removed"});
}

TEST(Reload, RefusesAChangeOfStaticKeys) {
  const auto before = load_text(base, "r.yaml");
  const auto after = load_text(replaced("8080\", state: \"s.db\"", "8081\", state: \"t.db\""), "r.yaml");
  EXPECT_EQ(changed_static_keys(before.config->fixed, after.config->fixed),
            (std::vector<std::string>{"static.listen", "static.state", "static.kill_file"}));
  EXPECT_EQ(refusals(replaced("8080", "8081"), legacy), 1u);
}

TEST(Reload, RefusesAnotherSaltOrKeyWhileCallersAreSplit) {
  for (const std::string& text :
       {replaced("salt: \"s\"", "salt: \"t\""), replaced("header:X-Id", "header:X-Other")}) {
    EXPECT_EQ(refusals(text, canary), 1u);
    EXPECT_EQ(refusals(text, legacy), 0u);
    EXPECT_EQ(refusals(text, back), 0u);
  }
}

TEST(Reload, RefusesToMoveWhatACutoverServes) {
  const std::string narrower = replaced("/orders/**", "/orders/{id}");
  const std::string elsewhere = replaced("to: orders", "to: other");
  const std::string gone = base.substr(0, base.find("cutovers:"));
  for (const std::string& text : {narrower, elsewhere, gone}) {
    EXPECT_EQ(refusals(text, canary), 1u);
    EXPECT_EQ(refusals(text, live), 1u);
    EXPECT_EQ(refusals(text, legacy), 0u);
  }
  EXPECT_EQ(refusals(replaced("default: monolith", "default: other"), legacy),
            2u);  // and the cutover's `from` with it
}

TEST(Reload, RefusesANewRuleThatTakesRequestsFromAMovingOne) {
  const std::string inner =
      base +
      "  - { name: latest, match: { methods: [ GET ], path: /orders/latest }, from: FROM, to: other }\n";
  const auto with = [&inner](const std::string& from) {
    std::string text = inner;
    return text.replace(text.find("FROM"), 4, from);
  };
  EXPECT_EQ(refusals(with("monolith"), legacy), 0u);
  EXPECT_EQ(refusals(with("monolith"), canary), 1u);
  EXPECT_EQ(refusals(with("monolith"), live), 1u);
  EXPECT_EQ(refusals(with("orders"), live), 0u);
  EXPECT_EQ(refusals(with("orders"), legacy), 1u);
}

}  // namespace
}  // namespace banyan::config
