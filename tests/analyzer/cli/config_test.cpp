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

TEST(Config, AMissingFileIsNamed) {
  EXPECT_EQ(read_config("/nowhere/banyan.yaml").error.substr(0, 39),
            "error: cannot read /nowhere/banyan.yaml");
}

}  // namespace
}  // namespace banyan::cli
