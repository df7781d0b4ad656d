#include "tests/router/routing/fixture.hpp"

#include <boost/json.hpp>

#include <random>

namespace banyan::routing {
namespace {

using cutover::Stage;
namespace json = boost::json;

template <class T>
const T& pick(std::mt19937& random, const std::vector<T>& from) {
  return from[random() % from.size()];
}

Question random_question(std::mt19937& random) {
  static const std::vector<std::string> methods = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"};
  static const std::vector<std::string> segments = {"api", "inventory", "orders", "pay", "42",
                                                    "",    "..",        "%2f",    "a;b", "API"};
  Question question{pick(random, methods), "", {}, ""};
  for (std::size_t depth = random() % 4 + 1; depth > 0; --depth)
    question.target += "/" + pick(random, segments);
  if (random() % 2) {
    static const std::vector<std::string> likely = {"/api/inventory/7", "/api/orders", "/api/orders/3",
                                                    "/api/pay"};
    question.target = pick(random, likely);
  }
  if (random() % 4 == 0) question.target += "?x=1";
  if (random() % 2) question.headers.emplace_back("X-Account-Id", std::to_string(random()));
  if (random() % 3 == 0) question.headers.emplace_back("Cookie", "sid=" + std::to_string(random()));
  return question;
}

TEST(Explain, EqualsTheLiveDecisionOnAHundredThousandRandomRequests) {
  const auto config = shop_config();
  std::mt19937 random(42);
  const std::vector<cutover::State> states = {at(Stage::legacy), at(Stage::shadow, 5000),
                                              at(Stage::canary, 3000), at(Stage::live, 10'000),
                                              at(Stage::rolled_back)};
  std::map<std::string, int> upstreams;
  for (int i = 0; i < 100'000; ++i) {
    const Snapshot snapshot = with(config, {{"inventory", pick(random, states)},
                                            {"orders", pick(random, states)},
                                            {"pay", pick(random, states)}});
    const Question question = random_question(random);
    const Decision live = ask(snapshot, question);
    const Explanation explained = explain(snapshot, question);
    ASSERT_EQ(explained.decision, live) << question.method << " " << question.target;
    const json::value said = json::parse(explained.json);
    const std::string& target = config->upstreams[live.upstream].name;
    ASSERT_EQ(said.at("upstream").as_string(), target.c_str());
    ASSERT_EQ(said.at("reason").as_string(), std::string(to_string(live.reason)).c_str());
    ASSERT_NE(explained.text.find("upstream: " + target + " "), std::string::npos);
    std::size_t matches = 0;
    for (const json::value& rule : said.at("rules").as_array())
      matches += rule.at("outcome").as_string() == "match";
    ASSERT_EQ(matches, live.cutover == none ? 0u : 1u);
    ++upstreams[target];
  }
  EXPECT_EQ(upstreams.size(), 4u);
  for (const auto& [name, count] : upstreams) EXPECT_GT(count, 50) << name;
}

TEST(Explain, ShowsTheArithmeticAndEveryRule) {
  const auto config = shop_config();
  const Snapshot snapshot = with(config, {{"inventory", at(Stage::canary, 1000)}});
  const Explanation explained = explain(snapshot, {"GET", "/api/inventory/42", {{"X-Account-Id", "7"}}, ""});
  const std::string bucket = std::to_string(explained.decision.bucket);
  EXPECT_NE(explained.text.find("inventory  GET,HEAD /api/inventory/**  MATCH  stage canary 10 %"),
            std::string::npos)
      << explained.text;
  EXPECT_NE(explained.text.find("bucket " + bucket + " of 10000 (header:X-Account-Id)"), std::string::npos)
      << explained.text;
  EXPECT_NE(explained.text.find("pay  POST /api/pay  path differs"), std::string::npos) << explained.text;
}

TEST(Explain, TellsWhyARuleOfTheSamePathLost) {
  const Explanation explained = explain(with(shop_config(), {}), {"POST", "/api/inventory/42", {}, ""});
  EXPECT_NE(explained.text.find("GET,HEAD /api/inventory/**  method differs"), std::string::npos)
      << explained.text;
  EXPECT_NE(explained.text.find("no rule matches -> default"), std::string::npos) << explained.text;
}

TEST(Explain, ShowsWhatTheNewSideIsAsked) {
  const auto loaded = config::load_text(
      "version: 1\nupstreams: { a: { endpoints: [ \"127.0.0.1:1\" ] }, b: { endpoints: [ \"127.0.0.1:2\" ] } }\ndefault: a\n"
      "cutovers:\n  - name: orders\n    match: { path: \"/api/orders/{id}\" }\n    to: b\n"
      "    translate: { path: \"/v1/orders?id={id}\", request: { json: [ { move: /a, to: /b } ] }, answer: { json: inverse } }\n"
      "    plan: [ { stage: live } ]\n",
      "router.yaml");
  ASSERT_TRUE(loaded.config) << config::format(loaded.diagnostics);
  const Explanation explained = explain(with(loaded.config, {}), {"PUT", "/api/orders/7?x=1", {}, ""});
  EXPECT_NE(explained.text.find("translated on the new side: PUT /v1/orders?id=7&x=1   (path /v1/orders?id={id}; request: 1 field; "
                                "answer: the inverse)"),
            std::string::npos)
      << explained.text;
  EXPECT_EQ(json::parse(explained.json).at("new_side_target").as_string(), "/v1/orders?id=7&x=1");
  EXPECT_EQ(explain(with(loaded.config, {}), {"PUT", "/other", {}, ""}).text.find("translated"), std::string::npos);
}

}  // namespace
}  // namespace banyan::routing
