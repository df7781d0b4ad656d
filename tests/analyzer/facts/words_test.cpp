#include "analyzer/facts/words.hpp"

#include "analyzer/facts/format_string.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::facts {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> identifier(const char* text) {
  std::vector<std::string> words;
  add_identifier_words(text, words);
  return words;
}

TEST(Words, SplitAtHumpsUnderscoresAndDigits) {
  EXPECT_THAT(identifier("placeOrder"), ElementsAre("place", "order"));
  EXPECT_THAT(identifier("HTTPServer_run2"), ElementsAre("http", "server", "run"));
  EXPECT_THAT(identifier("MAX_ORDER_LINES"), ElementsAre("max", "order", "lines"));
  EXPECT_THAT(identifier("x_id_"), IsEmpty());
  EXPECT_THAT(identifier(""), IsEmpty());
}

TEST(Words, OfCommentsLeaveOutLinks) {
  std::vector<std::string> words;
  add_comment_words("// See https://example.org/page: ships parcels", words);
  EXPECT_THAT(words, ElementsAre("see", "ships", "parcels"));
}

std::string joined(const std::vector<FormatPart>& parts) {
  std::string out;
  for (const FormatPart& part : parts)
    out += part.argument < 0 ? part.text : "<" + std::to_string(part.argument) + ">";
  return out;
}

TEST(FormatStrings, SplitPrintf) {
  EXPECT_EQ(joined(split_printf("a=%d, b=%-10.3s %%")), "a=<0>, b=<1> %");
  EXPECT_EQ(joined(split_printf("%*d %lu")), "<1> <2>");
  EXPECT_EQ(joined(split_printf("%2$s %1$s")), "<1> <0>");
  EXPECT_EQ(joined(split_printf("100%")), "100%");
}

TEST(FormatStrings, SplitBraces) {
  EXPECT_EQ(joined(split_braces("a={} b={:>10} {{x}}")), "a=<0> b=<1> {x}");
  EXPECT_EQ(joined(split_braces("{1} {0}")), "<1> <0>");
  EXPECT_EQ(joined(split_braces("open {")), "open {");
}

}  // namespace
}  // namespace banyan::facts
