#include "tests/router/matching/rules.hpp"

#include <chrono>
#include <random>

namespace banyan::matching {
namespace {

RuleTable shop() {
  std::vector<Rule> rules;
  rules.push_back(rule_for("/**", {"OPTIONS"}));
  rules.push_back(rule_for("/api/**"));
  rules.push_back(rule_for("/api/orders/{id}", {"GET", "HEAD"}));
  rules.push_back(rule_for("/api/orders/{id}", {"POST"}));
  rules.push_back(rule_for("/api/orders/latest"));
  rules.push_back(rule_for("/api/orders/latest", {}, "admin.example.org"));
  rules.push_back(rule_for("/api/*/export"));
  rules.push_back(rule_for("~/img/[0-9]+\\.png"));
  return RuleTable(std::move(rules));
}

struct Wanted {
  const char* method;
  const char* target;
  const char* host;
  const char* wins;
};
class Find : public testing::TestWithParam<Wanted> {};

TEST_P(Find, TakesTheMostSpecific) {
  const RuleTable table = shop();
  EXPECT_EQ(winner(table, request_for(GetParam().method, GetParam().target, GetParam().host)),
            GetParam().wins);
}

INSTANTIATE_TEST_SUITE_P(
    Shop, Find,
    testing::Values(Wanted{"GET", "/api/orders/latest", "", "any method /api/orders/latest"},
                    Wanted{"GET", "/api/orders/latest", "ADMIN.example.org:8080",
                        "any method host admin.example.org /api/orders/latest"},
                    Wanted{"GET", "/api/orders/42?x=/1", "", "GET,HEAD /api/orders/{id}"},
                    Wanted{"POST", "/api/orders/42", "", "POST /api/orders/{id}"},
                    Wanted{"DELETE", "/api/orders/42", "", "any method /api/**"},
                    Wanted{"GET", "/api/orders/export", "", "GET,HEAD /api/orders/{id}"},
                    Wanted{"PUT", "/api/orders/export", "", "any method /api/*/export"},
                    Wanted{"GET", "/api/orders/", "", "any method /api/**"},
                    Wanted{"GET", "/api", "", "any method /api/**"}, Wanted{"GET", "/API/orders/42", "", "-"},
                    Wanted{"OPTIONS", "/x", "", "OPTIONS /**"}, Wanted{"OPTIONS", "*", "", "-"},
                    Wanted{"GET", "/img/12.png", "", "any method path ~/img/[0-9]+\\.png"},
                    Wanted{"GET", "/img/12.png/", "", "-"}, Wanted{"GET", "/", "", "-"},
                    Wanted{"GET", "http://admin.example.org/api/orders/latest", "other",
                        "any method host admin.example.org /api/orders/latest"}));

TEST(Find, LooksAtHeadersCookiesAndQuery) {
  Rule rule = rule_for("/a");
  rule.headers.push_back({Predicate::Kind::equals, "X-Env", "blue", nullptr});
  rule.cookies.push_back({Predicate::Kind::present, "beta", "", nullptr});
  rule.queries.push_back({Predicate::Kind::absent, "raw", "", nullptr});
  std::vector<Rule> rules;
  rules.push_back(std::move(rule));
  const RuleTable table(std::move(rules));
  const HeaderSlice good[] = {{"cookie", "a=1; beta=; c=3"}, {"x-env", "blue"}};
  const HeaderSlice other[] = {{"cookie", "abeta=1"}, {"x-env", "blue"}};
  RequestView request = request_for("GET", "/a?q=1");
  request.headers = good;
  EXPECT_EQ(table.find(request), 0u);
  request.query = "raw";
  EXPECT_EQ(table.find(request), no_rule);
  request.query = "rawer=1";
  EXPECT_EQ(table.find(request), 0u);
  request.headers = other;
  EXPECT_EQ(table.find(request), no_rule);
}

// The table against the plain definition: the first rule by rank that matches on its own.
TEST(Find, EqualsTheFirstMatchInRankOrderOnRandomTables) {
  std::mt19937 random(7);
  const std::vector<std::string> words = {"a", "b", "{x}", "*", "c"};
  const std::vector<std::string> hosts = {"", "", "h.org", "*.org", "i.org"};
  const std::vector<std::vector<std::string>> methods = {{}, {"GET"}, {"POST"}, {"GET", "PUT"}};
  const auto pick = [&random](const auto& from) { return from[random() % from.size()]; };
  int matched = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<Rule> rules;
    for (int i = 0; i < 25; ++i) {
      std::string path;
      for (std::size_t depth = random() % 4 + 1; depth > 0; --depth) path += "/" + pick(words);
      if (random() % 3 == 0) path += "/**";
      if (random() % 12 == 0) path = "~/[ab]+(/.*)?";
      rules.push_back(rule_for(path, pick(methods), pick(hosts)));
    }
    const RuleTable table(std::move(rules));
    for (int i = 0; i < 100; ++i) {
      std::string target;
      for (std::size_t depth = random() % 5 + 1; depth > 0; --depth)
        target += "/" + std::string(1, "abcd"[random() % 4]);
      if (random() % 8 == 0) target += "/";
      const std::string host = pick(std::vector<std::string>{"h.org", "I.org:80", "x.org", "y.com"});
      const std::string method = pick(std::vector<std::string>{"GET", "POST", "PUT"});
      const RequestView request = request_for(method, target, host);
      std::uint32_t expected = no_rule;
      for (std::uint32_t rank = 0; rank < table.rules().size() && expected == no_rule; ++rank)
        if (try_rule(table.rules()[rank], rank, request).outcome == Mismatch::none) expected = rank;
      Trace trace;
      ASSERT_EQ(table.find(request), expected) << target << " " << host;
      ASSERT_EQ(table.find(request, &trace), expected);
      matched += expected != no_rule;
    }
  }
  EXPECT_GT(matched, 10'000);
}

TEST(Find, KeepsEveryOneOfManyRulesApart) {
  std::vector<Rule> rules;
  for (int i = 0; i < 100'000; ++i)
    rules.push_back(
        rule_for("/svc" + std::to_string(i % 1000) + "/v" + std::to_string(i / 1000) + "/{id}", {"GET"}));
  const RuleTable table(std::move(rules));
  for (int i = 0; i < 100'000; i += 97) {
    const std::string target = "/svc" + std::to_string(i % 1000) + "/v" + std::to_string(i / 1000) + "/42";
    ASSERT_EQ(winner(table, request_for("GET", target)),
              "GET " + target.substr(0, target.size() - 2) + "{id}");
  }
  EXPECT_EQ(winner(table, request_for("GET", "/svc1/v100/42")), "-");
}

}  // namespace
}  // namespace banyan::matching
