#include "tests/analyzer/facts/parse_code.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::facts::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

struct ReferenceCase {
  const char* name;
  const char* code;
  ReferenceKind kind;
  std::vector<std::string> expected;
};

class References : public testing::TestWithParam<ReferenceCase> {};

TEST_P(References, AreFound) {
  const UnitFacts unit = parse(GetParam().code);
  EXPECT_THAT(references(unit, GetParam().kind), testing::UnorderedElementsAreArray(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, References,
    testing::Values(
        ReferenceCase{"call", "void g(); void f() { g(); }", ReferenceKind::call, {"f -> g"}},
        ReferenceCase{"method", "struct A { void m(); }; void f(A a) { a.m(); }", ReferenceKind::call, {"f -> A::m"}},
        ReferenceCase{"virtual",
             "struct A { virtual void m(); }; void f(A& a) { a.m(); a.A::m(); }",
             ReferenceKind::virtual_call,
             {"f -> A::m"}},
        ReferenceCase{"construct",
             "struct A { A(int); }; void f() { A a(1); new A(2); }",
             ReferenceKind::construct,
             {"f -> A::A", "f -> A::A"}},
        ReferenceCase{"operator_call",
             "struct A { A operator+(int); }; void f(A a) { a + 1; }",
             ReferenceKind::call,
             {"f -> A::operator+"}},
        ReferenceCase{"address",
             "void g(); struct A { void m(); }; void f() { auto p = &g; auto q = &A::m; }",
             ReferenceKind::address_taken,
             {"f -> g", "f -> A::m"}},
        ReferenceCase{"base", "struct A {}; struct B : A {};", ReferenceKind::type_base, {"B -> A"}},
        ReferenceCase{"field_type", "struct A {}; struct B { A a; A* p; };", ReferenceKind::type_field, {"B -> A"}},
        ReferenceCase{
            "pointer", "struct A {}; void f(A* p, A& r);", ReferenceKind::type_pointer, {"f -> A", "f -> A"}},
        ReferenceCase{"template_argument",
             "struct A {}; template <class T> struct V {}; V<A> v;",
             ReferenceKind::type_template_argument,
             {"v -> A"}},
        ReferenceCase{"global_read", "int g; int f() { return g; }", ReferenceKind::variable_read, {"f -> g"}},
        ReferenceCase{"global_write",
             "int g; struct S { int x; void set(); } s; void inc(int&);"
             "void f() { g = 1; ++g; s.x = 2; s.set(); inc(g); }",
             ReferenceKind::variable_write,
             {"f -> g", "f -> g", "f -> s", "f -> s", "f -> g"}},
        ReferenceCase{"enumerator",
             "enum class E { a, b }; E f() { return E::b; }",
             ReferenceKind::enumerator_use,
             {"f -> E::b"}},
        ReferenceCase{"field",
             "struct A { int x; }; int f(A a) { return a.x; }",
             ReferenceKind::field_use,
             {"f -> A::x"}},
        ReferenceCase{"macro", "#define M 1\nint f() { return M; }", ReferenceKind::macro_use, {"f -> M"}},
        ReferenceCase{"overrides",
             "struct A { virtual void m(); }; struct B : A { void m() override; };",
             ReferenceKind::overrides,
             {"B::m -> A::m"}},
        ReferenceCase{"instantiation",
             "template <class T> struct V { void m(); }; void f(V<int> v) { v.m(); }",
             ReferenceKind::call,
             {"f -> V::m"}},
        ReferenceCase{"dependent",
             "void g(int); template <class T> void f(T t) { g(t); }",
             ReferenceKind::call,
             {"f -> g"}},
        ReferenceCase{"lambda",
             "void g(); void f() { auto l = [] { g(); }; }",
             ReferenceKind::call,
             {"f::(lambda) -> g"}},
        ReferenceCase{"lambda_is_handed_on",
             "void f() { auto l = [] {}; }",
             ReferenceKind::address_taken,
             {"f -> f::(lambda)"}}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(References, LibraryCallsKeepTheirName) {
  const UnitFacts unit = parse(
      Files{{"a.cpp", "#include <lib.h>\nvoid f() { lib_open(); }"},
            {"/sys/lib.h", "extern \"C\" { int lib_open(); inline int hidden() { return lib_open(); } }"}});
  EXPECT_THAT(references(unit, ReferenceKind::call), ElementsAre("f -> lib_open"));
  EXPECT_EQ(unit.files.size(), 1U) << "system headers have no facts";
}

TEST(References, SameNamesInTwoFoldersStayApart) {
  const std::string code = "static void helper() {} void f() { helper(); }";
  const UnitFacts one = parse(Files{{"orders/util.cpp", code}});
  const UnitFacts two = parse(Files{{"stock/util.cpp", code}});
  EXPECT_NE(symbol(one, "helper")->usr, symbol(two, "helper")->usr);
}

TEST(Symbols, TellDefinitionsScopesAndMutableState) {
  const UnitFacts unit = parse(
      "namespace n { struct A { static int count; void m(); }; int A::count = 0; const int k = 1;"
      "void A::m() { static int calls; } extern int far; }");
  EXPECT_TRUE(symbol(unit, "n::A::count")->mutable_global);
  EXPECT_TRUE(symbol(unit, "n::A::count")->definition);
  EXPECT_FALSE(symbol(unit, "n::k")->mutable_global);
  EXPECT_FALSE(symbol(unit, "n::far")->definition);
  EXPECT_EQ(symbol(unit, "n::A::m")->scope_usr, symbol(unit, "n::A")->usr);
  EXPECT_EQ(symbol(unit, "n::A::m")->kind, SymbolKind::method);
}

TEST(Guards, AreLocalsThatHoldSomethingUntilTheirBlockEnds) {
  const UnitFacts unit = parse(R"(#include <string>
#include <mutex>
struct Transaction { explicit Transaction(int); ~Transaction(); };
void f(std::mutex& m, int db) {
  std::string not_one;
  {
    Transaction tx(db);
    std::lock_guard<std::mutex> lock(m);
  }
})");
  const auto& guards = file(unit).guards;
  ASSERT_EQ(guards.size(), 2U);
  EXPECT_EQ(guards[0].type, "Transaction");
  EXPECT_EQ(guards[0].arguments, "db");
  EXPECT_EQ(guards[0].at.line, 7U);
  EXPECT_EQ(guards[0].end_line, 9U);
  EXPECT_EQ(guards[1].type, "std::lock_guard");
}

TEST(Includes, LeadToProjectFilesOnly) {
  const UnitFacts unit = parse(Files{
      {"a.cpp", "#include \"lib/x.h\"\n#include <sys.h>\n"}, {"lib/x.h", "int x;\n"}, {"/sys/sys.h", ""}});
  const auto& includes = file(unit).includes;
  ASSERT_EQ(includes.size(), 2U);
  EXPECT_EQ(includes[0].target, "lib/x.h");
  EXPECT_EQ(includes[1].target, "");
  EXPECT_TRUE(includes[1].angled);
}

TEST(Files, AHeaderHasTheSameFactsFromEveryUnit) {
  const std::string header = R"(#pragma once
#include <string>
void run(const std::string&);
struct Cart { int lines = 0; void add() { ++lines; run("UPDATE cart"); } };
template <class T> struct Box { T value; void put(T t) { value = t; run("INSERT INTO box"); } };
)";
  const UnitFacts one =
      parse(Files{{"a.cpp", "#include \"cart.h\"\nvoid f() { Box<int> b; b.put(1); }"}, {"cart.h", header}});
  const UnitFacts two = parse(Files{
      {"b.cpp", "#include <vector>\n#include \"cart.h\"\nstd::vector<Cart> carts;"}, {"cart.h", header}});
  EXPECT_EQ(file(one, "cart.h"), file(two, "cart.h"));
}

TEST(Files, DoNotSayWhereTheTreeLies) {
  const UnitFacts unit = parse("void log(const char* file); void f() { log(__FILE__); }");
  EXPECT_THAT(texts(unit, "log"), ElementsAre("a.cpp"));
}

TEST(Files, KnowWordsButNotTheLicense) {
  const UnitFacts unit =
      parse("// Copyright somebody\nint placeOrder; // ships parcels\nint HTTPServer_run2;");
  EXPECT_THAT(file(unit).words, ElementsAre("http", "order", "parcels", "place", "run", "server", "ships"));
}

TEST(Units, WithErrorsKeepWhatWasParsed) {
  const UnitFacts unit = parse(Files{
      {"a.cpp",
       "#include \"gone.h\"\nvoid g(); void f() { g(); missing(); }\nUnknown h();\nvoid k() { g(); }"}});
  ASSERT_FALSE(unit.errors.empty());
  EXPECT_EQ(unit.errors.front().at, (Location{"a.cpp", 1, 10}));
  EXPECT_TRUE(unit.errors.front().fatal);
  EXPECT_THAT(references(unit, ReferenceKind::call), UnorderedElementsAre("f -> g", "k -> g"));
}

}  // namespace
}  // namespace banyan::facts::test
