// What each step does to a document, and what it refuses.
#include "router/translate/json_map.hpp"

#include <gtest/gtest.h>

namespace banyan::translate {
namespace {

Pointer at(std::string_view text) {
  Pointer out;
  EXPECT_EQ(parse_pointer(text, out), "") << text;
  return out;
}

JsonStep move(std::string_view from, std::string_view to) { return {JsonStep::Kind::move, at(from), at(to), ""}; }
JsonStep add(std::string_view place, std::string value) { return {JsonStep::Kind::add, at(place), {}, std::move(value)}; }
JsonStep set(std::string_view place, std::string value) { return {JsonStep::Kind::set, at(place), {}, std::move(value)}; }
JsonStep drop(std::string_view place) { return {JsonStep::Kind::remove, at(place), {}, ""}; }

struct StepCase {
  const char* what;
  JsonMap map;
  const char* before;
  const char* after;  // null: refused
  JsonErrc error = JsonErrc::ok;
};

TEST(JsonMap, Steps) {
  const StepCase cases[] = {
      {"nothing to do keeps every byte", {}, R"( { "a" : 1.50 } )", R"({ "a" : 1.50 })"},
      {"rename", {move("/a", "/b")}, R"({"a":1,"c":2})", R"({"c":2,"b":1})"},
      {"into a new object", {move("/name", "/customer/name")}, R"({"name":"x"})", R"({"customer":{"name":"x"}})"},
      {"beside what is there", {move("/n", "/c/n")}, R"({"n":1,"c":{"m":2}})", R"({"c":{"m":2,"n":1}})"},
      {"out of an object, which goes", {move("/c/n", "/n")}, R"({"c":{"n":1}})", R"({"n":1})"},
      {"out of an object that keeps more", {move("/c/n", "/n")}, R"({"c":{"n":1,"m":2}})", R"({"c":{"m":2},"n":1})"},
      {"wrap", {move("/x", "/x/value")}, R"({"x":5})", R"({"x":{"value":5}})"},
      {"unwrap", {move("/x/value", "/x")}, R"({"x":{"value":5}})", R"({"x":5})"},
      {"unwrap what holds more", {move("/x/value", "/x")}, R"({"x":{"value":5,"y":1}})", nullptr, JsonErrc::in_the_way},
      {"swap by way of a third", {move("/a", "/t"), move("/b", "/a"), move("/t", "/b")}, R"({"a":1,"b":2})", R"({"a":2,"b":1})"},
      {"absent", {move("/a", "/b")}, R"({"c":1})", R"({"c":1})"},
      {"a scalar on the way is absent", {move("/a/b", "/c")}, R"({"a":1})", R"({"a":1})"},
      {"the place is taken", {move("/a", "/b")}, R"({"a":1,"b":2})", nullptr, JsonErrc::in_the_way},
      {"already in the new shape", {move("/a", "/b")}, R"({"b":2})", nullptr, JsonErrc::in_the_way},
      {"a scalar in the way", {move("/a", "/b/c")}, R"({"a":1,"b":2})", nullptr, JsonErrc::in_the_way},
      {"each element", {move("/items/*/qty", "/items/*/quantity")}, R"({"items":[{"qty":1},{},{"qty":3},7]})",
       R"({"items":[{"quantity":1},{},{"quantity":3},7]})"},
      {"an array of arrays", {move("/*/*/a", "/*/*/b")}, R"([[{"a":1}],[],[{"a":2}]])", R"([[{"b":1}],[],[{"b":2}]])"},
      {"list first, then its elements", {move("/rows", "/items"), move("/items/*/n", "/items/*/name")},
       R"({"rows":[{"n":"a"}]})", R"({"items":[{"name":"a"}]})"},
      {"no array there", {move("/items/*/a", "/items/*/b")}, R"({"items":{"a":1}})", R"({"items":{"a":1}})"},
      {"add", {add("/v", "1"), add("/m/v", "\"x\"")}, R"({})", R"({"v":1,"m":{"v":"x"}})"},
      {"add where something stands", {add("/v", "1")}, R"({"v":2})", nullptr, JsonErrc::in_the_way},
      {"add to an array does nothing", {add("/v", "1")}, R"([1])", R"([1])"},
      {"set", {set("/v", "[1,2]")}, R"({"v":2,"w":3})", R"({"v":[1,2],"w":3})"},
      {"remove", {drop("/a/b")}, R"({"a":{"b":1},"c":null})", R"({"c":null})"},
      {"remove from each", {drop("/l/*/x")}, R"({"l":[{"x":1},{"y":2}]})", R"({"l":[{},{"y":2}]})"},
      {"numbers keep their digits", {move("/a", "/b")}, R"({"a":123456789012345678901234567890.10,"p":1.10e+2})",
       R"({"p":1.10e+2,"b":123456789012345678901234567890.10})"},
      {"strings keep their escapes", {move("/a", "/b")}, R"({"a":"\u00e4\/\"}","p":"]"})", R"({"p":"]","b":"\u00e4\/\"}"})"},
      {"an escaped name is found", {move("/a", "/b")}, R"({"\u0061":1})", R"({"b":1})"},
      {"a name with a slash", {move("/a~1b~0", "/c")}, R"({"a/b~":1})", R"({"c":1})"},
      {"named twice where one looks", {move("/a", "/b")}, R"({"a":1,"a":2})", nullptr, JsonErrc::named_twice},
      {"named twice by an escape", {move("/a", "/b")}, R"({"c":1,"\u0063":2})", nullptr, JsonErrc::named_twice},
      {"named twice elsewhere passes", {move("/a", "/b")}, R"({"a":1,"z":{"k":1,"k":2}})", R"({"z":{"k":1,"k":2},"b":1})"},
      {"a scalar document", {move("/a", "/b")}, "17", "17"},
      {"blanks", {move("/a", "/b")}, "\n{ \"a\" :\t[ 1 , 2 ] ,\r\n \"c\" : { } }\n", "{\"c\":{ },\"b\":[ 1 , 2 ]}"},
      {"empty", {move("/a", "/b")}, "", nullptr, JsonErrc::not_json},
      {"cut", {move("/a", "/b")}, R"({"a":1)", nullptr, JsonErrc::not_json},
      {"trailing", {move("/a", "/b")}, R"({"a":1}})", nullptr, JsonErrc::not_json},
      {"a comment", {}, R"({"a":1/**/})", nullptr, JsonErrc::not_json},
      {"broken UTF-8", {}, "{\"a\":\"\xc3\"}", nullptr, JsonErrc::not_json},
  };
  for (const StepCase& c : cases) {
    std::string out = "untouched";
    EXPECT_EQ(apply(c.map, c.before, out), c.error) << c.what;
    EXPECT_EQ(out, c.after == nullptr ? "untouched" : c.after) << c.what;
  }
}

TEST(JsonMap, DeepAndLongDocumentsAreRefusedNotFollowed) {
  std::string out;
  EXPECT_EQ(apply({}, std::string(100'000, '['), out), JsonErrc::not_json);
  EXPECT_EQ(apply({}, std::string(65, '[') + std::string(65, ']'), out), JsonErrc::not_json);
  EXPECT_EQ(apply({}, std::string(60, '[') + std::string(60, ']'), out), JsonErrc::ok);
  const std::string inner = std::string(62, '[') + "\"}\\\"{[\"" + std::string(62, ']');
  EXPECT_EQ(apply({move("/a", "/b")}, "{\"a\":" + inner + "}", out), JsonErrc::ok);
  EXPECT_EQ(apply({move("/a", "/b/c")}, "{\"a\":" + inner + "}", out), JsonErrc::ok);
  EXPECT_EQ(apply({move("/a", "/b/c/d")}, "{\"a\":" + inner + "}", out), JsonErrc::too_deep);
}

TEST(JsonMap, Inverses) {
  std::size_t culprit = 9;
  const auto back = inverse({move("/a", "/b"), add("/v", "1"), move("/b", "/c/d")});
  ASSERT_TRUE(back);
  std::string there, again;
  ASSERT_EQ(apply({move("/a", "/b"), add("/v", "1"), move("/b", "/c/d")}, R"({"a":1})", there), JsonErrc::ok);
  EXPECT_EQ(there, R"({"v":1,"c":{"d":1}})");
  ASSERT_EQ(apply(*back, there, again), JsonErrc::ok);
  EXPECT_EQ(again, R"({"a":1})");
  EXPECT_FALSE(inverse({move("/a", "/b"), set("/v", "1")}, &culprit));
  EXPECT_EQ(culprit, 1u);
  EXPECT_FALSE(inverse({drop("/v")}, &culprit));
  EXPECT_EQ(culprit, 0u);
}

TEST(JsonMap, PointersAndStepsThatMeanNothing) {
  Pointer out;
  for (const char* text : {"", "a", "/", "/a/", "//a", "/a/*", "/*", "/a~", "/a~2", "/a\xe5z"}) EXPECT_NE(parse_pointer(text, out), "") << text;
  EXPECT_NE(step_problem(move("/a", "/a")), "");
  EXPECT_NE(step_problem(move("/l/*/a", "/m/*/a")), "");
  EXPECT_NE(step_problem(move("/l/*/a", "/a")), "");
  EXPECT_NE(step_problem(move("/a", "/l/*/a")), "");
  EXPECT_EQ(step_problem(move("/l/*/a", "/l/*/b/c")), "");
}

}  // namespace
}  // namespace banyan::translate
