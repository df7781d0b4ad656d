// Types taken apart, the order of extraction, and cuts of cycles on small hand-made programs.
#include "analyzer/advice/context_cuts.hpp"
#include "analyzer/advice/cpp_type.hpp"
#include "analyzer/advice/extraction.hpp"
#include "analyzer/advice/seam_api.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace banyan::advice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string shape(const CppType& type) {
  static const std::vector<std::string> kinds = {"", "ptr", "ref", "rref", "array", "fn", "other"};
  std::string out = kinds[static_cast<std::size_t>(type.kind)] + (type.is_const ? "const " : "") + type.name;
  if (type.inside.empty()) return out;
  out += "<";
  for (const CppType& inner : type.inside) out += (out.back() == '<' ? "" : ", ") + shape(inner);
  return out + ">";
}

TEST(CppType, IsTakenApart) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"int", "int"},
      {"const std::string &", "ref<const std::string>"},
      {"shop::Order *const", "ptrconst <shop::Order>"},
      {"const char *", "ptr<const char>"},
      {"std::map<std::string, std::vector<n::A *>> &&", "rref<std::map<std::string, std::vector<ptr<n::A>>>>"},
      {"std::array<unsigned char, 16>", "std::array<unsigned char>"},
      {"std::vector<int>::const_iterator", "std::vector::const_iterator<int>"},
      {"void (*)(int)", "fn"},
      {"std::function<void (int)>", "std::function<fn>"},
      {"int[3]", "array<int>"},
      {"constant", "constant"},
      {"(anonymous namespace)::X", "other"},
      {"a<b", "other"}};
  for (const auto& [text, expected] : cases) EXPECT_EQ(shape(parse_type(text)), expected) << text;
}

// Three contexts; function numbers are symbols: who calls what is given by hand.
struct Three {
  graph::Graph graph;
  evidence::Evidence evidence;
  contexts::Result contexts;
  facts::Program program;

  Three() {
    for (const char* name : {"a", "b", "c"}) {
      contexts::Context context;
      context.id = context.name = name;
      context.scores.lines = 1000;
      contexts.contexts.push_back(context);
      const auto number = static_cast<std::uint32_t>(graph.components.size());
      graph.files.push_back(std::string(name) + ".cpp");
      graph.component_of.push_back(number);
      graph.components.emplace_back().id = graph.files.back();
      graph.components.back().files = {number};
      contexts.contexts.back().members.push_back({number, 1, false});
      contexts.context_of.push_back(number);
      program.files.emplace_back().path = graph.files.back();
    }
  }
  // `count` functions of `to` that `from` calls; they also need something of their own context.
  void calls(std::uint32_t from, std::uint32_t to, std::uint32_t count) {
    contexts::Seam seam;
    seam.from = from, seam.to = to;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::string name = "f" + std::to_string(from) + std::to_string(to) + std::to_string(i);
      const facts::Location at{graph.files[to], i + 1, 1}, use{graph.files[from], i + 1, 1};
      seam.items.push_back({graph::EdgeKind::call, static_cast<std::uint32_t>(graph.symbols.size()), name, 1, {{use, "", name}}});
      graph.symbols.push_back({name, name, facts::SymbolKind::method, at, {to}});
      facts::Symbol symbol;
      symbol.usr = symbol.name = name, symbol.at = at, symbol.kind = facts::SymbolKind::method, symbol.definition = true;
      program.files[to].symbols.push_back(symbol);
    }
    contexts.seams.push_back(seam);
  }
  Subject subject() const { return {graph, evidence, contexts, &program, {}}; }
};

std::vector<std::string> names(const std::vector<ExtractionStep>& steps) {
  std::vector<std::string> out;
  for (const auto& step : steps) out.push_back(step.name);
  return out;
}

TEST(ExtractionOrder, WhoIsOnlyCalledLeavesBeforeWhoCalls) {
  Three three;
  three.calls(0, 1, 4);  // a -> b -> c
  three.calls(1, 2, 4);
  const auto steps = extraction_order(three.subject());
  EXPECT_THAT(names(steps), ElementsAre("c", "b", "a"));
  EXPECT_DOUBLE_EQ(steps[0].cost, 4 * kOfferedOperation);
  EXPECT_DOUBLE_EQ(steps[1].cost, 4 * kOfferedOperation);
  EXPECT_DOUBLE_EQ(steps[1].cost_first, 4 * kOfferedOperation + 4 * kCalledBack);  // c has gone: nothing to call back for
  EXPECT_DOUBLE_EQ(steps[2].cost, 0);
  ASSERT_EQ(steps[0].makes_cheaper.size(), 1U);
  EXPECT_EQ(steps[0].makes_cheaper[0].context, "b");
  EXPECT_DOUBLE_EQ(steps[0].makes_cheaper[0].before - steps[0].makes_cheaper[0].after, 4 * kCalledBack);
}

TEST(ExtractionOrder, EveryFigureIsTheSumOfItsRows) {
  Three three;
  three.calls(0, 1, 3), three.calls(1, 0, 2), three.calls(2, 0, 5);
  three.contexts.contexts[0].routes = {0, 1};
  three.contexts.torn.push_back({0, {0, 2}, {}});
  for (const auto& step : extraction_order(three.subject())) {
    double value = 0, cost = 0;
    for (const auto& row : step.worth) value += row.count * row.each;
    for (const auto& row : step.work) cost += row.count * row.each;
    EXPECT_DOUBLE_EQ(step.value, value);
    EXPECT_DOUBLE_EQ(step.cost, cost);
    EXPECT_LE(step.cost, step.cost_first);
  }
}

TEST(ExtractionOrder, ATornTransactionIsPaidOnce) {
  Three three;
  three.contexts.torn.push_back({0, {0, 1, 2}, {}});
  double all = 0;
  for (const auto& step : extraction_order(three.subject())) all += step.cost;
  EXPECT_DOUBLE_EQ(all, kTornTransaction);
}

TEST(ExtractionOrder, KernelsAndTestsAreNoSteps) {
  Three three;
  three.calls(0, 1, 4), three.calls(2, 0, 1);
  three.contexts.contexts[1].shared_kernel = true;
  three.contexts.contexts[2].tests = true;
  const auto steps = extraction_order(three.subject());
  EXPECT_THAT(names(steps), ElementsAre("a"));
  EXPECT_DOUBLE_EQ(steps[0].cost, 0);
}

TEST(ContextCuts, TheCheapDirectionGoesAndNoCycleIsLeft) {
  Three three;
  three.calls(0, 1, 5), three.calls(1, 2, 4), three.calls(2, 0, 1);
  const auto plans = plan_context_cuts(three.subject());
  ASSERT_EQ(plans.size(), 1U);
  ASSERT_EQ(plans[0].cuts.size(), 1U);
  EXPECT_EQ(plans[0].cuts[0].from, "c");
  EXPECT_EQ(plans[0].cuts[0].to, "a");
  EXPECT_TRUE(plans[0].exact);
  ASSERT_EQ(plans[0].cuts[0].edits.size(), 1U);
  EXPECT_EQ(plans[0].cuts[0].edits[0].kind, EditKind::invert);
  EXPECT_EQ(plans[0].cuts[0].edits[0].at, (Location{"a.cpp", 1, 1}));
  EXPECT_THAT(plans[0].cuts[0].edits[0].sites, ElementsAre(Location{"c.cpp", 1, 1}));
  EXPECT_DOUBLE_EQ(plans[0].cost, cost_of(EditKind::invert));
}

TEST(ContextCuts, AFunctionThatOnlyTheOthersCallMovesToThem) {
  Three three;
  three.calls(0, 1, 3), three.calls(1, 0, 1);
  auto& moved = three.program.files[0].symbols.back();
  moved.kind = facts::SymbolKind::function;
  three.program.files[1].references.push_back({"g", moved.usr, moved.name, {"b.cpp", 1, 1}, facts::ReferenceKind::call});
  const auto plans = plan_context_cuts(three.subject());
  ASSERT_EQ(plans.size(), 1U);
  ASSERT_EQ(plans[0].cuts.at(0).edits.size(), 1U);
  EXPECT_EQ(plans[0].cuts[0].edits[0].kind, EditKind::move_function);
  EXPECT_THAT(plans[0].cuts[0].edits[0].sentence, HasSubstr("move f100 to b"));
}

TEST(ContextCuts, WithoutACycleThereIsNothingToCut) {
  Three three;
  three.calls(0, 1, 5), three.calls(1, 2, 4), three.calls(0, 2, 1);
  EXPECT_TRUE(plan_context_cuts(three.subject()).empty());
}

}  // namespace
}  // namespace banyan::advice
