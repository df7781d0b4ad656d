#include "tests/router/matching/rules.hpp"

namespace banyan::matching {
namespace {

struct Row {
  const char* path;
  bool ambiguous;
};

class Ambiguity : public testing::TestWithParam<Row> {};

TEST_P(Ambiguity, FollowsTheOnePolicy) {
  EXPECT_EQ(!ambiguity(GetParam().path).empty(), GetParam().ambiguous)
      << GetParam().path << ": " << ambiguity(GetParam().path);
}

INSTANTIATE_TEST_SUITE_P(Paths, Ambiguity,
                         testing::Values(Row{"/", false}, Row{"/a/b", false}, Row{"/a/b/", false},
                                         Row{"/a/.hidden", false}, Row{"/a/..b", false}, Row{"/a/...", false},
                                         Row{"/a%20b", false}, Row{"/caf%C3%A9", false}, Row{"/A", false},
                                         Row{"//a", true}, Row{"/a//b", true}, Row{"/a/./b", true},
                                         Row{"/a/../b", true}, Row{"/a/..", true}, Row{"/a/.", true},
                                         Row{"/a/%2e%2e/b", true}, Row{"/a/%2E/b", true}, Row{"/a%2fb", true},
                                         Row{"/a%2Fb", true}, Row{"/a%5cb", true}, Row{"/a\\b", true},
                                         Row{"/a;x=1", true}, Row{"/a%3bx", true}, Row{"/a%00", true},
                                         Row{"/a%0a", true}, Row{"/%61", true}, Row{"/a%7e", true},
                                         Row{"/a%25", true}, Row{"/a%", true}, Row{"/a%2", true},
                                         Row{"/a%zz", true}, Row{"/a#b", true}, Row{"/a b", true}));

TEST(AmbiguousPaths, MatchNoRuleAtAll) {
  std::vector<Rule> rules;
  rules.push_back(rule_for("/**"));
  rules.push_back(rule_for(""));
  const RuleTable table(std::move(rules));
  EXPECT_EQ(winner(table, request_for("GET", "/a/b")), "any method /**");
  EXPECT_EQ(winner(table, request_for("GET", "/a//b")), "-");
  EXPECT_EQ(winner(table, request_for("GET", "/a/%2e%2e/b")), "-");
}

TEST(AmbiguousPaths, CannotBeWrittenAsPatterns) {
  PathPattern out;
  for (const char* text : {"/a//b", "/a/../b", "/a%2fb", "/a;b", "/a/%61"})
    EXPECT_TRUE(parse_path(text, out)) << text;
}

}  // namespace
}  // namespace banyan::matching
