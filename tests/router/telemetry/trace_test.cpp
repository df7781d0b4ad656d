#include "router/telemetry/trace.hpp"

#include <gtest/gtest.h>

#include <string>

namespace banyan::telemetry {
namespace {

constexpr char valid[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(ParseTraceparent, Table) {
  struct {
    std::string value;
    bool good;
  } const rows[] = {
      {valid, true},
      {std::string(valid) + "-x", false},
      {"01" + std::string(valid).substr(2) + "-extra", true},
      {"01" + std::string(valid).substr(2) + "extra", false},
      {"ff" + std::string(valid).substr(2), false},
      {"00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false},
      {"00-00000000000000000000000000000000-b7ad6b7169203331-01", false},
      {"00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", false},
      {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g", false},
      {"00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false},
      {"", false},
  };
  for (const auto& row : rows) EXPECT_EQ(parse_traceparent(row.value).has_value(), row.good) << row.value;
}

TEST(Trace, ContinuesWithANewSpanAndKnownFlagsOnly) {
  const auto parent = parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff");
  const Trace trace(parent, 1, 2, 0xabc);
  EXPECT_EQ(trace.traceparent(), "00-0af7651916cd43dd8448eb211c80319c-0000000000000abd-03");
  EXPECT_TRUE(trace.continued());
}

TEST(Trace, BeginsWithAValidIdEvenFromZeros) {
  const Trace trace(std::nullopt, 0, 0, 0);
  EXPECT_TRUE(parse_traceparent(trace.traceparent()).has_value()) << trace.traceparent();
  EXPECT_FALSE(trace.continued());
}

}  // namespace
}  // namespace banyan::telemetry
