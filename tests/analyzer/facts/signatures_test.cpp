// How functions are declared: what a stand-in has to repeat.
#include "tests/analyzer/facts/parse_code.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace banyan::facts::test {
namespace {

std::string spell(const Signature& one) {
  std::string out = (one.is_static ? "static " : "") + one.result + "(";
  for (const Parameter& p : one.parameters)
    out += (out.ends_with("(") ? "" : ", ") + p.type + (p.name.empty() ? "" : " " + p.name) + (p.value.empty() ? "" : " = " + p.value);
  out += one.is_variadic ? "...)" : ")";
  return out + (one.is_const ? " const" : "") + (one.ref == RefQualifier::rvalue ? " &&" : "") + (one.is_noexcept ? " noexcept" : "") +
         (one.is_template ? " template" : "");
}

struct SignatureCase {
  const char* name;
  const char* code;
  const char* expected;  // of the last signature
};

class Signatures : public testing::TestWithParam<SignatureCase> {};

TEST_P(Signatures, AreKeptWithQualifiedNames) {
  const UnitFacts unit = parse(GetParam().code);
  ASSERT_FALSE(file(unit).signatures.empty());
  EXPECT_EQ(spell(file(unit).signatures.back()), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, Signatures,
    testing::Values(
        SignatureCase{"qualified", "namespace n { struct A {}; const A& f(A* a, int); }", "const n::A &(n::A * a, int)"},
        SignatureCase{"method", "struct A { int f(long x) const noexcept; };", "int(long x) const noexcept"},
        SignatureCase{"of_rvalue", "struct A { int f() &&; };", "int() &&"},
        SignatureCase{"static_", "struct A { static A make(); };", "static A()"},
        SignatureCase{"enumerator", "namespace n { enum class M { a, b }; void f(M m = M::b); }", "void(n::M m = n::M::b)"},
        SignatureCase{"constant", "namespace n { struct S { static const int k = 3; void f(int i = k + 1); }; }", "void(int i = n::S::k + 1)"},
        SignatureCase{"object", "namespace n { struct P { int x; P(int a); }; void f(P p = P(4)); }", "void(n::P p = n::P(4))"},
        SignatureCase{"braces", "namespace n { struct P { int x; }; void f(P p = {}); }", "void(n::P p = {})"},
        SignatureCase{"callback", "namespace n { struct P {}; using A = long; void f(int (*g)(const P&, A)); }", "void(int (*)(const n::P &, long) g)"},
        SignatureCase{"template_", "template <class T> T f(T t);", "T(T t) template"},
        SignatureCase{"variadic", "void f(const char* format, ...);", "void(const char * format...)"}),
    [](const auto& one) { return one.param.name; });

TEST(Signatures, NobodyElseCanNameThese) {
  const UnitFacts unit = parse("static int f(); namespace { int g(); } void h() { auto l = [](int) {}; l(1); struct L { void m(); }; }");
  ASSERT_EQ(file(unit).signatures.size(), 1U);
  EXPECT_EQ(file(unit).signatures[0].usr, symbol(unit, "h")->usr);
}

TEST(Signatures, PrivateMembersAreHidden) {
  const UnitFacts unit = parse("class A { int x; protected: void p(); public: int y; };");
  EXPECT_TRUE(symbol(unit, "A::x")->hidden);
  EXPECT_TRUE(symbol(unit, "A::p")->hidden);
  EXPECT_FALSE(symbol(unit, "A::y")->hidden);
}

// A library call whose result becomes part of a string is still a call that was given a string.
TEST(Strings, CallsInInitialisersKeepTheirArguments) {
  const UnitFacts unit = parse(Files{{"a.cpp", R"(
    #include <stdlib.h>
    const char* a = getenv("A");
    static const char* b = getenv("B") ? getenv("B") : "none";
    struct S { static inline const char* c = getenv("C"); const char* d = getenv("D"); };
    const char* f() { static const char* e = getenv("E"); const char* g = getenv("G"); return e ? g : getenv("H"); }
    int i = atoi(getenv("I"));)"},
                                {"/sys/stdlib.h", "extern \"C\" char* getenv(const char*);\nextern \"C\" int atoi(const char*);\n"}});
  std::vector<std::string> found = texts(unit, "getenv");
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  EXPECT_EQ(found, (std::vector<std::string>{"A", "B", "C", "D", "E", "G", "H", "I"}));
}

}  // namespace
}  // namespace banyan::facts::test
