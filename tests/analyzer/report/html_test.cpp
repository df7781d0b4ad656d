#include "analyzer/report/html_text.hpp"
#include "tests/analyzer/report/shop_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <regex>

namespace banyan::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::ShopReport;

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t times = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++times;
  return times;
}

TEST(Html, NamesNothingOutsideItself) {
  const auto page = html(ShopReport().input());
  EXPECT_FALSE(std::regex_search(page, std::regex("https?:|//[a-z]+\\.[a-z]+|@import|url\\((?!#)")));
  EXPECT_FALSE(std::regex_search(
      page,
      std::regex(
          "<(link|img|iframe|object|embed|base)[ >]|<script[^>]+src|fetch\\(|XMLHttpRequest|WebSocket")));
}

TEST(Html, PolicyAllowsOnlyItsOwnStyleAndScript) {
  const auto page = html(ShopReport().input());
  EXPECT_THAT(page, HasSubstr("content=\"default-src 'none'; style-src 'sha256-"));
  EXPECT_THAT(page, Not(HasSubstr("unsafe-inline")));
  // What the policy would block must not be there.
  EXPECT_FALSE(std::regex_search(page, std::regex("<[^>]* style=|<[^>]* on[a-z]+=")));
  EXPECT_EQ(count(page, "<script>"), 1u);
  EXPECT_EQ(count(page, "<script type=\"application/json\""), 3u);
  EXPECT_EQ(count(page, "<script"), 4u);
  EXPECT_EQ(count(page, "</script"), 4u);
  EXPECT_EQ(count(page, "<style"), 1u);
}

TEST(Html, EscapesWhatComesFromTheCode) {
  const auto page = html(ShopReport().input());
  EXPECT_THAT(page, HasSubstr("made-up &lt;shop&gt;"));
  EXPECT_THAT(page, HasSubstr("&lt;/script&gt;&lt;b&gt;"));
  EXPECT_THAT(page, Not(HasSubstr("<b>\"")));
  EXPECT_EQ(escape_script("{\"a\": \"</script>\"}"), "{\"a\": \"\\u003c/script>\"}");
}

// Every string that may come from foreign code.
void make_hostile(ShopReport& shop) {
  const auto mark = [](std::string& text) { text += "<hostile a=\"'&></script><!--"; };
  for (auto& path : shop.graph.files) mark(path);
  for (auto& component : shop.graph.components) mark(component.id);
  for (auto& symbol : shop.graph.symbols) mark(symbol.name);
  for (auto& table : shop.graph.tables) mark(table);
  for (auto& edge : shop.graph.edges)
    for (auto& site : edge.sites) mark(site.at.file), mark(site.from), mark(site.to);
  for (auto& use : shop.graph.table_uses)
    for (auto& site : use.sites) mark(site.at.file);
  for (auto& context : shop.result.contexts) {
    mark(context.id), mark(context.name);
    for (auto& word : context.words) mark(word);
    for (auto& sentence : context.sentences) mark(sentence);
  }
  for (auto& seam : shop.result.seams)
    for (auto& item : seam.items) mark(item.name);
  for (auto& route : shop.builder.evidence().routes)
    mark(route.path), mark(route.method), mark(route.handler_name);
  for (auto& one : shop.builder.evidence().statements) mark(one.text), mark(one.reason), mark(one.at.file);
  for (auto& one : shop.builder.evidence().transactions) mark(one.at.file), mark(one.how);
}

TEST(Html, HostileNamesStayText) {
  ShopReport shop;
  const auto before = html(shop.input());
  make_hostile(shop);
  const auto page = html(shop.input());
  EXPECT_GT(count(page, "hostile"), 300u);
  EXPECT_EQ(count(page, "<hostile"), 0u);
  for (const auto* part : {"<script", "</script", "<!--", "<a ", "<td"})
    EXPECT_EQ(count(page, part), count(before, part)) << part;
}

TEST(Html, ShowsEveryContextTableRouteAndGap) {
  ShopReport shop;
  const auto page = html(shop.input());
  for (const auto& context : shop.result.contexts) {
    EXPECT_THAT(page, HasSubstr("id=\"ctx-" + context.id + "\""));
    for (const auto& sentence : context.sentences) EXPECT_THAT(page, HasSubstr(escape(sentence)));
  }
  for (const auto& table : shop.graph.tables)
    EXPECT_THAT(page, HasSubstr("<th scope=row><code>" + table + "</code>"));
  EXPECT_THAT(page, HasSubstr("/orders/{id}"));
  EXPECT_THAT(page, HasSubstr("the table is known only at run time"));
  EXPECT_THAT(page, HasSubstr("src/broken.cpp:3:1: unknown type name &#39;x&#39;"));
  EXPECT_THAT(page, HasSubstr("24 of 25 units parsed"));
  EXPECT_THAT(page, HasSubstr("orders writes stock_table"));
}

TEST(Html, EveryLinkInsideThePageLeadsSomewhere) {
  const auto page = html(ShopReport().input());
  const std::regex link("href=\"#([^\"]+)\"");
  int links = 0;
  for (std::sregex_iterator at(page.begin(), page.end(), link), end; at != end; ++at, ++links) {
    const std::string id = (*at)[1];
    EXPECT_TRUE(page.find("id=\"" + id + "\"") != std::string::npos ||
                page.find("id=" + id + ">") != std::string::npos)
        << id;
  }
  EXPECT_GT(links, 30);
}

TEST(Html, SameProgramSameBytesWhateverTheOrder) {
  ShopReport shop;
  auto shuffled = shop.builder.program();
  std::mt19937 random(5);
  std::shuffle(shuffled.files.begin(), shuffled.files.end(), random);
  ShopReport again(&shuffled);
  EXPECT_EQ(html(shop.input()), html(again.input()));
  EXPECT_EQ(contexts_json(shop.input()), contexts_json(again.input()));
}

TEST(Html, AnEmptyProgramStillMakesAPage) {
  const graph::Graph graph;
  const evidence::Evidence evidence;
  const contexts::Result result;
  const Input input{.project = "empty",
                    .version = "1",
                    .graph = graph,
                    .evidence = evidence,
                    .contexts = result,
                    .options = {},
                    .findings = {},
                    .coverage = {},
                    .snippet = {}};
  EXPECT_THAT(html(input), HasSubstr("there is nothing to group"));
}

TEST(Base64, OfHexAsTheStandardHasIt) {
  EXPECT_EQ(base64_of_hex("66"), "Zg==");
  EXPECT_EQ(base64_of_hex("666f"), "Zm8=");
  EXPECT_EQ(base64_of_hex("666f6f"), "Zm9v");
  EXPECT_EQ(base64_of_hex("666f6f626172"), "Zm9vYmFy");
}

TEST(Percent, NeverRoundsUpToAll) {
  EXPECT_EQ(percent(1), "100 %");
  EXPECT_EQ(percent(0.9996), "99.9 %");
  EXPECT_EQ(percent(0.5), "50 %");
}

}  // namespace
}  // namespace banyan::report
