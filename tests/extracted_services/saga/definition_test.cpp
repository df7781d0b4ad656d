#include "extracted_services/saga/definition.hpp"

#include <gtest/gtest.h>

namespace banyan::saga {
namespace {

std::string with_steps(const std::string& steps) { return R"({"saga":"s","steps":[)" + steps + "]}"; }

std::string step(const std::string& name, const std::string& kind, const std::string& more = "") {
  const std::string undo = kind == "compensatable" ? R"(,"compensation":"p.undo")" : "";
  return R"({"name":")" + name + R"(","kind":")" + kind + R"(","action":"p.do")" + undo + more + "}";
}

TEST(SagaDefinition, ReadsStepsAndDefaults) {
  const auto read = parse_definition(
      with_steps(step("a", "compensatable") + "," + step("b", "compensatable", R"(,"after":[])") + "," +
                 step("c", "pivot", R"(,"compensation":"p.undo","timeout_ms":7)") + "," + step("d", "retriable") + "," +
                 step("e", "retriable", R"(,"after":["c"])")));
  ASSERT_TRUE(read) << read.error().pointer << " " << read.error().message;
  EXPECT_EQ(read->steps.size(), 5u);
  EXPECT_EQ(read->steps[0].timeout_ms, read->timeout_ms);
  EXPECT_EQ(read->steps[2].timeout_ms, 7);
  EXPECT_TRUE(predecessors(*read, 1).empty());                                 // a and b in parallel
  EXPECT_EQ(predecessors(*read, 2), (std::vector<std::size_t>{0, 1}));         // the pivot waits for both
  EXPECT_EQ(predecessors(*read, 4), (std::vector<std::size_t>{0, 1, 2}));      // e and d in parallel
  EXPECT_EQ(read->hash.size(), 64u);
}

TEST(SagaDefinition, TheHashIsOfTheMeaningNotOfTheSpaces) {
  const auto tight = parse_definition(with_steps(step("a", "retriable")));
  const auto wide = parse_definition("  " + with_steps(" " + step("a", "retriable") + "\n"));
  const auto other = parse_definition(with_steps(step("b", "retriable")));
  EXPECT_EQ(tight->hash, wide->hash);
  EXPECT_NE(tight->hash, other->hash);
}

struct Wrong {
  std::string text;
  std::string pointer;
  std::string words;  // a part of the message
};

TEST(SagaDefinition, RefusesWhatIsNotASaga) {
  const std::string c = step("c", "compensatable"), p = step("p", "pivot"), r = step("r", "retriable");
  const std::vector<Wrong> table{
      {"{", "", "is not JSON"},
      {"[]", "", "must be a JSON object"},
      {R"({"saga":"s","step":[]})", "/step", "is not known"},
      {R"({"steps":[]})", "/saga", "is required"},
      {R"({"saga":"S!","steps":[]})", "/saga", "must be 1 to 64"},
      {R"({"saga":"s"})", "/steps", "must be an array"},
      {with_steps(""), "/steps", "1 to 64 steps"},
      {with_steps("7"), "/steps/0", "must be an object"},
      {R"({"saga":"s","timeout_ms":0,"steps":[]})", "/timeout_ms", "must be an integer from 1"},
      {R"({"saga":"s","timeout_ms":"5","steps":[]})", "/timeout_ms", "must be an integer"},
      {with_steps(p + "," + c), "/steps/1/kind", "cannot follow a pivot"},
      {with_steps(r + "," + c), "/steps/1/kind", "cannot follow a retriable"},
      {with_steps(r + "," + p), "/steps/1/kind", "a pivot cannot follow a retriable"},
      {with_steps(p + "," + step("q", "pivot")), "/steps/1/kind", "one pivot only"},
      {with_steps(R"({"name":"a","kind":"compensatable","action":"p.do"})"), "/steps/0/compensation", "is required"},
      {with_steps(step("a", "retriable", R"(,"compensation":"p.undo")")), "/steps/0/compensation", "is not possible"},
      {with_steps(step("a", "retriable", R"(,"timeout_ms":5)")), "/steps/0/timeout_ms", "no way back"},
      {with_steps(step("a", "pivot", R"(,"timeout_ms":5)")), "/steps/0/timeout_ms", "needs a compensation"},
      {with_steps(step("a", "sometimes")), "/steps/0/kind", "must be compensatable, pivot or retriable"},
      {with_steps(c + "," + c), "/steps/1/name", "is taken"},
      {with_steps(step("a", "retriable", R"(,"after":["b"])")), "/steps/0/after/0", "earlier step"},
      {with_steps(step("a", "retriable", R"(,"after":["a"])")), "/steps/0/after/0", "earlier step"},
      {with_steps(step("a", "retriable", R"(,"after":"b")")), "/steps/0/after", "must be an array"},
      {with_steps(step("a", "retriable", R"(,"afer":[])")), "/steps/0/afer", "is not known; known here: action, after"},
  };
  for (const auto& [text, pointer, words] : table) {
    const auto read = parse_definition(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().pointer, pointer) << text;
    EXPECT_NE(read.error().message.find(words), std::string::npos) << text << ": " << read.error().message;
  }
}

}  // namespace
}  // namespace banyan::saga
