#include "router/http/head_scan.hpp"

#include <gtest/gtest.h>

#include <string>

namespace banyan::http {
namespace {

using State = HeadScan::State;

TEST(HeadScan, FindsTheEndHoweverTheBytesArrive) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  for (std::size_t first = 0; first <= head.size(); ++first) {
    HeadScan scan;
    const auto state = scan.feed(std::string_view(head).substr(0, first), {});
    EXPECT_EQ(state, first == head.size() ? State::complete : State::need_more) << first;
    if (state == State::complete) continue;
    EXPECT_EQ(scan.feed(head + "next", {}), State::complete);
    EXPECT_EQ(scan.size(), head.size());
  }
}

TEST(HeadScan, CountsEmptyLinesInFront) {
  HeadScan scan;
  EXPECT_EQ(scan.feed("\r\n\r\nGET / HTTP/1.1\r\n\r\n", {}), State::complete);
  EXPECT_EQ(scan.skipped(), 4u);
}

TEST(HeadScan, RefusesEndlessEmptyLines) {
  std::string lines;
  for (int i = 0; i < 20; ++i) lines += "\r\n";
  HeadScan scan;
  EXPECT_EQ(scan.feed(lines, {}), State::failed);
}

TEST(HeadScan, RefusesBareLineFeeds) {
  for (const char* bytes : {"\n", "GET / HTTP/1.1\n", "GET / HTTP/1.1\r\nA: b\n", "GET / HTTP/1.1\r\nA: b\r\n\n"}) {
    HeadScan scan;
    EXPECT_EQ(scan.feed(bytes, {}), State::failed) << bytes;
    EXPECT_EQ(scan.error(), Errc::bad_line_ending);
  }
}

TEST(HeadScan, TellsALongTargetFromALargeHead) {
  HeadLimits limits;
  limits.first_line = 20;
  limits.head = 60;
  HeadScan target;
  EXPECT_EQ(target.feed("GET /" + std::string(30, 'a'), limits), State::failed);
  EXPECT_EQ(target.error(), Errc::target_too_long);
  HeadScan head;
  EXPECT_EQ(head.feed("GET / HTTP/1.1\r\nA: " + std::string(60, 'a'), limits), State::failed);
  EXPECT_EQ(head.error(), Errc::head_too_large);
}

}  // namespace
}  // namespace banyan::http
