// Which dependencies are seen, and which of them break a rule.
#include "analyzer/rules/rules.hpp"
#include "tests/analyzer/graph/program_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Matches, FoldersStarsAndDoubleStars) {
  struct Case {
    const char *pattern, *path;
    bool expected;
  };
  for (const Case& one : {Case{"src/a/", "src/a/x.cpp", true},
                          {"src/a", "src/a/b/x.cpp", true},
                          {"src/a", "src/ab/x.cpp", false},
                          {"src/a/x.cpp", "src/a/x.cpp", true},
                          {"src/*.cpp", "src/x.cpp", true},
                          {"src/*.cpp", "src/a/x.cpp", false},
                          {"src/**/x.cpp", "src/x.cpp", true},
                          {"src/**/x.cpp", "src/a/b/x.cpp", true},
                          {"**_test.cpp", "a/b_test.cpp", true},
                          {"src/?.cpp", "src/ab.cpp", false},
                          {"src/*/internal/", "src/a/internal/x.hpp", true},
                          {"*", "a/b/c", true},
                          {"", "a", false}}) {
    EXPECT_EQ(matches(one.pattern, one.path), one.expected) << one.pattern << " on " << one.path;
  }
}

std::vector<std::string> arrows(const Scene& scene) {
  std::vector<std::string> out;
  for (const auto& dependency : scene.dependencies)
    out.push_back(dependency.from + " -> " + (dependency.table ? "table " : "") + dependency.to);
  return out;
}

Scene scene_of(const testing::ProgramBuilder& builder) {
  const auto program = builder.program();
  return find_dependencies(program, builder.evidence(), graph::build(program, builder.evidence()));
}

testing::ProgramBuilder shop() {
  testing::ProgramBuilder p;
  p.declares("orders/service.hpp", "orders::place").defines("orders/service.cpp", "orders::place");
  p.includes("orders/service.cpp", "orders/service.hpp");
  p.declares("stock/service.hpp", "stock::take").defines("stock/store.cpp", "stock::take");
  p.defines("stock/service.cpp", "stock::other").declares("stock/service.hpp", "stock::other");
  p.defines("stock/service.cpp", "stock::third").declares("stock/service.hpp", "stock::third");
  p.includes("orders/service.cpp", "stock/service.hpp");
  p.calls("orders/service.cpp", "orders::place", "stock::take");
  return p;
}

TEST(Dependencies, GoToTheHeaderThatDeclares) {
  EXPECT_THAT(arrows(scene_of(shop())), ElementsAre("orders/service.cpp -> stock/service.hpp"));
}

TEST(Dependencies, SeeTablesAndForwardDeclaredTypes) {
  auto p = shop();
  p.symbol("stock/level.hpp", "stock::Level", true, facts::SymbolKind::record);
  p.symbol("cart/cart.hpp", "stock::Level", false, facts::SymbolKind::record);
  p.uses("cart/cart.hpp", "cart::show", "stock::Level", facts::ReferenceKind::type_pointer);
  p.accesses("cart/cart.cpp", "cart::show", "prices", evidence::AccessMode::read);
  p.words("cart/cart.cpp", {"cart"});
  EXPECT_THAT(arrows(scene_of(p)),
              ElementsAre("cart/cart.cpp -> table prices", "cart/cart.hpp -> stock/level.hpp",
                          "orders/service.cpp -> stock/service.hpp"));
}

std::vector<std::string> broken(const RuleSet& rules, const Scene& scene) {
  std::vector<std::string> out;
  for (const auto& violation : check(rules, scene))
    out.push_back(violation.key.rule + ": " + violation.key.from + " -> " + violation.key.to);
  return out;
}

Rule rule(const char* name, Selector from, Selector to, std::vector<std::string> kinds = {}) {
  return {.name = name, .comment = {}, .severity = Severity::error, .from = from, .to = to, .kinds = kinds};
}
Selector path(const char* pattern) { return {{pattern}, {}, {}, {}}; }

TEST(Check, ForbiddenLooksAtBothEndsAndTheKind) {
  const Scene scene = scene_of(shop());
  RuleSet rules;
  rules.forbidden = {rule("apart", path("orders/"), path("stock/"))};
  EXPECT_THAT(broken(rules, scene), ElementsAre("apart: orders/service.cpp -> stock/service.hpp"));
  EXPECT_EQ(check(rules, scene).front().sites.size(), 2U);
  rules.forbidden = {rule("macros", path("orders/"), path("stock/"), {"macro"})};
  EXPECT_THAT(broken(rules, scene), IsEmpty());
  rules.forbidden = {rule("apart", path("stock/"), path("orders/"))};
  EXPECT_THAT(broken(rules, scene), IsEmpty());
  rules.forbidden = {rule("apart", {{"orders/"}, {"orders/service.*"}, {}, {}}, path("stock/"))};
  EXPECT_THAT(broken(rules, scene), IsEmpty());
}

TEST(Check, TablesAndContexts) {
  auto p = shop();
  p.accesses("orders/service.cpp", "orders::place", "Stock", evidence::AccessMode::update);
  Scene scene = scene_of(p);
  RuleSet rules;
  rules.forbidden = {rule("tables", path("orders/"), {{}, {}, {}, {"stock*"}})};
  EXPECT_THAT(broken(rules, scene), ElementsAre("tables: orders/service.cpp -> table Stock"));
  scene.file_context = {{"orders/service.cpp", "orders"}, {"stock/service.hpp", "stock"}};
  scene.table_context = {{"Stock", "stock"}};
  rules.forbidden = {rule("contexts", {{}, {}, {"orders"}, {}}, {{}, {}, {"stock"}, {}})};
  EXPECT_THAT(broken(rules, scene), ElementsAre("contexts: orders/service.cpp -> stock/service.hpp",
                                                "contexts: orders/service.cpp -> table Stock"));
  EXPECT_TRUE(rules.names_contexts());
}

TEST(Check, AllowedCoversEverythingOrComplains) {
  const Scene scene = scene_of(shop());
  RuleSet rules;
  rules.allowed = {rule("a", path("stock/"), {})};
  EXPECT_THAT(broken(rules, scene), ElementsAre("not-in-allowed: orders/service.cpp -> stock/service.hpp"));
  rules.allowed.push_back(rule("b", path("orders/"), path("stock/"), {"include"}));
  EXPECT_EQ(check(rules, scene).front().sites.size(), 1U);  // the call is still not covered
  rules.allowed.push_back(rule("c", path("orders/"), path("stock/"), {"call"}));
  EXPECT_THAT(broken(rules, scene), IsEmpty());
}

TEST(Check, RequiredNamesTheFileThatLacksIt) {
  RuleSet rules;
  rules.required = {rule("must", path("*/service.cpp"), path("stock/service.hpp"))};
  EXPECT_THAT(broken(rules, scene_of(shop())), ElementsAre("must: stock/service.cpp -> "));
}

TEST(Check, IgnoredRulesAreNotLookedAt) {
  RuleSet rules;
  rules.forbidden = {rule("apart", path("orders/"), path("stock/"))};
  rules.forbidden.front().severity = Severity::ignore;
  EXPECT_THAT(broken(rules, scene_of(shop())), IsEmpty());
}

}  // namespace
}  // namespace banyan::rules
