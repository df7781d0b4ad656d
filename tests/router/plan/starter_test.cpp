#include "router/plan/starter.hpp"

#include "router/config/load.hpp"
#include "router/routing/expectations.hpp"

#include <gtest/gtest.h>

namespace banyan::plan {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::shared_ptr<const config::Config> loads(const std::string& text) {
  const auto loaded = config::load_text(text, "router.yaml");
  EXPECT_TRUE(loaded.config) << config::format(loaded.diagnostics) << text;
  if (loaded.config) {
    EXPECT_TRUE(routing::check_expectations(loaded.config).empty()) << text;
  }
  return loaded.config;
}

TEST(Starter, WritesAFileThatLoadsWithAndWithoutServices) {
  Starter starter{"127.0.0.1:8080", "127.0.0.1:8081", "header:X-Account-Id", "0123456789abcdef", {}, {}};
  ASSERT_TRUE(loads(starter_text(starter)));
  starter.cohort_key = "cookie:sid";
  starter.services = {{"orders", "127.0.0.1:8091", "/api/orders/**"}, {"stock", "127.0.0.1:8092", "/api/stock/{id}"}};
  const auto config = loads(starter_text(starter));
  ASSERT_TRUE(config);
  EXPECT_EQ(config->cutovers.size(), 2u);
  EXPECT_EQ(config->cutovers[0].plan.size(), 4u);
}

TEST(Starter, TakesTheReadsOfAContextAndSaysWhatItLeaves) {
  std::string problem;
  const auto routes = read_routes(
      R"({"contexts":[{"id":"c1","name":"orders"},{"id":"c2","name":"users"}],"routes":[
        {"method":"GET","path":"/api/orders/{id}","context":"c1"},{"method":"GET","path":"/api/orders","context":"c1"},
        {"method":"GET","path":"/api/orders/{number}","context":"c1"},
        {"method":"POST","path":"/api/orders","context":"c1"},{"method":"GET","path":"no/slash","context":"c1"},
        {"method":"GET","path":"/login","context":"c2"},{"method":"GET","path":"/about","context":null}]})",
      problem);
  ASSERT_TRUE(routes) << problem;
  const std::string text =
      starter_text({"127.0.0.1:8080", "127.0.0.1:8081", "peer", "salt", {{"orders", "127.0.0.1:8091", ""}}, *routes});
  const auto config = loads(text);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->rules.rules().size(), 2u);
  for (const char* part : {"# not moved by this: POST /api/orders\n", "# not moved by this: GET no/slash\n", "#   users: 1 route\n",
                           "#   (no context): 1 route\n"})
    EXPECT_TRUE(has(text, part)) << part << "\n" << text;
}

TEST(Starter, RefusesOtherFiles) {
  std::string problem;
  for (const char* text : {"", "[]", "{}", R"({"routes":1,"contexts":[]})", "not json"}) {
    problem.clear();
    EXPECT_FALSE(read_routes(text, problem)) << text;
    EXPECT_FALSE(problem.empty());
  }
}

}  // namespace
}  // namespace banyan::plan
