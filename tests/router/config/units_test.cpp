#include "router/config/units.hpp"

#include "router/config/load.hpp"

#include <gtest/gtest.h>

namespace banyan::config {
namespace {

TEST(Units, DurationsNeedTheirUnit) {
  EXPECT_EQ(parse_duration("500ms"), milliseconds(500));
  EXPECT_EQ(parse_duration("1.5s"), milliseconds(1500));
  EXPECT_EQ(parse_duration("30m"), milliseconds(1'800'000));
  EXPECT_EQ(parse_duration("7d"), milliseconds(604'800'000));
  for (const char* bad : {"", "5", "s", "-1s", "1e3s", "1 hour", "0.5ms", "1.2.3s", "nan", "9999999999999h"})
    EXPECT_FALSE(parse_duration(bad)) << bad;
}

TEST(Units, SizesSharesAndPoints) {
  EXPECT_EQ(parse_size("64KiB"), 65536u);
  EXPECT_EQ(parse_size("10kB"), 10000u);
  EXPECT_FALSE(parse_size("64K"));
  EXPECT_DOUBLE_EQ(*parse_share("20%"), 0.2);
  EXPECT_FALSE(parse_share("20"));
  EXPECT_FALSE(parse_share("120%"));
  EXPECT_DOUBLE_EQ(*parse_points("0.2pp"), 0.002);
  EXPECT_FALSE(parse_points("0.2%"));
}

TEST(Units, WeightsGoInHundredthsOfAPercent) {
  for (int hundredths = 0; hundredths <= 10'000; ++hundredths) {
    char text[16];
    std::snprintf(text, sizeof text, "%d.%02d", hundredths / 100, hundredths % 100);
    ASSERT_EQ(parse_weight(text), hundredths) << text;
  }
  EXPECT_EQ(parse_weight("25%"), 2500);
  for (const char* bad : {"0.001", "100.01", "-1", "x", "1pp"}) EXPECT_FALSE(parse_weight(bad)) << bad;
}

TEST(Units, Addresses) {
  EXPECT_EQ(parse_address("127.0.0.1:80"), (Address{"127.0.0.1", 80}));
  EXPECT_EQ(parse_address("[::1]:80"), (Address{"::1", 80}));
  EXPECT_EQ(to_string(*parse_address("[::1]:80")), "[::1]:80");
  for (const char* bad :
       {"", "a", ":80", "a:", "a:-1", "a:65536", "a:1x", "::1:80", "[x]:1", "a b:1", "http://a:1"})
    EXPECT_FALSE(parse_address(bad)) << bad;
}

TEST(Nearest, ToleratesTyposOnly) {
  EXPECT_EQ(nearest("wieght", {"name", "weight"}), "weight");
  EXPECT_EQ(nearest("promot", {"promote", "rollback"}), "promote");
  EXPECT_EQ(nearest("xyz", {"promote", "rollback"}), "");
  EXPECT_EQ(nearest("a", {"b", "c"}), "");
}

}  // namespace
}  // namespace banyan::config
