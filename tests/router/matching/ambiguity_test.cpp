#include "tests/router/matching/rules.hpp"

namespace banyan::matching {
namespace {

struct Spelling {
  const char* path;
  bool ambiguous;
};

class Ambiguity : public testing::TestWithParam<Spelling> {};

TEST_P(Ambiguity, FollowsTheOnePolicy) {
  EXPECT_EQ(!ambiguity(GetParam().path).empty(), GetParam().ambiguous)
      << GetParam().path << ": " << ambiguity(GetParam().path);
}

INSTANTIATE_TEST_SUITE_P(Paths, Ambiguity,
                         testing::Values(Spelling{"/", false}, Spelling{"/a/b", false}, Spelling{"/a/b/", false},
                                         Spelling{"/a/.hidden", false}, Spelling{"/a/..b", false}, Spelling{"/a/...", false},
                                         Spelling{"/a%20b", false}, Spelling{"/caf%C3%A9", false}, Spelling{"/A", false},
                                         Spelling{"//a", true}, Spelling{"/a//b", true}, Spelling{"/a/./b", true},
                                         Spelling{"/a/../b", true}, Spelling{"/a/..", true}, Spelling{"/a/.", true},
                                         Spelling{"/a/%2e%2e/b", true}, Spelling{"/a/%2E/b", true}, Spelling{"/a%2fb", true},
                                         Spelling{"/a%2Fb", true}, Spelling{"/a%5cb", true}, Spelling{"/a\\b", true},
                                         Spelling{"/a;x=1", true}, Spelling{"/a%3bx", true}, Spelling{"/a%00", true},
                                         Spelling{"/a%0a", true}, Spelling{"/%61", true}, Spelling{"/a%7e", true},
                                         Spelling{"/a%25", true}, Spelling{"/a%", true}, Spelling{"/a%2", true},
                                         Spelling{"/a%zz", true}, Spelling{"/a#b", true}, Spelling{"/a b", true}));

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
