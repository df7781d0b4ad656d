#include "tests/extracted_services/program/breaking_changes.hpp"

#include <gtest/gtest.h>

namespace banyan::services_test {
namespace {

namespace json = boost::json;

constexpr const char* released = R"({"paths":{"/v1/x":{"post":{
  "parameters":[{"name":"p","in":"query","required":false}],
  "requestBody":{"content":{"application/json":{"schema":{"type":"object","required":["a"],
    "properties":{"a":{"type":"integer","minimum":1,"maximum":9},"b":{"anyOf":[{"type":"string"},{"type":"null"}]}}}}}},
  "responses":{"200":{"content":{"application/json":{"schema":{"type":"object","required":["r","list"],
    "properties":{"r":{"type":"string"},"list":{"type":"array","items":{"type":"object","required":["i"],
      "properties":{"i":{"type":"integer"}}}}}}}}},"404":{"description":"x"}}}}}})";

// Replaces one piece of the released contract; what its old callers would run into.
std::vector<std::string> after(const std::string& piece, const std::string& other) {
  std::string text = released;
  const auto at = text.find(piece);
  EXPECT_NE(at, std::string::npos) << piece;
  text.replace(at, piece.size(), other);
  return breaking_changes(json::parse(released).as_object(), json::parse(text).as_object());
}

using Lines = std::vector<std::string>;

TEST(BreakingChanges, AreNamed) {
  EXPECT_EQ(after("/v1/x", "/v1/y"), Lines{"post /v1/x is gone"});
  EXPECT_EQ(after(R"("required":false)", R"("required":false},{"name":"q","in":"query","required":true)"),
            Lines{"post /v1/x: parameter q is required now"});
  EXPECT_EQ(after(R"("required":["a"])", R"("required":["a","b"])"), Lines{"post /v1/x request /b is required now"});
  EXPECT_EQ(after(R"("minimum":1)", R"("minimum":2)"), Lines{"post /v1/x request /a: minimum was raised"});
  EXPECT_EQ(after(R"("maximum":9)", R"("maximum":8)"), Lines{"post /v1/x request /a: maximum was lowered"});
  EXPECT_EQ(after(R"("a":{"type":"integer")", R"("a":{"type":"string")"), Lines{"post /v1/x request /a: the type changed"});
  EXPECT_EQ(after(R"({"anyOf":[{"type":"string"},{"type":"null"}]})", R"({"type":"string"})"),
            Lines{"post /v1/x request /b: null was added or taken away"});
  EXPECT_EQ(after(R"("required":["i"])", R"("required":[])"), Lines{"post /v1/x 200 /list/*/i may be missing now"});
  EXPECT_EQ(after(R"("i":{"type":"integer"})", R"("j":{"type":"integer"})"), Lines{"post /v1/x 200 /list/*/i is gone"});
  EXPECT_EQ(after(R"("r":{"type":"string"})", R"("r":{"anyOf":[{"type":"string"},{"type":"null"}]})"),
            Lines{"post /v1/x 200 /r: null was added or taken away"});
  EXPECT_EQ(after(R"("404")", R"("410")"), Lines{"post /v1/x: 404 is gone"});
}

TEST(BreakingChanges, AdditionsBreakNothing) {
  EXPECT_EQ(after(R"("r":{"type":"string"})", R"("r":{"type":"string"},"new":{"type":"string"})"), Lines());
  EXPECT_EQ(after(R"("minimum":1,"maximum":9)", R"("minimum":0,"maximum":10)"), Lines());
  EXPECT_EQ(after(R"("required":["a"])", R"("required":[])"), Lines());
  EXPECT_EQ(after(R"("404")", R"("403":{"description":"x"},"404")"), Lines());
  EXPECT_EQ(after(R"("/v1/x")", R"("/v1/z":{"get":{}},"/v1/x")"), Lines());
}

}  // namespace
}  // namespace banyan::services_test
