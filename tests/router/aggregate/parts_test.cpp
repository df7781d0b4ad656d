// Where parts go: by the same rules as a caller's own request, and to one side where cutovers at canary disagree.
#include "router/config/load.hpp"
#include "router/routing/explain.hpp"
#include "router/routing/parts.hpp"

#include <gtest/gtest.h>

namespace banyan::routing {
namespace {

using cutover::Stage;

std::shared_ptr<const config::Config> page_config(const std::string& mixed) {
  const auto loaded = config::load_text(
      "version: 1\n"
      "cohort: { key: \"header:X-Account\", salt: s }\n"
      "upstreams: { mono: { endpoints: [ \"127.0.0.1:1\" ] }, a: { endpoints: [ \"127.0.0.1:2\" ] }, b: { endpoints: [ \"127.0.0.1:3\" ] } }\n"
      "default: mono\n"
      "cutovers:\n"
      "  - { name: ca, match: { path: \"/a/{id}\" }, to: a, plan: [ { stage: canary, percent: 50 }, { stage: live } ] }\n"
      "  - { name: cb, match: { path: \"/b/{id}\" }, to: b, plan: [ { stage: canary, percent: 50 }, { stage: live } ] }\n"
      "aggregations:\n"
      "  - name: page\n"
      "    match: { path: \"/page/{id}\" }\n"
      "    mixed_sides: " + mixed + "\n"
      "    parts:\n"
      "      one: { path: \"/a/{id}\", cutover: ca }\n"
      "      two: { path: \"/b/{id}\" }\n"
      "      rest: { path: \"/c?id={id}&q={query.q}\" }\n"
      "      fixed: { path: \"/a/{id}\", upstream: mono }\n",
      "router.yaml");
  EXPECT_TRUE(loaded.config) << config::format(loaded.diagnostics);
  return loaded.config;
}

struct Asked {
  Decision decision;
  std::optional<std::vector<PartRoute>> routes;
};

Asked ask_page(const std::shared_ptr<const config::Config>& config, Stage a, Stage b, const std::string& target,
               const std::string& account) {
  auto stages = std::make_shared<cutover::StageTable>();
  stages->states.resize(2);
  stages->states[0].stage = a, stages->states[1].stage = b;
  for (auto& state : stages->states) state.weight = state.stage == Stage::canary ? 5000 : cutover::full_weight;
  const Snapshot snapshot{config, stages, 1};
  const Question question{"GET", target, {{"X-Account", account}}, ""};
  std::vector<HeaderSlice> slices;
  const auto view = view_of(question, slices);
  Asked asked{decide(snapshot, view), std::nullopt};
  if (asked.decision.aggregation != none) asked.routes = route_parts(snapshot, view, asked.decision.aggregation);
  return asked;
}

TEST(Parts, FollowTheStageOfTheirCutover) {
  const auto config = page_config("false");
  const auto before = ask_page(config, Stage::legacy, Stage::legacy, "/page/7?q=x", "1");
  ASSERT_TRUE(before.routes);
  EXPECT_EQ(before.decision.reason, Reason::aggregation);
  EXPECT_EQ((*before.routes)[2].target, "/c?id=7&q=x");
  for (const auto& route : *before.routes) EXPECT_EQ(route.decision.upstream, 0u);
  const auto after = ask_page(config, Stage::live, Stage::legacy, "/page/7", "1");
  EXPECT_EQ((*after.routes)[0].decision.upstream, 1u);
  EXPECT_EQ((*after.routes)[1].decision.upstream, 0u) << "live and legacy is not a caller between two sides";
  EXPECT_EQ((*after.routes)[3].decision.upstream, 0u);
  EXPECT_EQ((*after.routes)[3].decision.reason, Reason::pinned);
}

TEST(Parts, OneCallerIsKeptOnOneSideUnlessMixedIsAllowed) {
  int kept = 0, mixed = 0;
  for (int account = 0; account < 200; ++account) {
    const auto key = std::to_string(account);
    const auto free = *ask_page(page_config("true"), Stage::canary, Stage::canary, "/page/7", key).routes;
    const auto strict = *ask_page(page_config("false"), Stage::canary, Stage::canary, "/page/7", key).routes;
    const bool differ = free[0].decision.side != free[1].decision.side;
    mixed += differ;
    EXPECT_EQ(strict[0].decision.side, strict[1].decision.side);
    if (!differ) {
      EXPECT_EQ(strict[0].decision, free[0].decision);
      continue;
    }
    kept += strict[0].decision.reason == Reason::kept_together || strict[1].decision.reason == Reason::kept_together;
    EXPECT_EQ(strict[0].decision.upstream, 0u);
    EXPECT_EQ(strict[1].decision.upstream, 0u);
  }
  EXPECT_GT(mixed, 50);
  EXPECT_EQ(kept, mixed);
}

TEST(Parts, OtherMethodsAndPathsAreNoAggregation) {
  const auto config = page_config("false");
  const Snapshot snapshot{config, std::make_shared<cutover::StageTable>(cutover::StageTable{{{}, {}}}), 1};
  for (const Question& question : {Question{"POST", "/page/7", {}, ""}, Question{"GET", "/page/7/x", {}, ""}, Question{"GET", "/page//7", {}, ""}}) {
    std::vector<HeaderSlice> slices;
    EXPECT_EQ(decide(snapshot, view_of(question, slices)).aggregation, none) << question.target;
  }
}

TEST(Parts, ExplainShowsEachPart) {
  const auto config = page_config("false");
  const Snapshot snapshot{config, std::make_shared<cutover::StageTable>(cutover::StageTable{{{}, {}}}), 1};
  const auto explained = explain(snapshot, {"GET", "/page/7?q=1", {}, ""});
  EXPECT_NE(explained.text.find("aggregation page  GET,HEAD /page/{id}  within 2000ms\n"
                                "   one: GET /a/7 -> mono   (cutover ca, stage_legacy; required; within 1000ms)\n"),
            std::string::npos)
      << explained.text;
  EXPECT_NE(explained.json.find("\"aggregation\":\"page\",\"cutover\":null,\"upstream\":null"), std::string::npos) << explained.json;
  EXPECT_NE(explained.json.find("\"parts\":[{\"name\":\"one\",\"target\":\"/a/7\""), std::string::npos) << explained.json;
}

}  // namespace
}  // namespace banyan::routing
