#include "analyzer/cli/config.hpp"

#include <gtest/gtest.h>

namespace banyan::cli {
namespace {

TEST(Config, ReadsEveryKey) {
  const ConfigResult result = parse_config("banyan.yaml", R"(version: 1
exclude: [third_party/]
compile_flags: {add: [-DX], remove: [-DY]}
sql_files: [db/schema.sql]
routes:
  - {callee: "shop::Router::add", method_argument: 0, path_argument: 1}
contexts:
  seed: 7
  tier: t1
  must_link: [[a.cpp, b/]]
  cannot_link: [[a.cpp, c.cpp]]
  seeds: [{name: orders, files: [src/orders/]}]
)");
  ASSERT_EQ(result.error, "");
  EXPECT_EQ(result.config.exclude, std::vector<std::string>{"third_party/"});
  EXPECT_EQ(result.config.flags_to_remove, std::vector<std::string>{"-DY"});
  ASSERT_EQ(result.config.routes.size(), 1U);
  EXPECT_EQ(result.config.routes[0].path_argument, 1);
  EXPECT_EQ(result.config.seed, 7U);
  EXPECT_EQ(result.config.tier, "t1");
  EXPECT_EQ(result.config.hints.cannot_link[0].second, "c.cpp");
  EXPECT_EQ(result.config.hints.seeds[0].name, "orders");
}

TEST(Config, UnknownKeysHaveAPlaceAndANearestName) {
  EXPECT_EQ(parse_config("banyan.yaml", "version: 1\nexclud: [a/]\n").error,
            "banyan.yaml:2:1: error: unknown key 'exclud'\n    exclud: [a/]\n    ^ did you mean 'exclude'?");
}

TEST(Config, WrongShapesHaveAPlace) {
  EXPECT_EQ(parse_config("c.yaml", "version: one\n").error.substr(0, 18), "c.yaml:1:10: error");
  EXPECT_NE(parse_config("c.yaml", "contexts: {tier: t9}\n").error.find("tier must be t0, t1 or t2"),
            std::string::npos);
  EXPECT_NE(parse_config("c.yaml", "contexts: {cannot_link: [[a]]}\n").error.find("exactly two"),
            std::string::npos);
  EXPECT_NE(parse_config("c.yaml", "routes: [{method: GET}]\n").error.find("missing required key 'callee'"),
            std::string::npos);
  EXPECT_NE(parse_config("c.yaml", "a: [\n").error.find("c.yaml:"), std::string::npos);
}

TEST(Config, ReadsRules) {
  const ConfigResult result = parse_config("banyan.yaml", R"(rules:
  forbidden:
    - name: apart
      comment: they move on their own
      severity: warn
      from: {path: src/a/, path_not: [src/a/test/, src/a/x.cpp]}
      to: {context: b, table: [t1, t2]}
      kinds: call
  allowed: [{from: {path: src/}, to: {path: src/}}]
  allowed_severity: info
  required: [{name: must, from: {path: "src/*.cpp"}, to: {path: src/log.hpp}}]
)");
  ASSERT_EQ(result.error, "");
  const rules::RuleSet& rules = result.config.rules;
  ASSERT_EQ(rules.forbidden.size(), 1U);
  EXPECT_EQ(rules.forbidden[0].severity, rules::Severity::warn);
  EXPECT_EQ(rules.forbidden[0].from.path, std::vector<std::string>{"src/a/"});
  EXPECT_EQ(rules.forbidden[0].from.path_not.size(), 2U);
  EXPECT_EQ(rules.forbidden[0].to.table.size(), 2U);
  EXPECT_EQ(rules.forbidden[0].kinds, std::vector<std::string>{"call"});
  EXPECT_EQ(rules.allowed_severity, rules::Severity::info);
  EXPECT_EQ(rules.required[0].name, "must");
}

TEST(Config, BadRulesHaveAPlace) {
  const auto error = [](const std::string& rules) { return parse_config("c.yaml", "rules:\n" + rules).error; };
  EXPECT_EQ(error("  forbiden: []\n").substr(0, 49), "c.yaml:2:3: error: unknown key 'forbiden'\n    " "  f");
  EXPECT_NE(error("  forbiden: []\n").find("did you mean 'forbidden'?"), std::string::npos);
  EXPECT_NE(error("  forbidden:\n    - {from: {path: a}}\n").find("needs a `name`"), std::string::npos);
  EXPECT_EQ(error("  forbidden:\n    - {name: x, severity: bad}\n").substr(0, 25), "c.yaml:3:27: error: sever");
  EXPECT_NE(error("  forbidden:\n    - {name: x, kinds: [calls]}\n").find("no dependency is of kind 'calls'"),
            std::string::npos);
  EXPECT_NE(error("  forbidden: [{name: x}, {name: x}]\n").find("two rules are called 'x'"), std::string::npos);
  EXPECT_NE(error("  forbidden: [{name: x, from: {path: {a: b}}}]\n").find("c.yaml:2:"), std::string::npos);
}

TEST(Config, AMissingFileIsNamed) {
  EXPECT_EQ(read_config("/nowhere/banyan.yaml").error.substr(0, 39),
            "error: cannot read /nowhere/banyan.yaml");
}

}  // namespace
}  // namespace banyan::cli
