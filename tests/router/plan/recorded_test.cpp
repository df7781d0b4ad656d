#include "router/plan/recorded.hpp"

#include <gtest/gtest.h>

namespace banyan::plan {
namespace {

TEST(Recorded, ReadsTheRoutersOwnLines) {
  const auto line = parse_line(
      R"({"time":"2026-11-30T10:00:00.250Z","client":"10.0.0.7","method":"GET","target":"/orders/1?x=\"","host":"a","status":200,)"
      R"("cutover":"orders","stage":"canary","side":"new","reason":"bucket_below","bucket":42,"upstream":"shop","caller":"00ff","user_agent":"curl/8"})"
      "\n");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->unix_ms, 1'796'032'800'250);
  EXPECT_EQ(line->target, "/orders/1?x=\"");
  EXPECT_EQ(line->bucket, 42);
  EXPECT_EQ(line->side, "new");
  EXPECT_EQ(line->who(), "00ff");
  EXPECT_EQ(line->user_agent, "curl/8");
}

TEST(Recorded, ReadsTheCombinedLogFormat) {
  const auto line = parse_line(
      R"x(192.0.2.9 - ada [10/Oct/2026:13:55:36 +0200] "GET /orders/1?a=b HTTP/1.1" 404 2326 "https://a/" "Mozilla/5.0 (X11)")x");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->client, "192.0.2.9");
  EXPECT_EQ(line->unix_ms, 1'791'633'336'000);
  EXPECT_EQ(line->method, "GET");
  EXPECT_EQ(line->target, "/orders/1?a=b");
  EXPECT_EQ(line->status, 404);
  EXPECT_EQ(line->user_agent, "Mozilla/5.0 (X11)");
  EXPECT_EQ(line->who(), "192.0.2.9");
  EXPECT_TRUE(parse_line(R"(::1 - - [10/Oct/2026:13:55:36 -0700] "POST /pay HTTP/1.0" 200 -)")) << "the common format as well";
}

TEST(Recorded, RefusesWhatIsNoRequest) {
  for (const char* line : {"", "{", "{}", R"({"time":"now","method":"GET","target":"/"})", R"({"time":"2026-11-30T10:00:00Z","method":"GET"})",
                           "1.2.3.4 - - [never] \"GET / HTTP/1.1\" 200 1", R"(1.2.3.4 - - [10/Oct/2026:13:55:36 +0200] "-" 408 0)",
                           R"(1.2.3.4 - - [10/Okt/2026:13:55:36 +0200] "GET / HTTP/1.1" 200 1)", "a line of prose"})
    EXPECT_FALSE(parse_line(line)) << line;
}

}  // namespace
}  // namespace banyan::plan
