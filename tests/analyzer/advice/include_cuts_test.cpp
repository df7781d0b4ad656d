// Cycles of includes: which line goes, and what has to be written elsewhere so that everything still compiles.
#include "analyzer/advice/include_cuts.hpp"
#include "tests/analyzer/graph/program_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::advice {
namespace {

using facts::ReferenceKind;
using facts::SymbolKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto record = SymbolKind::record;

// a.hpp and b.hpp include each other; b.hpp cannot do without a.hpp.
testing::ProgramBuilder pair() {
  testing::ProgramBuilder p;
  p.includes("a.hpp", "b.hpp").includes("b.hpp", "a.hpp");
  p.symbol("a.hpp", "n::A", true, record).symbol("b.hpp", "n::B", true, record);
  p.uses("b.hpp", "n::B", "n::A", ReferenceKind::type_field);
  return p;
}

CyclePlan only(const testing::ProgramBuilder& p) {
  const auto plans = plan_include_cuts(p.program(), [](const Location&) { return std::string("struct A {"); });
  EXPECT_EQ(plans.size(), 1U);
  return plans.empty() ? CyclePlan{} : plans.front();
}

std::vector<std::string> edits(const CyclePlan& plan) {
  std::vector<std::string> out;
  for (const auto& edit : plan.edits)
    out.push_back(edit.file + ":" + std::to_string(edit.line) + (edit.remove ? " -" : " +" + edit.text));
  return out;
}

TEST(IncludeCuts, AnUnusedIncludeJustGoes) {
  const CyclePlan plan = only(pair());
  EXPECT_THAT(plan.files, ElementsAre("a.hpp", "b.hpp"));
  EXPECT_THAT(edits(plan), ElementsAre("a.hpp:1 -"));
  ASSERT_EQ(plan.cuts.size(), 1U);
  EXPECT_EQ(plan.cuts[0].kind, CutKind::drop);
  EXPECT_TRUE(plan.exact);
}

TEST(IncludeCuts, APointerNeedsAForwardDeclaration) {
  auto p = pair();
  p.uses("a.hpp", "n::A", "n::B", ReferenceKind::type_pointer);
  const CyclePlan plan = only(p);
  EXPECT_EQ(plan.cuts.at(0).kind, CutKind::forward_declare);
  EXPECT_THAT(edits(plan), ElementsAre("a.hpp:1 +namespace n {\nclass B;\n}", "a.hpp:1 -"));
}

TEST(IncludeCuts, ADeclarationThatIsThereIsNotRepeated) {
  testing::ProgramBuilder p;
  p.symbol("a.hpp", "n::B", false, record);
  p.includes("a.hpp", "b.hpp").includes("b.hpp", "a.hpp");
  p.symbol("a.hpp", "n::A", true, record).symbol("b.hpp", "n::B", true, record);
  p.uses("b.hpp", "n::B", "n::A", ReferenceKind::type_field);
  p.uses("a.hpp", "n::A", "n::B", ReferenceKind::type_pointer);
  EXPECT_THAT(edits(only(p)), ElementsAre("a.hpp:2 -"));
}

TEST(IncludeCuts, WhoeverGotItThroughTheCutIncludesItNow) {
  auto p = pair();
  p.includes("user.cpp", "a.hpp");
  p.uses("user.cpp", "main", "n::B", ReferenceKind::type_value);
  p.includes("other.cpp", "b.hpp");
  p.uses("other.cpp", "main2", "n::B", ReferenceKind::type_value);
  EXPECT_THAT(edits(only(p)), ElementsAre("a.hpp:1 -", "user.cpp:1 +#include \"b.hpp\""));
}

TEST(IncludeCuts, OneIncludeInAHeaderServesItsIncluders) {
  auto p = pair();
  p.includes("mid.hpp", "a.hpp").includes("user.cpp", "mid.hpp");
  p.uses("mid.hpp", "mid", "n::B", ReferenceKind::type_value);
  p.uses("user.cpp", "main", "n::B", ReferenceKind::type_value);
  EXPECT_THAT(edits(only(p)), ElementsAre("a.hpp:1 -", "mid.hpp:1 +#include \"b.hpp\""));
}

TEST(IncludeCuts, TheSourceOfAMethodNeedsItsClass) {
  auto p = pair();
  auto program = p.includes("user.cpp", "a.hpp").symbol("user.cpp", "n::B::run", true, SymbolKind::method).program();
  for (auto& file : program.files)
    for (auto& symbol : file.symbols)
      if (symbol.name == "n::B::run") symbol.scope_usr = "n::B";
  const auto plans = plan_include_cuts(program);
  EXPECT_THAT(edits(plans.at(0)), ElementsAre("a.hpp:1 -", "user.cpp:1 +#include \"b.hpp\""));
}

TEST(IncludeCuts, SystemHeadersThatCameThroughStay) {
  auto p = pair();
  auto program = p.program();
  program.files[1].includes.push_back({.at = {"b.hpp", 9, 1}, .spelled = "vector", .target = {}, .angled = true});
  EXPECT_THAT(edits(plan_include_cuts(program).at(0)), ElementsAre("a.hpp:1 +#include <vector>", "a.hpp:1 -"));
}

TEST(IncludeCuts, TheCheaperDirectionIsCut) {
  auto p = pair();
  p.uses("a.hpp", "n::A", "n::B", ReferenceKind::type_base);  // neither can do without the other's full type
  p.uses("b.hpp", "n::B", "n::A", ReferenceKind::call);
  const CyclePlan plan = only(p);
  ASSERT_EQ(plan.cuts.size(), 1U);
  EXPECT_FALSE(plan.cuts[0].work.empty());
  EXPECT_THAT(describe(plan), HasSubstr("By hand: "));
}

TEST(IncludeCuts, BodiesMoveBeforeTypesDo) {
  auto p = pair();
  auto program = p.symbol("a.hpp", "n::A::use", true, SymbolKind::method).program();
  auto& a = program.files[0];
  a.symbols.back().end_line = a.symbols.back().at.line + 5;
  a.references.push_back({.from_usr = "n::A::use",
                          .to_usr = "n::B",
                          .to_name = "n::B",
                          .at = {"a.hpp", a.symbols.back().at.line + 2, 3},
                          .kind = ReferenceKind::type_value});
  const auto plan = plan_include_cuts(program).at(0);
  EXPECT_EQ(plan.cuts.at(0).kind, CutKind::move_bodies);
  EXPECT_EQ(plan.cuts.at(0).at.file, "a.hpp");
}

TEST(IncludeCuts, ATypeThatKnowsNothingOfUsIsSplitOff) {
  testing::ProgramBuilder p;
  p.includes("a.hpp", "b.hpp").includes("b.hpp", "a.hpp");
  p.symbol("a.hpp", "n::A", true, record).symbol("b.hpp", "n::B", true, record);
  p.symbol("b.hpp", "n::Plain", true, record);
  p.uses("b.hpp", "n::B", "n::A", ReferenceKind::type_base);
  p.uses("a.hpp", "n::A", "n::Plain", ReferenceKind::type_field);
  const CyclePlan plan = only(p);
  EXPECT_EQ(plan.cuts.at(0).kind, CutKind::split_header);
  EXPECT_THAT(describe(plan), HasSubstr("move n::"));
}

TEST(UnifiedDiff, IsWhatPatchReads) {
  std::string text;
  for (int i = 1; i <= 20; ++i) text += "line " + std::to_string(i) + "\n";
  const std::vector<Edit> list{{"f.hpp", 2, false, "two\nand a half"}, {"f.hpp", 5, true, {}}, {"f.hpp", 18, true, {}}};
  EXPECT_EQ(unified_diff(list, [&](const std::string&) { return text; }),
            "--- a/f.hpp\n+++ b/f.hpp\n@@ -1,8 +1,9 @@\n line 1\n line 2\n+two\n+and a half\n line 3\n line 4\n-line 5\n"
            " line 6\n line 7\n line 8\n@@ -15,6 +16,5 @@\n line 15\n line 16\n line 17\n-line 18\n line 19\n line 20\n");
}

}  // namespace
}  // namespace banyan::advice
