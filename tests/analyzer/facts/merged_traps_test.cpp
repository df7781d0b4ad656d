// What Clang makes of a header depends on who reads it first, where one is not careful: each of these gave other facts
// in a parse with others than alone, in a real program.
#include "tests/analyzer/facts/parse_merged.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::facts::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST(MergedTraps, TypesInTemplatesAreNotNamedAfterAnInstance) {
  const Outcome out = together(
      {{"a.cpp", "#include \"t.h\"\nstruct A {};\nBox<A> a;\n"},
       {"b.cpp", "#include \"t.h\"\nstruct B {};\nBox<B> b;\n"},
       {"t.h", "#pragma once\ntemplate <class T> struct Box {\n  typedef void (T::*Method)();\n  struct Node {};\n"
               "  template <bool C> struct It { It& next(); };\n  enum { size = 1 };\n  Method m = nullptr;\n  Node n;\n"
               "  It<true> begin(Method);\n};\ntemplate <class T> struct Box<T*> { struct Part {}; Part p; };\n"}},
      {"a.cpp", "b.cpp"});
  EXPECT_THAT(out.reasons, testing::Each(IsEmpty()));
}

TEST(MergedTraps, FriendsAndTypesNamedByTheWayAreNoDeclarations) {
  const Outcome out = together(
      {{"a.cpp", "#include \"f.h\"\nint a() { return 1; }\n"},
       {"b.cpp", "#include \"x.h\"\n#include \"f.h\"\nint b() { return 1; }\n"},
       {"x.h", "#pragma once\nclass X {};\nstruct Y {};\n"},
       {"f.h", "#pragma once\nclass F { friend class X; struct Y* y; };\n"}},
      {"a.cpp", "b.cpp"});
  EXPECT_THAT(out.reasons[0], IsEmpty());
  EXPECT_EQ(symbol(out.merged.at(0), "X"), nullptr);
}

TEST(MergedTraps, AnIncludeDependsOnWhatWasDefinedBeforeIt) {
  const Files files{{"a.cpp", "#include \"limits.h\"\nint a = MAX;\n"},
                    {"b.cpp", "#include \"other.h\"\n#include \"limits.h\"\nint b = MAX + other;\n"},
                    {"c.cpp", "#include \"limits.h\"\n#include \"limits.h\"\nint c = MAX;\n"},
                    {"other.h", "#pragma once\nextern int other;\n"},
                    {"limits.h", "#if !defined(LIMITS) || !defined(SYSTEM)\n#define LIMITS\n#include \"system.h\"\n"
                                 "#undef MAX\n#define MAX 7\n#endif\n"},
                    {"system.h", "#ifndef SYSTEM\n#define SYSTEM\n#endif\n#ifdef MAX\n#include \"never.h\"\n#endif\n"
                                 "#include \"bits.h\"\n"},
                    {"bits.h", "#ifndef BITS\n#define BITS\n#ifndef MAX\n#include \"more.h\"\n#endif\n#endif\n"},
                    {"more.h", "#pragma once\n"},
                    {"never.h", "#error MAX was defined too early\n"}};
  const Outcome out = together(files, {"a.cpp", "b.cpp", "c.cpp"});
  EXPECT_THAT(out.reasons, testing::Each(IsEmpty()));
}

TEST(MergedTraps, AGuardAroundAPartOfAHeaderIsNoDoubt) {
  const Outcome out = together(
      {{"a.cpp", "#include \"p.h\"\nint a() { return part(); }\n"},
       {"b.cpp", "#include \"p.h\"\nint b() { return part(); }\n"},
       {"p.h", "#ifndef DOXYGEN\n#ifndef P_H\n#define P_H\n#include \"q.h\"\nint part();\n#endif\n#endif\n"},
       {"q.h", "#pragma once\nint q();\n"}},
      {"a.cpp", "b.cpp"});
  EXPECT_THAT(out.reasons, testing::Each(IsEmpty()));
}

TEST(MergedTraps, NamesBroughtInMayMeanAnyOfTheirOverloads) {
  const Outcome out = together(
      {{"a.cpp", "#include \"wide.h\"\n#include \"t.h\"\nint a() { return 1; }\n"},
       {"b.cpp", "#include \"t.h\"\nint b() { return 1; }\n"},
       {"base.h", "#pragma once\nnamespace lib { void swap(int&, int&); }\n"},
       {"wide.h", "#pragma once\n#include \"base.h\"\nnamespace lib { void swap(long&, long&); }\n"},
       {"t.h", "#pragma once\n#include \"base.h\"\ninline void t(int& x, int& y) { using lib::swap; swap(x, y); }\n"}},
      {"a.cpp", "b.cpp"});
  EXPECT_THAT(out.reasons, testing::Each(IsEmpty()));
}

TEST(MergedTraps, OperatorsInTemplatesReadTheSameWhateverIsDeclared) {
  const Outcome out = together(
      {{"a.cpp", "#include \"big.h\"\n#include \"t.h\"\nint a() { return 1; }\n"},
       {"b.cpp", "#include \"t.h\"\nint b() { return 1; }\n"},
       {"big.h", "#pragma once\nstruct Big {};\nBig operator*(Big);\nbool operator!(Big);\nbool operator==(Big, Big);\n"},
       {"t.h", "#pragma once\ntemplate <class T> auto same(T x, T y) -> decltype(*x == *y) { return !(*x == *y); }\n"
               "template <bool B> struct If {};\ntemplate <class T> If<!T::value> pick(T);\n"}},
      {"a.cpp", "b.cpp"});
  EXPECT_THAT(out.reasons, testing::Each(IsEmpty()));
}

TEST(MergedTraps, AnUnseenNameDoesNotHideTheSeenOnesAround) {
  const Outcome out = together(
      {{"a.cpp", "#include \"row.h\"\n#include \"t.h\"\nint a() { return 1; }\n"},
       {"b.cpp", "#include \"t.h\"\nint b() { return 1; }\n"},
       {"row.h", "#pragma once\nnamespace lib { namespace data { struct Row {}; int show(Row); } }\n"},
       {"base.h", "#pragma once\nnamespace lib { int show(int); }\n"},
       {"t.h", "#pragma once\n#include \"base.h\"\nnamespace lib { namespace data {\n"
               "template <class T> int all(T t) { return show(t); }\n} }\n"}},
      {"a.cpp", "b.cpp"});
  EXPECT_THAT(out.reasons, testing::Each(IsEmpty()));
  ASSERT_TRUE(out.merged.contains(0));
  EXPECT_THAT(references(out.merged.at(0), ReferenceKind::call), testing::Contains(HasSubstr("lib::show")));
}

TEST(MergedTraps, ATypeThatHidesAnotherGivesAHeaderAnotherMeaning) {
  const Outcome out = together(
      {{"a.cpp", "#include \"c.h\"\nint a() { return 1; }\n"},
       {"b.cpp", "#include \"inner.h\"\n#include \"c.h\"\nint b() { return 1; }\n"},
       {"d.cpp", "#include \"c.h\"\n#include \"inner.h\"\nint d() { return 1; }\n"},
       {"outer.h", "#pragma once\nnamespace n { struct Session {}; }\n"},
       {"inner.h", "#pragma once\nnamespace n { namespace test { struct Session {}; } }\n"},
       {"c.h", "#pragma once\n#include \"outer.h\"\nnamespace n { namespace test { Session* open(); } }\n"}},
      {"a.cpp", "b.cpp", "d.cpp"});
  EXPECT_FALSE(out.reasons[1].empty());
}

TEST(MergedTraps, ATypeThatAHeaderDeclaresItselfIsNotHidden) {
  const Outcome out = together(
      {{"a.cpp", "#include \"props.h\"\n#include \"file.h\"\nint a() { return 1; }\n"},
       {"b.cpp", "#include \"file.h\"\nint b() { return 1; }\n"},
       {"base.h", "#pragma once\nnamespace n { class File {}; }\n"},
       {"props.h", "#pragma once\nnamespace n { namespace mpc { class File; class Props { File* f; }; } }\n"},
       {"file.h", "#pragma once\n#include \"base.h\"\nnamespace n { namespace mpc { class File : public n::File {}; } }\n"}},
      {"b.cpp", "a.cpp"});
  EXPECT_THAT(out.reasons, testing::Each(IsEmpty()));
}

TEST(MergedTraps, AnErrorThatSpeaksOfIncludesIsNoInclude) {
  const Outcome out = together(
      {{"a.cpp", "#include <uni.h>\nint a() { return 1; }\n"},
       {"b.cpp", "#include <io.h>\n#include <uni.h>\nint b() { return 1; }\n"},
       {"/sys/io.h", "#ifndef STDIO\n#define STDIO\n#endif\n"},
       {"/sys/uni.h", "#ifndef UNISTD\n#define UNISTD\n#include <bits.h>\n#endif\n"},
       {"/sys/bits.h", "#ifndef BITS\n#define BITS\n#if !defined UNISTD && !defined STDIO\n"
                  "# error \"Never include this file directly.\"\n#endif\nint bits();\n#endif\n"}},
      {"a.cpp", "b.cpp"});
  EXPECT_THAT(out.reasons, testing::Each(IsEmpty()));
}

TEST(MergedTraps, ACycleOfIncludesEnteredElsewhereIsReadAgain) {
  const Outcome out = together(
      {{"a.cpp", "#include \"t.h\"\nint a() { return 1; }\n"},
       {"b.cpp", "#include \"u.h\"\nint b() { return 1; }\n"},
       {"t.h", "#pragma once\n#include \"u.h\"\ntemplate <class T> int all(T t) { return show(t); }\n"},
       {"u.h", "#pragma once\n#include \"t.h\"\nint show(int);\n"}},
      {"a.cpp", "b.cpp"});
  EXPECT_FALSE(out.reasons[1].empty());
}

TEST(MergedTraps, BuiltinsAndNamesDeclaredElsewhereTooAreNotTheProjects) {
  const Outcome out = together(
      {{"a.cpp", "#include \"bits.h\"\n#include \"redeclares.h\"\nint a(BIGNUM*) { return zeros(1); }\n"},
       {"b.cpp", "#include \"bits.h\"\n#include </sys/bn.h>\nint b(BIGNUM*) { return zeros(2) + __builtin_clz(4); }\n"},
       {"bits.h", "#pragma once\ninline int zeros(unsigned n) { return __builtin_clz(n); }\n"},
       {"redeclares.h", "#pragma once\n#include </sys/bn.h>\ntypedef struct bignum_st BIGNUM;\n"},
       {"/sys/bn.h", "#pragma once\ntypedef struct bignum_st BIGNUM;\n"}},
      {"a.cpp", "b.cpp"});
  EXPECT_THAT(out.reasons, testing::Each(IsEmpty()));
}

TEST(MergedTraps, DefaultArgumentsBelongToTheirHeader) {
  const Outcome out = together(
      {{"a.cpp", "#include \"d.h\"\nint a() { return f(); }\n"},
       {"b.cpp", "#include \"d.h\"\nint f(int n) { return n; }\n"},
       {"d.h", "#pragma once\nenum Mode { fast };\nint f(int n = fast);\n"}},
      {"a.cpp", "b.cpp"});
  EXPECT_THAT(out.reasons, testing::Each(IsEmpty()));
}

TEST(MergedTraps, AHeaderWithErrorsEndsTheParse) {
  const Outcome out = together(
      {{"a.cpp", "namespace n { class File; }\n#include \"f.h\"\nint a() { return 1; }\n"},
       {"b.cpp", "#include \"g.h\"\nint b() { return 1; }\n"},
       {"c.cpp", "#include \"f.h\"\nint c() { return 1; }\n"},
       {"f.h", "#pragma once\nnamespace n { class File {}; }\n"},
       {"g.h", "#pragma once\nnamespace n { enum File { one }; }\n"}},
      {"a.cpp", "b.cpp", "c.cpp"});
  EXPECT_THAT(out.reasons[0], IsEmpty());
  EXPECT_EQ(out.reasons[1], kHasErrors);
  EXPECT_EQ(out.reasons[2], kNotReached);
}

}  // namespace
}  // namespace banyan::facts::test
