#include "router/config/edit.hpp"
#include "router/config/load.hpp"

#include <gtest/gtest.h>

namespace banyan::config {
namespace {

const std::string head =
    "version: 1\n"
    "static: { state: \"s.db\" }  # kept\n"
    "cohort: { key: [ \"header:X-Id\" ], salt: \"s\" }\n"
    "upstreams: { monolith: { endpoints: [ \"a:1\" ] }, orders: { endpoints: [ \"b:1\" ] } }\n"
    "cutovers:\n"
    "  - { name: other, match: { methods: [ GET ], path: /other }, to: orders }\n";

std::vector<std::string> ignored(const std::string& text) {
  const auto loaded = load_text(text, "router.yaml");
  EXPECT_TRUE(loaded.config) << text << format(loaded.diagnostics);
  return loaded.config ? loaded.config->cutovers.at(1).compare.ignore : std::vector<std::string>{};
}

// A cutover as somebody wrote it, and the line that comes or changes.
struct Row {
  const char* cutover;
  const char* line;
};

TEST(AddIgnore, FindsItsPlaceInEveryWayOfWriting) {
  const Row rows[] = {
      {"  - { name: x, match: { methods: [ GET ], path: /x }, to: orders }\n",
       "  - { compare: { json: { ignore: [ \"$.a\" ] } }, name: x,"},
      {"  - { name: x, match: { methods: [ GET ], path: /x }, to: orders, compare: { json: { ignore: [ $.b ] } } }\n",
       "ignore: [ \"$.a\", $.b ]"},
      {"  - { name: x, match: { methods: [ GET ], path: /x }, to: orders, compare: { noise: 1% } }\n",
       "compare: { json: { ignore: [ \"$.a\" ] }, noise: 1% }"},
      {"  - name: x  # why\n    match: { methods: [ GET ], path: /x }\n    to: orders\n",
       "  - name: x  # why\n    compare: { json: { ignore: [ \"$.a\" ] } }\n    match:"},
      {"  - name: x\n    match: { methods: [ GET ], path: /x }\n    to: orders\n    compare:\n      json:\n"
       "        ignore:\n          - $.b  # a clock\n          - $.c\n",
       "          - \"$.a\"\n          - $.b  # a clock\n"},
      {"  - name: x\n    match: { methods: [ GET ], path: /x }\n    to: orders\n    compare:\n      json:\n"
       "        unordered: [ $.b ]\n",
       "        ignore: [ \"$.a\" ]\n        unordered: [ $.b ]\n"}};
  for (const auto& row : rows) {
    const std::string before = head + row.cutover;
    auto kept = ignored(before);
    const auto edit = add_ignore(before, "x", "$.a");
    ASSERT_TRUE(edit) << before;
    EXPECT_NE(edit->text.find(row.line), std::string::npos) << edit->text;
    kept.insert(kept.begin(), "$.a");
    EXPECT_EQ(ignored(edit->text), kept);
    std::string back = edit->text;
    back.erase(back.find(edit->inserted), edit->inserted.size());
    EXPECT_EQ(back, before) << "something else changed";
  }
}

TEST(AddIgnore, WhatItCannotChangeSafelyItLeavesAlone) {
  const std::string plain = head + "  - { name: x, match: { methods: [ GET ], path: /x }, to: orders }\n";
  EXPECT_FALSE(add_ignore(plain, "y", "$.a"));
  EXPECT_FALSE(add_ignore("cutovers: [ {", "x", "$.a"));
  EXPECT_FALSE(add_ignore("", "x", "$.a"));
  EXPECT_FALSE(add_ignore(head + "  - { name: x, to: orders, compare: { json: { ignore: $.b } } }\n", "x", "$.a"));
}

TEST(AddIgnore, AHeaderGoesBesideTheBodies) {
  const Row rows[] = {
      {"  - { name: x, match: { methods: [ GET ], path: /x }, to: orders }\n",
       "  - { compare: { headers: { ignore: [ \"x-served-by\" ] } }, name: x,"},
      {"  - { name: x, match: { methods: [ GET ], path: /x }, to: orders, compare: { json: { ignore: [ $.b ] } } }\n",
       "compare: { headers: { ignore: [ \"x-served-by\" ] }, json: { ignore: [ $.b ] } }"},
      {"  - name: x\n    match: { methods: [ GET ], path: /x }\n    to: orders\n    compare:\n      headers:\n        ignore:\n          - X-Other\n",
       "          - \"x-served-by\"\n          - X-Other\n"}};
  for (const auto& row : rows) {
    const auto edit = add_ignore(head + row.cutover, "x", "header:x-served-by");
    ASSERT_TRUE(edit) << row.cutover;
    EXPECT_NE(edit->text.find(row.line), std::string::npos) << edit->text;
    const auto loaded = load_text(edit->text, "router.yaml");
    ASSERT_TRUE(loaded.config) << format(loaded.diagnostics);
    EXPECT_EQ(loaded.config->cutovers.at(1).compare.ignore_headers.front(), "x-served-by");
  }
}

TEST(AddIgnore, PathsWithQuotesStayOnePath) {
  const auto edit = add_ignore(head + "  - { name: x, match: { methods: [ GET ], path: /x }, to: orders }\n", "x",
                               R"($["it's"])");
  ASSERT_TRUE(edit);
  EXPECT_NE(edit->text.find(R"(ignore: [ '$["it''s"]' ])"), std::string::npos) << edit->text;
}

}  // namespace
}  // namespace banyan::config
