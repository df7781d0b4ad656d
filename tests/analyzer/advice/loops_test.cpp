// Loops are found by tokens; strings, comments and preprocessor lines hold none.
#include "analyzer/advice/loops.hpp"

#include <gtest/gtest.h>

namespace banyan::advice {
namespace {

std::string found(std::string_view text) {
  std::string out;
  for (const Loop& loop : find_loops(text))
    out += std::to_string(loop.first) + "-" + std::to_string(loop.last) + " ";
  return out;
}

TEST(Loops, OfEveryKind) {
  EXPECT_EQ(found("for (;;) {\n f();\n}\n"), "1-3 ");
  EXPECT_EQ(found("for (auto x : y)\n  f();\ng();"), "1-2 ");
  EXPECT_EQ(found("while (a) {\n for (;;)\n  b();\n}\n"), "1-4 2-3 ");
  EXPECT_EQ(found("do {\n f();\n} while (x);\ng();"), "1-3 3-3 ");
  EXPECT_EQ(found("for (;;)\n if (a) {\n  b();\n }\nc();"), "1-4 ");
}

TEST(Loops, NotInStringsCommentsOrMacros) {
  EXPECT_EQ(found("// for (;;) {}\n/* while (1) */ \"for (;;) {}\"\n#define L for (;;)\n"), "");
  EXPECT_EQ(found("auto s = R\"x(\nfor (;;) {})\" )x\";\nint n = 1'000; for (;;)\n;"), "3-4 ");
  EXPECT_EQ(found("char c = '\"'; for (;;) {\n}"), "1-2 ");
}

TEST(Loops, BrokenTextEnds) {
  for (const char* text : {"for (", "for (;;) {", "do", "while (x", "R\"(", "R\"", "'", "\"", "/*", "for (;;) }"}) found(text);
  EXPECT_EQ(found(""), "");
}

}  // namespace
}  // namespace banyan::advice
