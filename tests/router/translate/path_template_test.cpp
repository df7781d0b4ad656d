// Templates: what is filled in, and that nothing filled in leads anywhere else.
#include "router/translate/path_template.hpp"

#include <gtest/gtest.h>

namespace banyan::translate {
namespace {

matching::PathPattern pattern(std::string_view text) {
  matching::PathPattern out;
  EXPECT_FALSE(matching::parse_path(text, out)) << text;
  return out;
}

PathTemplate wanted(std::string_view text) {
  PathTemplate out;
  EXPECT_FALSE(parse_template(text, out)) << text;
  return out;
}

TEST(PathTemplate, Fills) {
  struct Case {
    const char *match, *wanted, *path, *query, *target;  // null: refused
  };
  const Case cases[] = {
      {"/api/orders/{id}", "/v1/orders/{id}", "/api/orders/42", "", "/v1/orders/42"},
      {"/api/{kind}/{id}", "/{id}/of/{kind}", "/api/a/b", "", "/b/of/a"},
      {"/api/{id}", "/v1/{id}", "/api/caf%C3%A9", "", "/v1/caf%C3%A9"},
      {"/api/{id}", "/v1?id={id}", "/api/a&b=c+d", "", "/v1?id=a%26b%3Dc%2Bd"},
      {"/api/**", "/v1/{**}", "/api/a/b", "", "/v1/a/b"},
      {"/api/**", "/v1/{**}", "/api", "", "/v1"},
      {"/api/**", "/v1/{**}", "/api/", "", "/v1/"},
      {"/api/**", "/{**}", "/api", "", "/"},
      {"/**", "/v1/{**}", "/a/b", "", "/v1/a/b"},
      {"/api/{x}/**", "/{x}/v2/{**}", "/api/o/1/2", "", "/o/v2/1/2"},
      {"/s", "/stock?sku={query.sku}", "/s", "a=1&sku=x%20y+z", "/stock?sku=x%20y+z"},
      {"/s", "/stock?sku={query.sku}", "/s", "", "/stock?sku="},
      {"/s", "/stock/{query.sku}", "/s", "sku=ab", "/stock/ab"},
      {"/s", "/stock/{query.sku}", "/s", "sku=a+b", "/stock/a%20b"},
      {"/s", "/stock/{query.sku}", "/s", "", nullptr},
      {"/s", "/stock/{query.sku}/x", "/s", "", nullptr},
      {"/s", "/stock/{query.sku}", "/s", "sku=..", nullptr},
      {"/s", "/stock/{query.sku}", "/s", "sku=a/../b", nullptr},
      {"/s", "/stock/{query.sku}", "/s", "sku=a%2Fb", nullptr},
      {"/s", "/stock/{query.sku}", "/s", "sku=%2e%2e", nullptr},
      {"/s", "/stock/{query.sku}", "/s", "sku=a?b", "/stock/a%3Fb"},
      {"/s", "/s#x", "/s", "", nullptr},
  };
  for (const Case& c : cases) {
    PathTemplate made;
    const auto error = parse_template(c.wanted, made);
    if (error) {
      EXPECT_EQ(c.target, nullptr) << c.wanted << error->what;
      continue;
    }
    const auto target = expand(made, pattern(c.match), c.path, c.query);
    EXPECT_EQ(target.value_or("refused"), c.target == nullptr ? "refused" : c.target) << c.wanted << " " << c.path;
  }
}

TEST(PathTemplate, SaysWhatIsWrongAndWhere) {
  PathTemplate out;
  EXPECT_EQ(parse_template("v1", out)->offset, 0u);
  EXPECT_EQ(parse_template("/v1/{id", out)->offset, 4u);
  EXPECT_EQ(parse_template("/v1/{}", out)->offset, 4u);
  EXPECT_EQ(parse_template("/v1/x{**}", out)->offset, 5u);
  EXPECT_EQ(parse_template("/v1?x={**}", out)->offset, 6u);
  EXPECT_EQ(parse_template("/v1/ x", out)->offset, 4u);
  EXPECT_EQ(parse_template("/v1/{query.}", out)->offset, 4u);
}

TEST(PathTemplate, KnowsWhatAPatternLacks) {
  EXPECT_EQ(missing_in(pattern("/a/{id}"), wanted("/b/{id}?x={query.y}")), "");
  EXPECT_EQ(missing_in(pattern("/a/{id}"), wanted("/b/{no}")), "{no}");
  EXPECT_EQ(missing_in(pattern("/a/{id}"), wanted("/b/{**}")), "{**}");
  EXPECT_EQ(missing_in(pattern("/a/**"), wanted("/b/{**}")), "");
}

}  // namespace
}  // namespace banyan::translate
