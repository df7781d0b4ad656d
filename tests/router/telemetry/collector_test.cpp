#include "router/telemetry/collector.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>

namespace banyan::telemetry {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(CollectorUrl, Table) {
  struct {
    const char* url;
    const char* is;  // empty: refused
  } const rows[] = {
      {"http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"},
      {"http://127.0.0.1:4318/", "http://127.0.0.1:4318/v1/traces"},
      {"http://collector", "http://collector:4318/v1/traces"},
      {"http://[::1]:9", "http://[::1]:9/v1/traces"},
      {"http://[::1]", "http://[::1]:4318/v1/traces"},
      {"http://c:1/base", "http://c:1/base/v1/traces"},
      {"http://c:1/base/v1/traces", "http://c:1/base/v1/traces"},
      {"https://c:1", ""},
      {"c:1", ""},
      {"http://", ""},
      {"http://:4318", ""},
      {"http://c:0", ""},
      {"http://c:70000", ""},
      {"http://c:1x", ""},
      {"http://c:", ""},
      {"http://[::1", ""},
      {"http://[::1]x", ""},
      {"http://user@c:1", ""},
      {"http://[c]:1", ""},
      {"http://[[::1]:1", ""},
      {"http://a\"b:1", ""},
      {"http://c:1/?a=b", ""},
      {"http://c:1/a b", ""},
      {"http://c:1/\r\nX: y", ""},
      {"", ""},
  };
  for (const auto& row : rows) {
    std::string why;
    const auto found = parse_collector(row.url, why);
    EXPECT_EQ(found ? to_string(*found) : "", row.is) << row.url;
    EXPECT_EQ(found.has_value() || !why.empty(), true) << row.url;
  }
}

TEST(ExportReply, OnlyWhatMayPassIsSentAgain) {
  for (const int status : {200, 202, 204}) EXPECT_EQ(judge({status, {}, {}, {}}), ExportVerdict::taken) << status;
  for (const int status : {0, 429, 502, 503, 504}) EXPECT_EQ(judge({status, {}, {}, {}}), ExportVerdict::again) << status;
  for (const int status : {100, 301, 400, 401, 404, 413, 500, 501, 505})
    EXPECT_EQ(judge({status, {}, {}, {}}), ExportVerdict::lost) << status;
}

TEST(PartialSuccess, Table) {
  struct {
    const char* body;
    std::uint64_t rejected;
  } const rows[] = {
      {"", 0},
      {"{}", 0},
      {"no json", 0},
      {"[]", 0},
      {R"({"partialSuccess":{}})", 0},
      {R"({"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}})", 3},
      {R"({"partialSuccess":{"rejectedSpans":4}})", 4},
      {R"({"partialSuccess":{"rejectedSpans":-4}})", 0},
      {R"({"partialSuccess":{"rejectedSpans":"many"}})", 0},
      {R"({"partialSuccess":[]})", 0},
  };
  for (const auto& row : rows) EXPECT_EQ(rejected_spans(row.body), row.rejected) << row.body;
}

TEST(ExportPause, GrowsUpToItsCapAndIsSpread) {
  const ExportPatience patience{milliseconds(500), milliseconds(4000), milliseconds(60'000)};
  std::mt19937_64 random(7);
  const std::int64_t caps[] = {500, 1000, 2000, 4000, 4000, 4000};
  for (std::uint32_t attempt = 1; attempt <= 6; ++attempt) {
    std::int64_t least = std::numeric_limits<std::int64_t>::max(), most = 0;
    for (int i = 0; i < 2000; ++i) {
      const auto pause = export_pause(patience, attempt, {}, random()).count();
      least = std::min(least, pause), most = std::max(most, pause);
    }
    EXPECT_GE(least, 1);
    EXPECT_LE(most, caps[attempt - 1]);
    EXPECT_GT(most, caps[attempt - 1] * 9 / 10);
    EXPECT_LT(least, caps[attempt - 1] / 10);
  }
  EXPECT_LE(export_pause(patience, 4'000'000'000u, {}, ~0ull).count(), 4000);
}

TEST(ExportPause, WhatTheCollectorAsksForCountsWithinPatience) {
  const ExportPatience patience;
  EXPECT_EQ(export_pause(patience, 1, seconds(7), 0), seconds(7));
  EXPECT_EQ(export_pause(patience, 9, seconds(0), 0), milliseconds(1));
  EXPECT_EQ(export_pause(patience, 1, seconds(86'400), 0), patience.whole);
}

TEST(Ratio, TakesThatShareOfIds) {
  std::mt19937_64 random(11);
  const Ratio none(0), all(1), tenth(0.1), absurd(7);
  int taken = 0;
  for (int i = 0; i < 100'000; ++i) {
    const auto id = random();
    EXPECT_FALSE(none.takes(id));
    EXPECT_TRUE(all.takes(id));
    EXPECT_TRUE(absurd.takes(id));
    taken += tenth.takes(id);
  }
  EXPECT_NEAR(taken, 10'000, 500);
}

}  // namespace
}  // namespace banyan::telemetry
