#include "extracted_services/service/request_reader.hpp"

#include <gtest/gtest.h>

namespace banyan::service {
namespace {

using State = RequestReader::State;
const ReadLimits small{.head = 512, .body = 64};

const std::string posted =
    "POST /v1/x?a=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nX-One: a\r\nx-one: b\r\n\r\nhello";
const std::string chunked =
    "POST /v1/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;ext=1\r\n "
    "wo\r\n0\r\nT: x\r\n\r\n";

TEST(RequestReader, ReadsAWholeRequest) {
  RequestReader reader(small);
  ASSERT_EQ(reader.feed(posted), State::complete);
  const auto request = reader.take();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/v1/x?a=1");
  EXPECT_EQ(request.path(), "/v1/x");
  EXPECT_EQ(request.query(), "a=1");
  EXPECT_EQ(request.body, "hello");
  EXPECT_EQ(request.header("X-ONE"), "a");
  EXPECT_TRUE(reader.idle());
}

TEST(RequestReader, ReadsTheSameHoweverTheBytesArrive) {
  for (const auto& wire : {posted, chunked}) {
    RequestReader whole(small), piecewise(small);
    ASSERT_EQ(whole.feed(wire), State::complete);
    for (std::size_t i = 0; i + 1 < wire.size(); ++i)
      ASSERT_EQ(piecewise.feed({&wire[i], 1}), State::need_more) << i;
    ASSERT_EQ(piecewise.feed({&wire.back(), 1}), State::complete);
    const auto left = whole.take(), right = piecewise.take();
    EXPECT_EQ(left.body, right.body);
    EXPECT_EQ(left.headers, right.headers);
  }
}

TEST(RequestReader, JoinsChunks) {
  RequestReader reader(small);
  ASSERT_EQ(reader.feed(chunked), State::complete);
  EXPECT_EQ(reader.take().body, "hello wo");
}

TEST(RequestReader, KeepsWhatFollowsForTheNextRequest) {
  RequestReader reader(small);
  ASSERT_EQ(reader.feed(posted + chunked + "GET /n"), State::complete);
  EXPECT_EQ(reader.take().body, "hello");
  ASSERT_EQ(reader.feed({}), State::complete);
  EXPECT_EQ(reader.take().body, "hello wo");
  ASSERT_EQ(reader.feed({}), State::need_more);
  EXPECT_FALSE(reader.idle());
  ASSERT_EQ(reader.feed(" HTTP/1.1\r\nHost: h\r\n\r\n"), State::complete);
  EXPECT_EQ(reader.take().target, "/n");
}

TEST(RequestReader, AsksForTheBodyOnce) {
  RequestReader reader(small);
  ASSERT_EQ(reader.feed("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"),
            State::need_more);
  EXPECT_TRUE(reader.wants_continue());
  EXPECT_FALSE(reader.wants_continue());
  EXPECT_EQ(reader.feed("ok"), State::complete);
}

TEST(RequestReader, KnowsWhoKeepsTheConnection) {
  const auto keeps = [](const std::string& head) {
    RequestReader reader(small);
    EXPECT_EQ(reader.feed(head + "\r\n"), State::complete);
    return reader.keep_alive();
  };
  EXPECT_TRUE(keeps("GET / HTTP/1.1\r\nHost: h\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.0\r\n"));
}

const std::string digest_of_hello = "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:";

TEST(RequestReader, TakesABodyWithItsDigestInAnyFraming) {
  for (const auto& [framing, body] : {std::pair{"Content-Length: 5", "hello"}, std::pair{"Transfer-Encoding: chunked", "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"}}) {
    RequestReader reader(ReadLimits{.head = 512, .body = 64});
    const auto head = std::string("POST / HTTP/1.1\r\nHost: h\r\ncontent-digest: ") + digest_of_hello + "\r\n" + framing + "\r\n\r\n";
    ASSERT_EQ(reader.feed(head + body), State::complete) << framing;
    EXPECT_EQ(reader.take().body, "hello");
  }
}

struct Refusal {
  const char* name;
  std::string wire;
  int status;
};

class RefusedRequest : public testing::TestWithParam<Refusal> {};

TEST_P(RefusedRequest, WithTheRightStatus) {
  RequestReader reader(small);
  ASSERT_EQ(reader.feed(GetParam().wire), State::failed);
  EXPECT_EQ(reader.fault().status, GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(
    RequestReader, RefusedRequest,
    testing::Values(
        Refusal{"no_http", "hello\r\n\r\n", 400}, Refusal{"no_host", "GET / HTTP/1.1\r\n\r\n", 400},
        Refusal{"two_hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        Refusal{"two_lengths",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", 400},
        Refusal{
            "length_and_chunked",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400},
        Refusal{"negative_length", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", 400},
        Refusal{"folded", "GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n", 400},
        Refusal{"bare_lf", "GET / HTTP/1.1\nHost: h\n\n", 400},
        Refusal{"blank_before_colon", "GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400},
        Refusal{"bad_chunk", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
        Refusal{"large_body", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 65\r\n\r\n", 413},
        Refusal{"huge_length", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 999999999999\r\n\r\n", 413},
        Refusal{"no_such_length",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 18446744073709551616\r\n\r\n", 400},
        Refusal{
            "large_chunks",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n41\r\n" + std::string(65, 'x'),
            413},
        Refusal{"damaged",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Digest: " + digest_of_hello + "\r\nContent-Length: 5\r\n\r\nhellp", 408},
        Refusal{"damaged_chunks",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Digest: " + digest_of_hello +
                    "\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhallo\r\n0\r\n\r\n", 408},
        Refusal{"two_digests",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Digest: " + digest_of_hello +
                    "\r\nContent-Digest: sha-256=:AAAA:\r\nContent-Length: 5\r\n\r\nhello", 408},
        Refusal{"large_head", "GET / HTTP/1.1\r\nHost: h\r\nA: " + std::string(600, 'x') + "\r\n\r\n", 431}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace banyan::service
