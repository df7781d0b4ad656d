#include "router/telemetry/trace_state.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace banyan::telemetry {
namespace {

std::string state_members(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += (i == 0 ? "k" : ",k") + std::to_string(i) + "=1";
  return out;
}

// After the W3C working group's own test suite (trace-context/test/test.py).
TEST(TraceState, Table) {
  struct {
    std::vector<std::string> fields;
    bool valid;
  } const rows[] = {
      {{"foo=1"}, true},
      {{"foo=1,bar=2"}, true},
      {{"foo=1", "bar=2"}, true},
      {{"foo=1,", "bar=2"}, true},
      {{"foo=1", ""}, true},
      {{""}, true},
      {{"foo=1 \t , \t bar=2, \t baz=3"}, true},
      {{"foo=1\t \t,\t \tbar=2,\t \tbaz=3"}, true},
      {{"foo=1 "}, true},
      {{"foo@=1,bar=2"}, true},
      {{"fw529a3039@dt=FfYfYAgBxy6GxwBUVtYWkaXgWAPRnTn"}, true},
      {{"0foo=1"}, true},
      {{"foo=1,foo=1"}, false},
      {{"foo=1", "foo=2"}, false},
      {{"foo =1"}, false},
      {{"FOO=1"}, false},
      {{"foo.bar=1"}, false},
      {{"_foo=1"}, false},
      {{"foo=1=2"}, false},
      {{"foo="}, false},
      {{"=1"}, false},
      {{"foo"}, false},
      {{"foo=b\x01"}, false},
      {{"foo=\xc3\xa4"}, false},
      {{"foo=bar;,baz"}, false},
      {{std::string(256, 'z') + "=1"}, true},
      {{std::string(257, 'z') + "=1"}, false},
      {{"t=" + std::string(256, '1')}, true},
      {{"t=" + std::string(257, '1')}, false},
      {{state_members(32)}, true},
      {{state_members(33)}, false},
      {{state_members(31), "x=1", ",,"}, true},
      {{state_members(31), "x=1,y=2"}, false},
  };
  for (const auto& row : rows) {
    TraceStateCheck check;
    for (const auto& field : row.fields) check.add(field);
    EXPECT_EQ(check.valid(), row.valid) << row.fields.front();
  }
}

}  // namespace
}  // namespace banyan::telemetry
