#include "tests/router/matching/rules.hpp"

namespace banyan::matching {
namespace {

// Most specific first; every row must outrank all rows below it.
TEST(Specificity, IsATotalOrder) {
  std::vector<Rule> ladder;
  ladder.push_back(rule_for("/api/orders", {"GET"}, "shop.example.org"));
  ladder.push_back(rule_for("/api/orders", {}, "shop.example.org"));
  ladder.push_back(rule_for("/api/orders", {"GET"}, "*.example.org"));
  ladder.push_back(rule_for("/api/orders", {"GET"}, "*.org"));
  ladder.push_back(rule_for("/api/orders", {"GET"}));
  ladder.push_back(rule_for("/api/orders", {"GET", "HEAD"}));
  ladder.push_back(rule_for("/api/orders"));
  ladder.push_back(rule_for("/api/{kind}/items/{id}"));
  ladder.push_back(rule_for("/api/orders/{id}"));
  ladder.push_back(rule_for("/api/{kind}/{id}"));
  ladder.push_back(rule_for("/{a}/orders/{id}"));
  ladder.push_back(rule_for("/api/orders/**"));
  ladder.push_back(rule_for("/api/{kind}/**"));
  ladder.push_back(rule_for("/api/**"));
  ladder.push_back(rule_for("/**"));
  ladder.push_back(rule_for("~/api/[a-z]+"));
  ladder.push_back(rule_for(""));
  for (std::size_t a = 0; a < ladder.size(); ++a)
    for (std::size_t b = 0; b < ladder.size(); ++b)
      EXPECT_EQ(compare_specificity(ladder[a], ladder[b]), a < b   ? -1
                                                           : a > b ? 1
                                                                   : 0)
          << describe(ladder[a]) << " | " << describe(ladder[b]);
}

TEST(Specificity, MorePredicatesOutrankFewer) {
  Rule with_header = rule_for("/a"), with_cookie = rule_for("/a"), with_query = rule_for("/a"),
       bare = rule_for("/a");
  with_header.headers.push_back({Predicate::Kind::present, "X-Beta", "", nullptr});
  with_cookie.cookies.push_back({Predicate::Kind::present, "beta", "", nullptr});
  with_query.queries.push_back({Predicate::Kind::present, "beta", "", nullptr});
  EXPECT_LT(compare_specificity(with_header, with_cookie), 0);
  EXPECT_LT(compare_specificity(with_cookie, with_query), 0);
  EXPECT_LT(compare_specificity(with_query, bare), 0);
}

struct Pair {
  const char* a;
  const char* b;
  bool overlap;
  bool a_covers_b;
};
class Relation : public testing::TestWithParam<Pair> {};

TEST_P(Relation, OfTwoPatterns) {
  const Rule a = rule_for(GetParam().a), b = rule_for(GetParam().b);
  EXPECT_EQ(may_overlap(a, b), GetParam().overlap);
  EXPECT_EQ(may_overlap(b, a), GetParam().overlap);
  EXPECT_EQ(covers(a, b), GetParam().a_covers_b);
}

INSTANTIATE_TEST_SUITE_P(
    Patterns, Relation,
    testing::Values(Pair{"/a", "/a", true, true}, Pair{"/a", "/b", false, false},
                    Pair{"/a/{x}", "/a/b", true, true}, Pair{"/a/{x}", "/a/b/c", false, false},
                    Pair{"/a/{x}", "/a/", false, false}, Pair{"/a/**", "/a", true, true},
                    Pair{"/a/**", "/a/b/{c}", true, true}, Pair{"/a/**", "/ab", false, false},
                    Pair{"/a/{x}/**", "/a", false, false}, Pair{"/{x}/b", "/a/{y}", true, false},
                    Pair{"", "/a", true, true}, Pair{"/a", "", true, false},
                    Pair{"~/a/[0-9]+", "/a/7", true, true}, Pair{"~/a/[0-9]+", "/a/x", false, false},
                    Pair{"~/a/[0-9]+", "~/b/[0-9]+", false, false},
                    Pair{"~/a/[0-9]+", "~/a/[5-9]+", true, false}));

TEST(Relation, MethodsAndPredicatesKeepRulesApart) {
  EXPECT_FALSE(may_overlap(rule_for("/a", {"GET"}), rule_for("/a", {"POST"})));
  EXPECT_TRUE(may_overlap(rule_for("/a", {"GET"}), rule_for("/a")));
  Rule one = rule_for("/a"), two = rule_for("/a");
  one.headers.push_back({Predicate::Kind::equals, "X-Env", "blue", nullptr});
  two.headers.push_back({Predicate::Kind::equals, "x-env", "green", nullptr});
  EXPECT_FALSE(may_overlap(one, two));
  two.headers[0].value = "blue";
  EXPECT_TRUE(may_overlap(one, two));
  EXPECT_FALSE(may_overlap(rule_for("/a", {}, "a.org"), rule_for("/a", {}, "b.org")));
  EXPECT_TRUE(may_overlap(rule_for("/a", {}, "x.a.org"), rule_for("/a", {}, "*.a.org")));
}

}  // namespace
}  // namespace banyan::matching
