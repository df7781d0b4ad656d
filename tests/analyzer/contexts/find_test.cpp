#include "analyzer/contexts/contexts.hpp"
#include "analyzer/contexts/groups.hpp"
#include "tests/analyzer/contexts/made_up_shop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

namespace banyan::contexts {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::made_up_shop;
using testing::ProgramBuilder;
using ::testing::SizeIs;

struct Found {
  graph::Graph graph;
  evidence::Evidence evidence;
  Result result;
  const Context& at(const std::string& path) const {
    return result.contexts[result.context_of[graph.component_of[graph::file_index(graph, path)]]];
  }
};

Found find_in(const ProgramBuilder& p, const Options& options = {}) {
  Found found{graph::build(p.program(), p.evidence()), p.evidence(), {}};
  found.result = find(found.graph, found.evidence, options);
  return found;
}

Options at_tier(Tier tier) { return {.tier = tier, .weights = default_weights(tier), .hints = {}}; }

void expect_modules_kept(const Found& found) {
  std::set<std::string> contexts;
  for (const std::string module : {"orders", "payments", "stock", "mail"}) {
    const auto& context = found.at("src/" + module + "/part0.cpp");
    for (int i = 1; i < 5; ++i)
      EXPECT_EQ(found.at("src/" + module + "/part" + std::to_string(i) + ".hpp").id, context.id);
    contexts.insert(context.id);
  }
  EXPECT_THAT(contexts, SizeIs(4));
}

TEST(Find, KeepsModulesTogetherAtEveryTier) {
  for (const auto tier : {Tier::t0, Tier::t1, Tier::t2})
    expect_modules_kept(find_in(made_up_shop(), at_tier(tier)));
}

TEST(Find, NamesContextsAfterTheirFolder) {
  const auto found = find_in(made_up_shop());
  EXPECT_EQ(found.at("src/orders/part3.cpp").name, "orders");
  EXPECT_EQ(found.at("src/stock/part3.cpp").id, "stock");
  EXPECT_THAT(found.at("src/orders/part3.cpp").words, Contains("orders"));
}

TEST(Find, AtTierZeroNoNameReachesTheResult) {
  const auto found = find_in(made_up_shop(), at_tier(Tier::t0));
  for (const auto& context : found.result.contexts) {
    EXPECT_TRUE(context.id.starts_with("context-")) << context.id;
    EXPECT_TRUE(context.words.empty());
  }
}

TEST(Find, AtTierZeroRenamingChangesNothing) {
  const auto groups = [](const ProgramBuilder& p) { return find_in(p, at_tier(Tier::t0)).result.context_of; };
  auto renamed = made_up_shop().program();
  for (auto& file : renamed.files) {
    file.words.assign(5, "same");
    for (auto& symbol : file.symbols) symbol.name = "ns::x";
  }
  const auto evidence = made_up_shop().evidence();
  const auto graph = graph::build(renamed, evidence);
  EXPECT_EQ(find(graph, evidence, at_tier(Tier::t0)).context_of, groups(made_up_shop()));
}

TEST(Find, DoesNotDependOnTheOrderOfFiles) {
  const auto p = made_up_shop();
  auto shuffled = p.program();
  std::mt19937 random(3);
  std::shuffle(shuffled.files.begin(), shuffled.files.end(), random);
  const auto graph = graph::build(shuffled, p.evidence());
  const auto found = find_in(p);
  const auto again = find(graph, p.evidence());
  EXPECT_EQ(again.context_of, found.result.context_of);
  ASSERT_EQ(again.contexts.size(), found.result.contexts.size());
  for (std::size_t i = 0; i < again.contexts.size(); ++i) {
    EXPECT_EQ(again.contexts[i].id, found.result.contexts[i].id);
    EXPECT_EQ(again.contexts[i].sentences, found.result.contexts[i].sentences);
  }
}

TEST(Find, DendrogramCutsToAnyNumberOfGroups) {
  const auto found = find_in(made_up_shop());
  const auto components = found.graph.components.size();
  ASSERT_EQ(found.result.dendrogram.size(), components - 1);
  for (const std::uint32_t groups : {1u, 2u, 5u, static_cast<std::uint32_t>(components)}) {
    const auto cut = contexts::cut(found.result, groups);
    EXPECT_THAT(std::set<std::uint32_t>(cut.begin(), cut.end()), SizeIs(groups));
  }
}

TEST(Hints, MustLinkJoins) {
  Options options;
  options.hints.must_link = {{"src/orders/part0.cpp", "src/mail/"}};
  const auto found = find_in(made_up_shop(), options);
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(found.at("src/mail/part" + std::to_string(i) + ".cpp").id, found.at("src/orders/part0.cpp").id);
}

TEST(Hints, CannotLinkSeparates) {
  Options options;
  options.hints.cannot_link = {{"src/orders/part0.cpp", "src/orders/part1.cpp"}};
  const auto found = find_in(made_up_shop(), options);
  EXPECT_NE(found.at("src/orders/part0.cpp").id, found.at("src/orders/part1.cpp").id);
}

TEST(Hints, SeedsNameTheirContextAndStayApart) {
  Options options;
  options.hints.seeds = {{"Sales", {"src/orders/part0.cpp"}}, {"Warehouse", {"src/stock/"}}};
  const auto found = find_in(made_up_shop(), options);
  EXPECT_EQ(found.at("src/orders/part0.cpp").name, "Sales");
  EXPECT_EQ(found.at("src/stock/part4.cpp").name, "Warehouse");
  EXPECT_EQ(found.at("src/stock/part4.cpp").id, "warehouse");
}

TEST(Hints, NamesOfAnEarlierRunAreCarriedOver) {
  Options options;
  options.hints.previous = {{"Old Orders", {"src/orders/"}}};
  for (int i = 0; i < 5; ++i)
    for (const auto* end : {".cpp", ".hpp"})
      options.hints.previous[0].files.push_back("src/orders/part" + std::to_string(i) + end);
  options.hints.previous[0].files.erase(options.hints.previous[0].files.begin());
  EXPECT_EQ(find_in(made_up_shop(), options).at("src/orders/part1.cpp").name, "Old Orders");
}

TEST(Hints, WhatCannotBeObeyedIsSaid) {
  const auto p = made_up_shop();
  const auto graph = graph::build(p.program(), p.evidence());
  Hints hints;
  hints.must_link = {{"src/orders/", "src/mial/"}};
  hints.cannot_link = {{"src/orders/part0.cpp", "src/orders/part1.cpp"}, {"src/stock/", "src/mail/"}};
  hints.seeds = {{"a", {"src/stock/part0.cpp"}}, {"b", {"src/stock/part0.hpp", "gone.cpp"}}};
  const auto problems = check_hints(graph, hints);
  EXPECT_THAT(problems.unmatched, ElementsAre("gone.cpp", "src/mial/"));
  EXPECT_THAT(problems.contradictions,
              ElementsAre(HasSubstr("src/orders/part0.cpp and src/orders/part1.cpp are kept apart"),
                          HasSubstr("the seeds a and b claim files")));
  EXPECT_TRUE(check_hints(graph, {}).unmatched.empty());
}

TEST(Find, SmallGroupsAreAbsorbedAndStrangersGathered) {
  auto p = made_up_shop();
  for (const auto* file : {"tools/a.cpp", "tools/b.cpp", "tools/c.cpp", "tools/d.cpp"}) p.place(file);
  p.defines("src/orders/extra.cpp", "shop::orders::extra")
      .calls("src/orders/extra.cpp", "shop::orders::extra", "shop::orders::ordersB");
  const auto found = find_in(p, at_tier(Tier::t0));
  EXPECT_EQ(found.at("src/orders/extra.cpp").id, found.at("src/orders/part1.cpp").id);
  EXPECT_EQ(found.at("tools/a.cpp").id, found.at("tools/d.cpp").id);
  for (const auto& context : found.result.contexts) EXPECT_GE(context.scores.files, 3u);
}

TEST(Find, TestsComeAfterCandidatesAndOwnNothingOfTheirs) {
  auto p = made_up_shop();
  for (int i = 0; i < 4; ++i) {
    const auto name = "check" + std::to_string(i), file = "tests/" + name + ".cpp";
    p.defines(file, name)
        .calls(file, name, "check" + std::to_string((i + 1) % 4))
        .calls(file, name, "check" + std::to_string((i + 2) % 4));
    for (int place = 0; place < 9; ++place)
      p.accesses(file, name, "mail_table", evidence::AccessMode::insert);
  }
  const auto found = find_in(p);
  const auto& tests = found.at("tests/check0.cpp");
  EXPECT_TRUE(tests.tests);
  EXPECT_TRUE(tests.tables.empty());
  EXPECT_EQ(&tests, &found.result.contexts[found.result.contexts.size() - 2]);
}

TEST(Find, AnEmptyProgramHasNoContexts) { EXPECT_TRUE(find_in(ProgramBuilder()).result.contexts.empty()); }

TEST(Find, OneFileIsOneContext) {
  ProgramBuilder p;
  p.defines("only.cpp", "main");
  EXPECT_THAT(find_in(p).result.contexts, SizeIs(1));
}

}  // namespace
}  // namespace banyan::contexts
