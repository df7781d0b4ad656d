// Hostile names in every format: what comes out is read back by the rules of that format.
#include "analyzer/report/formats.hpp"

#include "tests/analyzer/report/hostile_model.hpp"
#include "tests/analyzer/report/shop_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <sstream>

namespace banyan::report {
namespace {

using ::testing::HasSubstr;
using testing::hostile_model;
using testing::hostile_names;
using testing::ShopReport;
using testing::TemporaryDatabase;

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// The text without its strings (\ escapes the next character when `escapes`), each replaced by Q.
std::string without_strings(const std::string& text, bool escapes) {
  std::string out;
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (inside && escapes && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      inside = !inside;
      if (inside) out += 'Q';
    } else if (!inside) {
      out += text[i];
    }
  }
  EXPECT_FALSE(inside) << "a string never ends";
  return out;
}

void expect_balanced(const std::string& text, char open, char close) {
  int depth = 0;
  for (const char c : text) {
    depth += c == open ? 1 : c == close ? -1 : 0;
    ASSERT_GE(depth, 0);
  }
  EXPECT_EQ(depth, 0);
}

void expect_only(const std::string& text, const std::string& allowed) {
  for (const auto& line : lines_of(text)) EXPECT_TRUE(std::regex_match(line, std::regex(allowed))) << line;
}

TEST(HostileNames, DotHasOnlyItsOwnWordsOutsideStrings) {
  for (const auto level : {Level::contexts, Level::files}) {
    const auto bare = without_strings(dot(hostile_model(), level).text, true);
    expect_balanced(bare, '{', '}');
    expect_only(bare, "[A-Za-z0-9_=,;>{}\\[\\] Q-]*");
  }
}

TEST(HostileNames, MermaidKeepsToOneLineEach) {
  for (const auto& line : lines_of(mermaid(hostile_model()).text))
    EXPECT_TRUE(
        std::regex_match(line, std::regex("flowchart LR|  c\\d+\\[\\[?\"[^\"`<>\\\\\\x01-\\x1f]*\"\\]?\\]|"
                                          "  c\\d+ -->\\|\"[^\"`<>\\\\\\x01-\\x1f]*\"\\| c\\d+")))
        << line;
}

// As its lexer reads: a quote ends a string unless \ stands before it.
TEST(HostileNames, StructurizrStringsEndWhereTheyShould) {
  const auto text = structurizr(hostile_model()).text;
  for (const auto& line : lines_of(text)) {
    EXPECT_EQ(line.find('\\'), std::string::npos) << line;
    EXPECT_EQ(line.find("${"), std::string::npos) << line;
    EXPECT_EQ(std::count(line.begin(), line.end(), '"') % 2, 0) << line;
  }
  const auto bare = without_strings(text, false);
  expect_balanced(bare, '{', '}');
  expect_only(bare, "[A-Za-z0-9_=>{}* Q-]*");
}

TEST(HostileNames, CmlHasOnlyNamesAndPunctuationOutsideStrings) {
  auto bare = without_strings(
      std::regex_replace(cml(hostile_model()).text, std::regex("/\\*[^\\n]*?\\*/"), ""), true);
  expect_balanced(bare, '{', '}');
  expect_only(bare, "[A-Za-z0-9_^=,<>{}\\[\\] Q-]*");
  EXPECT_THAT(bare, HasSubstr("String ^type"));
  EXPECT_THAT(bare, HasSubstr("Entity ^Service"));
}

// Start tags, end tags and entities; nothing else may contain '<' or '&'.
TEST(HostileNames, GraphmlIsWellFormed) {
  for (const auto level : {Level::contexts, Level::files}) {
    auto text = graphml(hostile_model(), level).text;
    std::vector<std::string> open;
    const std::regex tag("<(/?)([a-z?]+)((?: [a-zA-Z:.]+=\"[^\"<&]*\")*)(/|\\?)?>");
    std::string rest;
    std::size_t end = 0;
    for (std::sregex_iterator at(text.begin(), text.end(), tag), none; at != none; ++at) {
      rest += text.substr(end, static_cast<std::size_t>(at->position()) - end);
      end = static_cast<std::size_t>(at->position() + at->length());
      if ((*at)[4].length() > 0) continue;
      if ((*at)[1].length() == 0) {
        open.push_back((*at)[2]);
      } else {
        ASSERT_FALSE(open.empty());
        EXPECT_EQ(open.back(), (*at)[2]);
        open.pop_back();
      }
    }
    EXPECT_TRUE(open.empty());
    rest = std::regex_replace(rest + text.substr(end), std::regex("&(amp|lt|gt|quot|#\\d+);"), "");
    EXPECT_EQ(rest.find_first_of("<&"), std::string::npos);
    for (const char c : rest) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n');
  }
}

// RFC 4180.
std::vector<std::vector<std::string>> read_csv(const std::string& text) {
  std::vector<std::vector<std::string>> rows(1);
  std::string field;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted) {
      if (text[i] == '"' && text[i + 1] == '"')
        field += text[++i];
      else if (text[i] == '"')
        quoted = false;
      else
        field += text[i];
    } else if (text[i] == '"') {
      quoted = true;
    } else if (text[i] == ',' || text.compare(i, 2, "\r\n") == 0) {
      rows.back().push_back(std::exchange(field, {}));
      if (text[i] != ',') ++i, rows.emplace_back();
    } else {
      field += text[i];
    }
  }
  rows.pop_back();
  return rows;
}

TEST(HostileNames, CsvIsASquareThatNamesEverything) {
  for (const auto level : {Level::contexts, Level::files}) {
    const auto rows = read_csv(csv(hostile_model(), level).text);
    const auto& names = hostile_names();
    ASSERT_EQ(rows.size(), names.size() + 1);
    for (std::size_t i = 0; i < names.size(); ++i) {
      ASSERT_EQ(rows[i + 1].size(), names.size() + 1);
      const auto expected =
          names[i].starts_with("=") || names[i].starts_with("-") ? "'" + names[i] : names[i];
      EXPECT_EQ(rows[i + 1][0], expected);
      EXPECT_EQ(rows[0][i + 1], expected);
      // A column uses its rows: context i uses the next one.
      EXPECT_EQ(rows[(i + 1) % names.size() + 1][i + 1], std::to_string(i + 1));
    }
  }
}

TEST(HostileNames, BackstageHasOneShapeOfLineOnly) {
  const auto text = backstage(hostile_model()).text;
  const std::regex line(
      "---|[a-zA-Z]+:( [a-zA-Z0-9./]+)?|  +[a-zA-Z]+:( [a-z-]+| "
      "\"(\\\\[\"\\\\]|\\\\u[0-9A-F]{4}|[^\"\\\\\\x01-\\x1f\\x7f])*\")?|"
      "    - \"[a-z]+:default/[a-z0-9-]+\"");
  for (const auto& one : lines_of(text)) EXPECT_TRUE(std::regex_match(one, line)) << one;
  const std::regex name("  name: \"([^\"]*)\"");
  int names = 0;
  for (std::sregex_iterator at(text.begin(), text.end(), name), none; at != none; ++at, ++names) {
    const std::string value = (*at)[1];
    EXPECT_TRUE(std::regex_match(value, std::regex("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"))) << value;
  }
  EXPECT_EQ(names, static_cast<int>(1 + 3 * hostile_names().size()));
}

TEST(Targets, AMisspeltNameHasANearOne) {
  EXPECT_EQ(nearest_target("srif"), "sarif");
  EXPECT_EQ(nearest_target("graphlm"), "graphml");
  EXPECT_EQ(nearest_target("zzzzzzzzz"), "");
  for (const auto& one : targets()) {
    EXPECT_EQ(find_target(one.name), one.target);
    EXPECT_EQ(&info(one.target), &one);
  }
}

TEST(Formats, AnEmptyModelMakesADocumentInEach) {
  for (const auto& one : targets()) {
    if (one.target == Target::json || one.target == Target::html) continue;
    EXPECT_FALSE(render(one.target, {}, {}).text.empty()) << one.name;
  }
}

TEST(Mermaid, DrawsTheHeaviestAndSaysSo) {
  Model model;
  for (int i = 0; i < 2; ++i) {
    model.contexts.emplace_back();
    model.contexts.back().name = "c";
  }
  model.seams.resize(
      301, Model::Seam{.from = 0, .to = 1, .weight = 1, .calls = 1, .types = 0, .data = 0, .accesses = 0});
  const auto out = mermaid(model);
  EXPECT_EQ(lines_of(out.text).size(), 1u + 2u + 300u);
  ASSERT_EQ(out.notes.size(), 1u);
  EXPECT_THAT(out.notes.front(), HasSubstr("300 heaviest of 301"));
}

// banyan.db holds what the formats need.
TEST(Model, IsReadBackFromTheDatabase) {
  ShopReport shop;
  TemporaryDatabase file;
  ASSERT_TRUE(write_database(file.path(), shop.input()).ok());
  const auto read = read_model(file.path());
  ASSERT_EQ(read.error, "");
  const auto& model = read.model;
  EXPECT_EQ(model.project, "made-up <shop>");
  EXPECT_EQ(model.tool, "banyan-analyze 1.2.3");
  ASSERT_EQ(model.contexts.size(), shop.result.contexts.size());
  for (std::size_t i = 0; i < model.contexts.size(); ++i) {
    EXPECT_EQ(model.contexts[i].name, shop.result.contexts[i].name);
    EXPECT_EQ(model.contexts[i].sentences, shop.result.contexts[i].sentences);
  }
  for (std::size_t i = 0; i < model.components.size(); ++i)
    EXPECT_EQ(model.components[i].context, shop.result.context_of[i]);
  ASSERT_EQ(model.edges.size(), shop.graph.edges.size());
  for (std::size_t i = 0; i < model.edges.size(); ++i)
    EXPECT_EQ(model.edges[i].at.line, shop.graph.edges[i].sites.front().at.line);
  EXPECT_EQ(model.seams.size(), shop.result.seams.size());
  EXPECT_EQ(model.routes.size(), 4u);
  ASSERT_EQ(model.findings.size(), 1u);
  EXPECT_EQ(model.findings[0].related, (std::vector<Location>{{"src/stock/part0.cpp", 2, 1}}));
  EXPECT_THAT(read_model("/nonexistent/banyan.db").error, HasSubstr("cannot open"));
}

}  // namespace
}  // namespace banyan::report
