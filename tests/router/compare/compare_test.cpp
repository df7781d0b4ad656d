#include "router/compare/compare.hpp"

#include "router/compare/path.hpp"

#include <gtest/gtest.h>

namespace banyan::compare {
namespace {

std::string json_diff(std::string_view legacy, std::string_view fresh, const Rules& rules = {}) {
  return summarize(
      compare({200, "application/json", legacy}, {200, "application/json; charset=utf-8", fresh}, rules));
}

struct Row {
  const char* legacy;
  const char* fresh;
  const char* summary;
};
class Json : public testing::TestWithParam<Row> {};
TEST_P(Json, NamesThePathsThatDiffer) {
  EXPECT_EQ(json_diff(GetParam().legacy, GetParam().fresh), GetParam().summary);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Json,
    testing::Values(Row{R"({"a":1,"b":2})", R"({ "b" : 2.0, "a" : 1e0 })", "equal"},
                    Row{R"({"a":1})", R"({"a":2})", "$.a value 1 -> 2"},
                    Row{R"({"a":1})", R"({"a":"1"})", "$.a type 1 -> \"1\""},
                    Row{R"({"a":1,"b":2})", R"({"a":1})", "$.b missing 2 -> -"},
                    Row{R"({"a":1})", R"({"a":1,"b":{"c":1}})", "$.b added - -> {1 members}"},
                    Row{R"([1,2,3])", R"([1,2])", "$[2] missing 3 -> -"},
                    Row{R"({"i":[{"p":1},{"p":2}]})", R"({"i":[{"p":1},{"p":3}]})", "$.i[1].p value 2 -> 3"},
                    Row{R"({"a b":null})", R"({"a b":false})", "$['a b'] type null -> false"},
                    Row{R"({"n":9007199254740993})", R"({"n":9007199254740992})",
                        "$.n value 9007199254740993 -> 9007199254740992"},
                    Row{R"([1,2])", R"([2,1])", "$ order 2 items -> 2 items in another order"}));

TEST(Compare, StatusAndContentTypeCountToo) {
  EXPECT_EQ(summarize(compare({200, "text/plain", "x"}, {404, "text/html", "x"})),
            "status 200 -> 404; content_type text/plain -> text/html");
  EXPECT_TRUE(compare({200, "Text/Plain; a=b", "x"}, {200, "text/plain", "x"}).equal);
}

TEST(Compare, OtherBodiesAreComparedByteByByte) {
  const Result result = compare({200, "text/plain", "hello world"}, {200, "text/plain", "hello there"});
  EXPECT_FALSE(result.equal);
  EXPECT_EQ(result.differences[0].kind, Kind::body);
  EXPECT_EQ(result.differences[0].legacy, "11 bytes, hash 779a65e7023cd2e7, at 6: \"world\"");
  EXPECT_NE(result.legacy_hash, result.fresh_hash);
  EXPECT_FALSE(compare({200, "application/json", "{\"a\":1"}, {200, "application/json", "{\"a\":2"}).equal);
  EXPECT_FALSE(compare({200, "", ""}, {200, "", "x"}).equal);
}

TEST(Rules, IgnoreUnorderedAndTolerance) {
  Rules rules;
  rules.ignore = {"$.asOf", "$..traceId"};
  rules.unordered = {"$.items", "$.tags[*]"};
  rules.tolerance = {{"$..price", 0.005}};
  EXPECT_EQ(json_diff(R"({"asOf":1,"items":[{"id":1,"price":1.0},{"id":2,"price":2.0}],"x":{"traceId":"a"}})",
                      R"({"asOf":2,"items":[{"id":2,"price":2.004},{"id":1,"price":1.005}],"x":{}})", rules),
            "equal");
  EXPECT_EQ(json_diff(R"({"items":[{"id":1,"price":1.0}]})", R"({"items":[{"id":1,"price":1.01}]})", rules),
            "$.items[0].price value 1E0 -> 1.01E0");
  EXPECT_EQ(json_diff(R"({"tags":["a","b","b"]})", R"({"tags":["b","a","c"]})", rules),
            "$.tags[2] value \"b\" -> \"c\"");
  EXPECT_EQ(json_diff(R"({"tags":["a"]})", R"({"tags":["a","a"]})", rules), "$.tags[1] added - -> \"a\"");
}

TEST(Paths, SayWhatIsWrongWithThem) {
  for (const char* good : {"$", "$.a", "$.a.b[0][*]", "$..price", "$['a b'].c", "$.*.x"})
    EXPECT_EQ(path_problem(good), "") << good;
  for (const char* bad : {"", "a", "$a", "$.", "$[", "$[x]", "$..", "$.a[1"})
    EXPECT_NE(path_problem(bad), "") << bad;
}

TEST(Compare, KeepsTheFirstDifferencesAndCountsAll) {
  std::string a = "[", b = "[";
  for (int i = 0; i < 100; ++i) a += (i ? ",1" : "1"), b += (i ? ",2" : "2");
  const std::string left = a + "]", right = b + "]";
  const Result result = compare({200, "application/json", left}, {200, "application/json", right}, {}, 5);
  EXPECT_EQ(result.differences.size(), 5u);
  EXPECT_EQ(result.total, 100u);
}

}  // namespace
}  // namespace banyan::compare
