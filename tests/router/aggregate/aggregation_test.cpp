// What parts' answers come to: usable or not, whole or partial, and what the caller is told.
#include "router/aggregate/aggregation.hpp"

#include <gtest/gtest.h>

namespace banyan::aggregate {
namespace {

Aggregation page() {
  Aggregation out;
  out.name = "page";
  out.parts.resize(3);
  const char* names[] = {"order", "payment", "stock"};
  for (std::size_t i = 0; i < 3; ++i) out.parts[i].name = names[i];
  out.parts[1].required = false;
  out.parts[2].required = false;
  out.parts[2].fallback = "[]";
  return out;
}

PartResult good(std::string body) { return {Outcome::ok, 200, {}, std::move(body)}; }
PartResult bad(Outcome outcome, int status = 0) { return {outcome, status, "why", {}}; }

TEST(Aggregation, OnlyJsonWithStatus200IsUsable) {
  EXPECT_EQ(read_part(200, "application/json; charset=utf-8", "{\"a\":1}").outcome, Outcome::ok);
  EXPECT_EQ(read_part(200, "application/json", "[1,").outcome, Outcome::failed);
  EXPECT_EQ(read_part(200, "application/json", "").outcome, Outcome::failed);
  EXPECT_EQ(read_part(200, "text/html", "{}").outcome, Outcome::failed);
  EXPECT_EQ(read_part(204, "application/json", "").outcome, Outcome::failed);
  EXPECT_EQ(read_part(404, "application/json", "{}").outcome, Outcome::failed);
  EXPECT_EQ(read_part(404, "application/json", "{}").status, 404);
}

TEST(Aggregation, ComposesTextsAsTheyCame) {
  const PartResult whole[] = {good("{\"n\": 1.50}"), good("null"), good("[1]")};
  EXPECT_EQ(compose(page(), whole).body, R"({"order":{"n": 1.50},"payment":null,"stock":[1]})");
  EXPECT_EQ(compose(page(), whole).missing, "");
  auto listed = page();
  listed.missing_key = "_missing";
  EXPECT_EQ(compose(listed, whole).body, R"({"order":{"n": 1.50},"payment":null,"stock":[1],"_missing":[]})");
  const PartResult partial[] = {good("{}"), bad(Outcome::timed_out), bad(Outcome::failed, 500)};
  EXPECT_EQ(compose(listed, partial).body, R"({"order":{},"payment":null,"stock":[],"_missing":["payment","stock"]})");
  EXPECT_EQ(compose(page(), partial).missing, "payment, stock");
}

TEST(Aggregation, TellsOfTheFirstRequiredPartThatFailed) {
  struct Row {
    PartResult order, payment;
    bool payment_required;
    int status;
    const char *word, *part;
  };
  const Row rows[] = {
      {good("1"), bad(Outcome::failed), false, 0, "", ""},
      {bad(Outcome::failed, 500), good("1"), false, 502, "part-failed", "order"},
      {bad(Outcome::failed), good("1"), false, 502, "part-failed", "order"},
      {bad(Outcome::timed_out), good("1"), false, 504, "part-timeout", "order"},
      {bad(Outcome::failed, 404), good("1"), false, 404, "part-refused", "order"},
      {bad(Outcome::failed, 401), good("1"), false, 401, "part-refused", "order"},
      {bad(Outcome::failed, 429), good("1"), false, 502, "part-failed", "order"},
      {bad(Outcome::cancelled), bad(Outcome::failed, 503), true, 502, "part-failed", "payment"},
      {bad(Outcome::failed, 403), bad(Outcome::timed_out), true, 403, "part-refused", "order"},
  };
  for (const Row& row : rows) {
    auto rules = page();
    rules.parts[1].required = row.payment_required;
    const PartResult results[] = {row.order, row.payment, good("2")};
    const auto failure = judge(rules, results);
    ASSERT_EQ(failure.has_value(), row.status != 0);
    if (!failure) continue;
    EXPECT_EQ(failure->status, row.status);
    EXPECT_EQ(failure->word, row.word);
    EXPECT_EQ(failure->part, row.part);
    EXPECT_NE(failure->detail.find("part '" + std::string(row.part) + "' of 'page': why"), std::string::npos) << failure->detail;
  }
}

}  // namespace
}  // namespace banyan::aggregate
