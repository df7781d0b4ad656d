#include "analyzer/report/quoting.hpp"

#include "analyzer/report/api_draft.hpp"
#include "analyzer/report/utf8.hpp"

#include <gtest/gtest.h>

namespace banyan::report {
namespace {

struct Case {
  const char* text;
  const char* expected;
};

template <typename Quote, std::size_t N>
void check(Quote quote, const Case (&cases)[N]) {
  for (const auto& [text, expected] : cases) EXPECT_EQ(quote(text), expected) << "of: " << text;
}

TEST(Quoting, Dot) {
  check(quote_dot, {{"a", "\"a\""},
                    {"a\"b", "\"a\\\"b\""},
                    {"\\N", "\"\\\\N\""},
                    {"end\\", "\"end\\\\\""},
                    {"a\nb", "\"a\\nb\""},
                    {"a\x1b[b", "\"a [b\""},
                    {"<b>;{}", "\"<b>;{}\""}});
}

TEST(Quoting, Xml) {
  check(quote_xml, {{"a", "a"},
                    {"<&>\"'", "&lt;&amp;&gt;&quot;'"},
                    {"]]>", "]]&gt;"},
                    {"a\nb\tc\r", "a&#10;b&#9;c&#13;"},
                    {"a\x01", "a\xEF\xBF\xBD"}});
}

TEST(Quoting, Mermaid) {
  check(quote_mermaid, {{"a b", "\"a b\""},
                        {"a\"b", "\"a#quot;b\""},
                        {"#quot;", "\"#35;quot#59;\""},
                        {"`x`", "\"#96;x#96;\""},
                        {"<b>&", "\"#lt;b#gt;#amp;\""},
                        {"%%{init}", "\"#37;#37;{init}\""},
                        {"", "\" \""},
                        {"a\nb", "\"a b\""}});
}

TEST(Quoting, Csv) {
  check(quote_csv, {{"a", "a"},
                    {"a,b", "\"a,b\""},
                    {"a\"b", "\"a\"\"b\""},
                    {"a\nb", "\"a\nb\""},
                    {"=1+1", "'=1+1"},
                    {"-x,", "\"'-x,\""},
                    {"@x", "'@x"},
                    {" a", "\" a\""},
                    {"", ""}});
}

TEST(Quoting, Structurizr) {
  check(quote_structurizr, {{"a", "\"a\""},
                            {"a\"b", "\"a'b\""},
                            {"end\\", "\"end/\""},
                            {"a\nb", "\"a b\""},
                            {"${HOME}", "\"\xEF\xBC\x84{HOME}\""}});
}

TEST(Quoting, Cml) {
  check(quote_cml, {{"a", "\"a\""}, {"a\"b", "\"a\\\"b\""}, {"end\\", "\"end\\\\\""}, {"a\nb", "\"a b\""}});
}

TEST(Quoting, Yaml) {
  check(quote_yaml, {{"a: b", "\"a: b\""},
                     {"a\"b\\", "\"a\\\"b\\\\\""},
                     {"a\nb", "\"a\\u000Ab\""},
                     {"\xC2\x85", "\"\\u0085\""},
                     {"\x7f", "\"\\u007F\""},
                     {"ü", "\"ü\""}});
}

TEST(Quoting, Uri) {
  check(
      uri_of,
      {{"src/a.cpp", "src/a.cpp"}, {"a b%c?d#e", "a%20b%25c%3Fd%23e"}, {"c:/x", "c%3A/x"}, {"ü", "%C3%BC"}});
}

TEST(Utf8, WhatIsNoSequenceIsReplaced) {
  check([](std::string_view text) { return as_utf8(text, "?"); },
        {{"aü木", "aü木"}, {"a\xff\x62", "a?b"}, {"\xc3", "?"}, {"\xc0\xaf", "??"}, {"\xf5\x80", "??"}});
}

TEST(Identifiers, AreDistinctAndNeverStartWithADigit) {
  Identifiers names("_context");
  EXPECT_EQ(names.make("orders"), "orders_context");
  EXPECT_EQ(names.make("orders"), "orders_context_2");
  EXPECT_EQ(names.make("a-b c"), "a_b_c_context");
  EXPECT_EQ(names.make("1st"), "_1st_context");
  EXPECT_EQ(names.make(""), "__context");
}

TEST(EntityNames, KeepToBackstagesRules) {
  EntityNames names;
  EXPECT_EQ(names.make("Order Items"), "order-items");
  EXPECT_EQ(names.make("order_items"), "order-items-2");
  EXPECT_EQ(names.make("--"), "unnamed");
  EXPECT_LE(names.make(std::string(200, 'x')).size(), 63u);
  EXPECT_LE(names.make(std::string(200, 'x')).size(), 63u);
}

TEST(PathTemplate, ParametersAndWhatLooksLikeThem) {
  const struct {
    const char *route, *path, *shape;
  } cases[] = {{"/a/{id}", "/a/{id}", "/a/{}"},
               {"/a/{id:[0-9]+}", "/a/{id}", "/a/{}"},
               {"/a/{id}/b/{id}", "/a/{id}/b/{id2}", "/a/{}/b/{}"},
               {"/a/**", "/a/{rest}", "/a/{}"},
               {"/a/{}", "/a/{parameter}", "/a/{}"},
               {"/a/{b/c}", "/a/%7Bb/c%7D", "/a/%7Bb/c%7D"},
               {"a?b#c", "/a%3Fb%23c", "/a%3Fb%23c"}};
  for (const auto& one : cases) {
    const auto made = path_template(one.route);
    EXPECT_EQ(made.path, one.path);
    EXPECT_EQ(made.shape, one.shape);
  }
}

}  // namespace
}  // namespace banyan::report
