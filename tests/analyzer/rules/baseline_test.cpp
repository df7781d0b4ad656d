// What is new, known, moved and gone; and that the list only gets shorter.
#include "analyzer/rules/baseline.hpp"

#include <gtest/gtest.h>

namespace banyan::rules {
namespace {

Violation violation(const char* rule, const char* from, const char* to) {
  return {.key = {rule, from, to}, .law = Law::forbidden, .severity = Severity::error, .comment = {}, .sites = {}};
}

Scene files(std::vector<std::string> names) {
  Scene scene;
  scene.files = std::move(names);
  return scene;
}

TEST(Baseline, WritesWhatItReads) {
  const Baseline one = baseline_of({violation("r", "b.cpp", "c \"x\".hpp"), violation("r", "a.cpp", ""),
                                    violation("r", "a.cpp", "")});
  const std::string text = write_baseline(one);
  const BaselineResult again = parse_baseline("b.json", text);
  EXPECT_EQ(again.error, "");
  EXPECT_EQ(again.baseline.entries, one.entries);
  EXPECT_EQ(one.entries.size(), 2U);
  EXPECT_EQ(write_baseline(again.baseline), text);
  EXPECT_EQ(parse_baseline("b.json", write_baseline({})).error, "");
}

TEST(Baseline, BadFilesHaveAPlace) {
  EXPECT_EQ(parse_baseline("b.json", "{\n  \"version\": 1,,\n}").error.substr(0, 20), "b.json:2:16: error: ");
  EXPECT_EQ(parse_baseline("b.json", "[]").error.substr(0, 19), "b.json:1:1: error: ");
  EXPECT_EQ(parse_baseline("b.json", "{\"version\": 2, \"violations\": []}").error,
            "b.json:1:1: error: \"version\" must be 1");
  EXPECT_EQ(parse_baseline("b.json", "{\"version\": 1, \"violations\": [\n{\"rule\": \"r\", \"from\": \"a\"},\n"
                                     "  {\"rule\": \"r\"}]}")
                .error,
            "b.json:3:3: error: entry 2 needs \"rule\" and \"from\"");
}

TEST(Compare, OldOnesAreKnownNewOnesAreNot) {
  const Baseline baseline = baseline_of({violation("r", "a.cpp", "x.hpp")});
  const auto result = compare(baseline, {violation("r", "a.cpp", "x.hpp"), violation("r", "a.cpp", "y.hpp")},
                              files({"a.cpp", "x.hpp", "y.hpp"}));
  ASSERT_EQ(result.known.size(), 1U);
  ASSERT_EQ(result.added.size(), 1U);
  EXPECT_EQ(result.added[0].key.to, "y.hpp");
  EXPECT_FALSE(result.outdated());
}

TEST(Compare, GoneIsStaleAndPruned) {
  const Baseline baseline = baseline_of({violation("r", "a.cpp", "x.hpp"), violation("r", "b.cpp", "x.hpp")});
  const auto result = compare(baseline, {violation("r", "b.cpp", "x.hpp")}, files({"a.cpp", "b.cpp", "x.hpp"}));
  ASSERT_EQ(result.stale.size(), 1U);
  EXPECT_TRUE(result.outdated());
  EXPECT_EQ(prune(result).entries, baseline_of({violation("r", "b.cpp", "x.hpp")}).entries);
}

TEST(Compare, RenamesAndMovesKeepTheirPlaceInTheList) {
  const Baseline baseline = baseline_of({violation("r", "a.cpp", "x.hpp"), violation("r", "b.cpp", "x.hpp"),
                                         violation("s", "b.cpp", "y.hpp")});
  const auto result = compare(
      baseline,
      {violation("r", "new/a.cpp", "x.hpp"), violation("r", "c.cpp", "x.hpp"), violation("s", "b.cpp", "z/y.hpp")},
      files({"b.cpp", "c.cpp", "new/a.cpp", "x.hpp", "z/y.hpp"}));
  ASSERT_EQ(result.moved.size(), 3U);
  EXPECT_TRUE(result.added.empty() && result.stale.empty());
  EXPECT_EQ(result.moved[0].was.from, "b.cpp");
  EXPECT_EQ(result.moved[0].now.key.from, "c.cpp");
  EXPECT_FALSE(result.moved[0].renamed);
  EXPECT_EQ(result.moved[1].was.from, "a.cpp");
  EXPECT_TRUE(result.moved[1].renamed);
  EXPECT_EQ(result.moved[2].was.to, "y.hpp");
  EXPECT_TRUE(result.moved[2].renamed);
  EXPECT_EQ(prune(result).entries.size(), 3U);
}

TEST(Compare, ANewViolationOfAnotherRuleIsNeverAMove) {
  const Baseline baseline = baseline_of({violation("r", "a.cpp", "x.hpp")});
  const auto result = compare(baseline, {violation("s", "b.cpp", "x.hpp")}, files({"a.cpp", "b.cpp", "x.hpp"}));
  EXPECT_EQ(result.added.size(), 1U);
  EXPECT_EQ(result.stale.size(), 1U);
  EXPECT_TRUE(prune(result).entries.empty());
}

}  // namespace
}  // namespace banyan::rules
