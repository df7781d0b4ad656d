// Units that share a parse give the facts they give alone, or are not delivered: here, units made to trip it.
#include "analyzer/facts/merged.hpp"

#include "tests/analyzer/facts/parse_merged.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::facts::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const std::string kShop =
    "#pragma once\n#include \"types.h\"\nnamespace shop {\nclass Cart {\n public:\n  void add(const Item& item);\n"
    "  int total() const { return total_; }\n private:\n  int total_ = 0;\n};\nvoid run(const char* sql);\n}\n";
const std::string kTypes = "#ifndef TYPES_H\n#define TYPES_H\nnamespace shop { struct Item { int price = 0; }; }\n#endif\n";

Files shop(std::vector<std::pair<std::string, std::string>> units) {
  Files files(std::move(units));
  files.emplace_back("shop.h", kShop);
  files.emplace_back("types.h", kTypes);
  return files;
}

TEST(Merged, UnitsThatShareHeadersComeOutAsAlone) {
  const Outcome out = together(
      shop({{"a.cpp", "#include \"shop.h\"\nvoid shop::Cart::add(const Item& i) { total_ += i.price; }\n"},
            {"b.cpp", "#include \"shop.h\"\nvoid sell() { shop::Cart c; c.add({}); shop::run(\"SELECT 1\"); }\n"},
            {"c.cpp", "#include \"types.h\"\nint price(const shop::Item& i) { return i.price; }\n"}}),
      {"a.cpp", "b.cpp", "c.cpp"});
  EXPECT_THAT(out.reasons, testing::Each(IsEmpty()));
}

TEST(Merged, ClashingStaticsAnonymousNamespacesAndTypes) {
  const std::string one =
      "#include \"shop.h\"\nstatic int count = 1;\nstatic int helper(int a) { return a + count; }\n"
      "namespace { struct Row { int x; }; int twice(Row r) { return 2 * r.x; } }\nenum Colour { red, green };\n"
      "class Local { public: int f() { return helper(red); } };\nnamespace shop { static void log() {} }\n"
      "template <class T> T same(T t) { return t; }\ntypedef int Number;\nusing Text = const char*;\n"
      "int use1() { shop::log(); return twice({1}) + Local().f() + same(Number(3)); }\n";
  const std::string two =
      "#include \"shop.h\"\nstatic long count = 2;\nstatic double helper(double a) { return a * count; }\n"
      "namespace { struct Row { long y, z; }; long twice(Row r) { return r.y; } }\nenum Colour { green, blue };\n"
      "class Local { public: double g() { return helper(1.0); } };\nnamespace shop { static int log(int n) { return n; } }\n"
      "template <class T, class U> T same(T t, U) { return t; }\ntypedef long Number;\nusing Text = const wchar_t*;\n"
      "long use2() { return shop::log(2) + twice({1, 2}) + long(Local().g()) + same(Number(3), blue); }\n";
  const Outcome out = together(shop({{"a.cpp", one}, {"b.cpp", two}, {"c.cpp", one}}), {"a.cpp", "b.cpp", "c.cpp"});
  EXPECT_THAT(out.reasons, testing::Each(IsEmpty()));
}

TEST(Merged, SeveralProgramsWithAMainEach) {
  const Outcome out = together(shop({{"a.cpp", "#include \"shop.h\"\nint main() { shop::run(\"SELECT 1\"); }\n"},
                                     {"b.cpp", "#include \"shop.h\"\nint main(int, char**) { return 2; }\n"}}),
                               {"a.cpp", "b.cpp"});
  EXPECT_THAT(out.reasons, testing::Each(IsEmpty()));
}

TEST(Merged, ADeclarationInAHeaderIsSeenAgainAfterItsDefinition) {
  const Outcome out = together(
      {{"a.cpp", "#include \"f.h\"\nint f(int a) { return a; }\nint limit = 3;\nstruct Later { int n; };\n"},
       {"b.cpp", "#include \"f.h\"\nint g() { return f(limit); }\nLater* h() { return nullptr; }\n"},
       {"f.h", "#pragma once\nint f(int a);\nextern int limit;\nstruct Later;\n"}},
      {"a.cpp", "b.cpp"});
  EXPECT_THAT(out.reasons, testing::Each(IsEmpty()));
}

TEST(Merged, ADefinitionOfANeighbourIsNotSeen) {
  const Outcome out = together(
      {{"a.cpp", "#include \"f.h\"\nstd::string table() { return \"orders\"; }\nconst char* const kSql = \"SELECT 1\";\n"},
       {"b.cpp", "#include \"f.h\"\nvoid g() { run((\"SELECT * FROM \" + table()).c_str()); run(kSql); }\n"},
       {"c.cpp", "#include \"f.h\"\nvoid h(Hidden* p) { delete p; }\n"},
       {"f.h", "#pragma once\n#include <string>\nstd::string table();\nextern const char* const kSql;\n"
               "void run(const char* sql);\nstruct Hidden;\n"},
       {"/sys/string", "#pragma once\nnamespace std { struct string { string(const char*); const char* c_str() const; };\n"
                       "string operator+(const char*, const string&); }\n"}},
      {"a.cpp", "b.cpp", "c.cpp"});
  EXPECT_THAT(out.reasons, testing::Each(IsEmpty()));
}

TEST(Merged, AMissingIncludeDoesNotLeakFromANeighbour) {
  const Outcome out = together(shop({{"a.cpp", "#include \"shop.h\"\nint a() { return 1; }\n"},
                                     {"b.cpp", "#include \"types.h\"\nvoid b() { shop::run(\"SELECT 1\"); }\n"},
                                     {"c.cpp", "namespace shop { class Cart; }\nint c(shop::Cart* k) { return k->total(); }\n"},
                                     {"d.cpp", "namespace shop { class Cart; }\nint d() { return sizeof(shop::Cart); }\n"}}),
                               {"a.cpp", "b.cpp", "c.cpp", "d.cpp"});
  EXPECT_THAT(out.reasons[1], HasSubstr("through a neighbour"));
  EXPECT_THAT(out.reasons[2], HasSubstr("through a neighbour"));
  EXPECT_THAT(out.reasons[3], HasSubstr("through a neighbour"));
}

TEST(Merged, MacrosOfASourceAreTakenBackThoseOfAHeaderDoNotLeak) {
  const Outcome out = together(
      {{"a.cpp", "#define LOCAL 1\n#undef GIVEN\n#define GIVEN 2\n#include \"m.h\"\nint a = LOCAL + GIVEN + SHARED;\n"},
       {"b.cpp", "#ifdef LOCAL\nint wrong;\n#endif\n#ifdef GIVEN\nint wrong;\n#endif\n"},
       {"c.cpp", "#ifdef SHARED\nint wrong;\n#endif\n#include \"m.h\"\nint c = SHARED;\n"},
       {"d.cpp", "#if SHARED > 1\nint wrong;\n#else\nint right;\n#endif\n"},
       {"m.h", "#ifndef M_H\n#define M_H\n#define SHARED 3\n#endif\n"}},
      {"a.cpp", "b.cpp", "c.cpp", "d.cpp"});
  EXPECT_THAT(out.reasons[0], IsEmpty());
  EXPECT_THAT(out.reasons[1], IsEmpty());
  EXPECT_THAT(out.reasons[2], HasSubstr("through a neighbour"));
  EXPECT_THAT(out.reasons[3], HasSubstr("through a neighbour"));
}

TEST(Merged, AHeaderReadUnderOtherMacrosIsNotShared) {
  const Files files{{"a.cpp", "#include \"h.h\"\nint a() { return 1; }\n"},
                    {"b.cpp", "#define WITH_MORE\n#include \"h.h\"\nint b() { return more(); }\n"},
                    {"c.cpp", "#include \"config.h\"\n#include \"h.h\"\nint c() { return 1; }\n"},
                    {"d.cpp", "#define private public\n#include \"h.h\"\nint d() { return 1; }\n"},
                    {"e.cpp", "#include \"h.h\"\n#include \"config.h\"\nint e() { return 2; }\n"},
                    {"config.h", "#pragma once\n#define WITH_MORE\n"},
                    {"h.h", "#pragma once\nclass H { private: int n; };\n#ifdef WITH_MORE\nint more();\n#endif\n"}};
  const Outcome out = together(files, {"a.cpp", "b.cpp", "c.cpp", "d.cpp", "e.cpp"});
  EXPECT_THAT(out.reasons[0], IsEmpty());
  for (const std::size_t i : {1, 2, 3}) EXPECT_FALSE(out.reasons[i].empty()) << i;
  EXPECT_THAT(out.reasons[4], IsEmpty());
}

TEST(Merged, UsingDirectivesStayWithTheirUnit) {
  const Outcome out = together(
      shop({{"a.cpp", "#include \"shop.h\"\nusing namespace shop;\nusing shop::run;\nvoid a() { Cart c; run(\"SELECT 1\"); }\n"},
            {"b.cpp", "#include \"shop.h\"\nvoid b() { Cart c; }\n"},
            {"c.cpp", "#include \"opens.h\"\nvoid c() { Item i; }\n"},
            {"d.cpp", "#include \"types.h\"\nvoid d() { Item i; }\n"},
            {"e.cpp", "#include \"opens.h\"\nvoid e() { Item i; }\n"},
            {"opens.h", "#pragma once\n#include \"types.h\"\nusing namespace shop;\n"}}),
      {"a.cpp", "b.cpp", "c.cpp", "d.cpp", "e.cpp"});
  EXPECT_THAT(out.reasons[0], IsEmpty());
  EXPECT_FALSE(out.reasons[1].empty());
  EXPECT_THAT(out.reasons[2], IsEmpty());
  EXPECT_FALSE(out.reasons[3].empty()) << "the directive of opens.h is not for who does not include it";
  EXPECT_THAT(out.reasons[4], IsEmpty());
}

TEST(Merged, ADirectiveInAHeaderIsForItsIncludersOnly) {
  const Outcome out = together(
      {{"a.cpp", "#include \"opens.h\"\nint a() { return count(); }\n"},
       {"b.cpp", "#include \"shop.h\"\nstatic int count(long = 0) { return 1; }\nint b() { return count(); }\n"},
       {"c.cpp", "#include \"opens.h\"\nint c() { return count(); }\n"},
       {"opens.h", "#pragma once\n#include \"shop.h\"\nusing namespace shop;\n"},
       {"shop.h", "#pragma once\nnamespace shop { int count(); }\n"}},
      {"a.cpp", "b.cpp", "c.cpp"});
  EXPECT_THAT(out.reasons, testing::Each(IsEmpty()));
}

TEST(Merged, TheOrderOfIncludesCounts) {
  const Outcome out = together(
      {{"a.cpp", "#include \"base.h\"\n#include \"needs_base.h\"\nint a() { return need(Base()); }\n"},
       {"b.cpp", "#include \"needs_base.h\"\n#include \"base.h\"\nint b() { return 1; }\n"},
       {"c.cpp", "#include \"needs_base.h\"\nint c() { return 1; }\n"},
       {"d.cpp", "int d() { return Base().n; }\n#include \"base.h\"\n"},
       {"e.cpp", "#include \"base.h\"\n#include \"needs_base.h\"\nint e() { return need(Base()); }\n"},
       {"base.h", "#pragma once\nstruct Base { int n = 0; };\n"},
       {"needs_base.h", "#pragma once\ninline int need(Base b) { return b.n; }\n"}},
      {"a.cpp", "b.cpp", "c.cpp", "d.cpp", "e.cpp"});
  EXPECT_THAT(out.reasons[0], IsEmpty());
  for (const std::size_t i : {1, 2, 3}) EXPECT_FALSE(out.reasons[i].empty()) << i;
  EXPECT_THAT(out.reasons[4], IsEmpty());
}

TEST(Merged, FilesWithoutAGuardAreReadByEachUnit) {
  const Outcome out = together(
      {{"a.cpp", "#define X(n) int get_##n() { return 1; }\n#include \"list.def\"\n#undef X\n"},
       {"b.cpp", "#define X(n) static int put_##n;\n#include \"list.def\"\n#undef X\n#include \"part.inc\"\n"},
       {"c.cpp", "#include \"part.inc\"\nint c() { return part; }\n"},
       {"list.def", "X(one)\nX(two)\n"},
       {"part.inc", "static int part = 4;\n"}},
      {"a.cpp", "b.cpp", "c.cpp"});
  EXPECT_THAT(out.reasons, testing::Each(IsEmpty()));
}

TEST(Merged, CandidatesInTemplatesDoNotLeak) {
  const Outcome out = together(
      {{"a.cpp", "#include \"one.h\"\n#include \"t.h\"\nint a() { return apply(1); }\n"},
       {"b.cpp", "#include \"two.h\"\n#include \"t.h\"\ntemplate <class T> int own(T t) { return show(t); }\n"
                 "int b() { return apply(2.0) + own(2.0); }\n"},
       {"one.h", "#pragma once\nint show(int);\n"},
       {"two.h", "#pragma once\nint show(double);\n"},
       {"t.h", "#pragma once\ntemplate <class T> int apply(T t) { return show(t); }\n"}},
      {"a.cpp", "b.cpp"});
  EXPECT_THAT(out.reasons, testing::Each(IsEmpty())) << "what includers give it is no fact of t.h";
}

TEST(Merged, ABetterOverloadOfANeighbourIsNotTaken) {
  const Outcome out = together({{"a.cpp", "#include \"d.h\"\nint a() { return pick(1.0); }\n"},
                                {"b.cpp", "#include \"i.h\"\nint b() { return pick(1.0); }\n"},
                                {"i.h", "#pragma once\nint pick(int);\n"},
                                {"d.h", "#pragma once\nint pick(double);\n"}},
                               {"a.cpp", "b.cpp"});
  EXPECT_THAT(out.reasons[1], HasSubstr("pick"));
}

TEST(Merged, ACounterIsForAParseAlone) {
  const std::string code = "#define CAT2(a, b) a##b\n#define CAT(a, b) CAT2(a, b)\nstatic int CAT(v, __COUNTER__) = 1;\n";
  const Outcome out = together({{"a.cpp", code}, {"b.cpp", code}}, {"a.cpp", "b.cpp"});
  EXPECT_FALSE(out.reasons[1].empty());
}

TEST(Merged, ErrorsStayWithTheirUnit) {
  const Outcome out = together(shop({{"a.cpp", "#include \"shop.h\"\nint a() { return 1; }\n"},
                                     {"b.cpp", "#include \"gone.h\"\nint b() { return nothing; }\n"},
                                     {"c.cpp", "#include \"shop.h\"\nint c() { return shop::Cart().total(); }\n"},
                                     {"d.cpp", "namespace shop {\nint d() { return 1; }\n"},
                                     {"e.cpp", "#include \"shop.h\"\nint e() { return 1; }\n"}}),
                               {"a.cpp", "b.cpp", "c.cpp", "d.cpp", "e.cpp"});
  EXPECT_THAT(out.reasons[0], IsEmpty());
  EXPECT_EQ(out.reasons[1], kHasErrors);
  EXPECT_THAT(out.reasons[2], IsEmpty());
  EXPECT_FALSE(out.reasons[3].empty());
}

TEST(Merged, FlagsDecideWhoMayShareAParse) {
  const auto all = requests(shop({{"a.cpp", ""}, {"b.cpp", ""}, {"c.c", ""}}), {"a.cpp", "b.cpp", "c.c"});
  ParseRequest other = all[0];
  other.arguments.insert(other.arguments.begin() + 1, "-DMORE=1");
  EXPECT_EQ(merge_key(all[0]), merge_key(all[1]));
  EXPECT_NE(merge_key(all[0]), merge_key(other));
  EXPECT_EQ(merge_key(all[2]), "");
}

}  // namespace
}  // namespace banyan::facts::test
