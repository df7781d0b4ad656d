#include "router/http/characters.hpp"
#include "router/http/request.hpp"
#include "router/http/rewrite.hpp"

#include <gtest/gtest.h>

namespace banyan::http {
namespace {

TEST(ParseRequest, SplitsTheTargetWithoutTouchingIt) {
  RequestHead head;
  ASSERT_EQ(parse_request("GET http://Shop:80/a%2Fb//?x=1?y HTTP/1.1\r\nHost: shop\r\n\r\n", {}, head), Errc::ok);
  EXPECT_EQ(head.outbound, "/a%2Fb//?x=1?y");
  EXPECT_EQ(head.path, "/a%2Fb//");
  EXPECT_EQ(head.query, "x=1?y");
}

TEST(ParseRequest, ReadsConnectionOptions) {
  struct {
    const char* bytes;
    bool keep_alive;
    bool upgrade;
  } const rows[] = {
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", true, false},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: x, CLOSE\r\n\r\n", false, false},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nConnection: keep-alive\r\n\r\n", false, false},
      {"GET / HTTP/1.0\r\n\r\n", false, false},
      {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true, false},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", true, true},
      {"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\n\r\n", true, false},
      {"POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\nContent-Length: 3\r\n\r\n", true, false},
  };
  for (const auto& row : rows) {
    RequestHead head;
    ASSERT_EQ(parse_request(row.bytes, {}, head), Errc::ok) << row.bytes;
    EXPECT_EQ(head.keep_alive, row.keep_alive) << row.bytes;
    EXPECT_EQ(head.wants_upgrade, row.upgrade) << row.bytes;
  }
}

TEST(FieldId, KnowsItsNamesInAnyCase) {
  EXPECT_EQ(field_id("CONTENT-length"), FieldId::content_length);
  EXPECT_EQ(field_id("te"), FieldId::te);
  EXPECT_EQ(field_id("Proxy-Authenticate"), FieldId::proxy_authenticate);
  EXPECT_EQ(field_id("X-Custom"), FieldId::other);
  EXPECT_EQ(field_id(""), FieldId::other);
}

TEST(CountVia, CountsOursAndAll) {
  RequestHead head;
  ASSERT_EQ(parse_request("GET / HTTP/1.1\r\nHost: a\r\nVia: 1.0 edge, 1.1 me\r\nVia: HTTP/1.1 me (x)\r\n\r\n", {}, head), Errc::ok);
  const auto count = count_via(head.fields, "me");
  EXPECT_EQ(count.all, 3);
  EXPECT_EQ(count.ours, 2);
}

TEST(FindControl, FindsTheFirstAtEveryOffset) {
  for (std::size_t size = 0; size < 40; ++size)
    for (std::size_t at = 0; at <= size; ++at) {
      std::string text(size, 'a');
      if (at < size) text[at] = at % 2 == 0 ? '\r' : '\x7f';
      if (at > 0) text[at - 1] = '\t';
      const auto* found = find_control(text.data(), text.data() + size);
      EXPECT_EQ(found - text.data(), static_cast<std::ptrdiff_t>(at));
    }
}

}  // namespace
}  // namespace banyan::http
