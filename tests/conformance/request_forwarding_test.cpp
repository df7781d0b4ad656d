// What the upstream receives: the same request, less what belongs to one hop, plus what a proxy must say.
#include "tests/conformance/router_fixture.hpp"

namespace banyan::conformance {
namespace {

struct Target {
  const char* sent;
  const char* received;
};

TEST_F(Conformance, TargetBytesAreForwardedAsReceived) {
  const Target targets[] = {
      {"/", "/"},
      {"/a//b/../c/./d;p=1", "/a//b/../c/./d;p=1"},
      {"/%2e%2E/%2f%5c/%zz", "/%2e%2E/%2f%5c/%zz"},
      {"/q?a=1&a=2&&b=%20+%C3%A4?x", "/q?a=1&a=2&&b=%20+%C3%A4?x"},
      {"/\xc3\xa4?\xff", "/\xc3\xa4?\xff"},
      {"/a?", "/a?"},
      {"/'\"<>[]{}|^`\\", "/'\"<>[]{}|^`\\"},
      {"http://a/x?y", "/x?y"},
      {"http://a", "/"},
  };
  auto client = router().connect();
  for (const auto& target : targets) {
    legacy.forget();
    client.send("GET " + std::string(target.sent) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(client.read_message().status(), 200) << target.sent;
    EXPECT_EQ(legacy.only_request().first_line, "GET " + std::string(target.received) + " HTTP/1.1");
  }
}

TEST_F(Conformance, OptionsStarIsForwarded) {
  EXPECT_EQ(ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").status(), 200);
  EXPECT_EQ(legacy.only_request().first_line, "OPTIONS * HTTP/1.1");
}

TEST_F(Conformance, UnknownMethodsPass) {
  EXPECT_EQ(ask("PROPFIND / HTTP/1.1\r\nHost: a\r\n\r\n").status(), 200);
  EXPECT_EQ(legacy.only_request().first_line, "PROPFIND / HTTP/1.1");
}

TEST_F(Conformance, FieldsKeepOrderCaseAndRepetition) {
  ask("GET / HTTP/1.1\r\nhOsT: a\r\nX-B: 1\r\nx-a:2\r\nX-B:   3  \r\nCookie: a=1\r\nCookie: b=2\r\nEmpty:\r\n\r\n");
  const auto seen = legacy.only_request();
  const std::string expected = "hOsT: a\r\nX-B: 1\r\nx-a: 2\r\nX-B: 3\r\nCookie: a=1\r\nCookie: b=2\r\nEmpty: \r\n";
  EXPECT_NE(seen.head.find(expected), std::string::npos) << seen.head;
}

TEST_F(Conformance, HopByHopFieldsStay) {
  ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, X-Secret ,X-Other\r\nX-Secret: 1\r\nx-other: 2\r\nKeep-Alive: 5\r\n"
      "Proxy-Connection: keep-alive\r\nTE: trailers\r\nTrailer: X\r\nUpgrade: h2c\r\nX-Kept: 1\r\n\r\n");
  const auto seen = legacy.only_request();
  for (const char* name : {"Connection", "X-Secret", "X-Other", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Upgrade"})
    EXPECT_FALSE(seen.has(name)) << name;
  EXPECT_TRUE(seen.has("X-Kept"));
}

TEST_F(Conformance, ConnectionCannotRemoveHostOrLength) {
  ask("POST / HTTP/1.1\r\nHost: a\r\nConnection: Host, Content-Length, close\r\nContent-Length: 3\r\n\r\nabc");
  const auto seen = legacy.only_request();
  EXPECT_EQ(seen.get("Host"), "a");
  EXPECT_EQ(seen.body, "abc");
}

TEST_F(Conformance, ForwardingFieldsOfStrangersAreReplaced) {
  ask("GET / HTTP/1.1\r\nHost: shop\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\n"
      "Forwarded: for=6.6.6.6\r\n\r\n");
  const auto seen = legacy.only_request();
  EXPECT_EQ(seen.all("X-Forwarded-For"), std::vector<std::string>{"127.0.0.1"});
  EXPECT_EQ(seen.all("X-Forwarded-Proto"), std::vector<std::string>{"http"});
  EXPECT_EQ(seen.all("X-Forwarded-Host"), std::vector<std::string>{"shop"});
  EXPECT_FALSE(seen.has("Forwarded"));
}

TEST_F(Conformance, ForwardingFieldsOfTrustedPeersAreExtended) {
  router({.trusted = "127.0.0.0/8"});
  ask("GET / HTTP/1.1\r\nHost: shop\r\nX-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2\r\nX-Forwarded-Proto: https\r\n"
      "X-Forwarded-Host: www\r\n\r\n");
  const auto seen = legacy.only_request();
  EXPECT_EQ(seen.all("X-Forwarded-For"), std::vector<std::string>{"1.1.1.1, 2.2.2.2, 127.0.0.1"});
  EXPECT_EQ(seen.all("X-Forwarded-Proto"), std::vector<std::string>{"https"});
  EXPECT_EQ(seen.all("X-Forwarded-Host"), std::vector<std::string>{"www"});
}

TEST_F(Conformance, ViaIsAppended) {
  ask("GET / HTTP/1.1\r\nHost: a\r\nVia: 1.1 edge\r\n\r\n");
  const auto via = legacy.only_request().all("Via");
  ASSERT_EQ(via.size(), 2u);
  EXPECT_EQ(via[0], "1.1 edge");
  EXPECT_EQ(via[1].rfind("1.1 banyan-", 0), 0u) << via[1];
}

TEST_F(Conformance, TraceIsContinued) {
  ask("GET / HTTP/1.1\r\nHost: a\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\ntracestate: v=1\r\n\r\n");
  const auto seen = legacy.only_request();
  ASSERT_EQ(seen.all("traceparent").size(), 1u);
  const auto value = seen.get("traceparent");
  EXPECT_EQ(value.substr(0, 36), "00-0af7651916cd43dd8448eb211c80319c-");
  EXPECT_NE(value.substr(36, 16), "b7ad6b7169203331");
  EXPECT_EQ(value.substr(52), "-01");
  EXPECT_EQ(seen.get("tracestate"), "v=1");
}

TEST_F(Conformance, InvalidTraceIsReplacedAndItsStateDropped) {
  ask("GET / HTTP/1.1\r\nHost: a\r\ntraceparent: 00-00000000000000000000000000000000-b7ad6b7169203331-01\r\ntracestate: v=1\r\n\r\n");
  const auto seen = legacy.only_request();
  EXPECT_EQ(seen.get("traceparent").size(), 55u);
  EXPECT_NE(seen.get("traceparent").substr(3, 32), std::string(32, '0'));
  EXPECT_FALSE(seen.has("tracestate"));
}

TEST_F(Conformance, LengthBodyArrives) {
  ask("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 005\r\n\r\nhello");
  const auto seen = legacy.only_request();
  EXPECT_EQ(seen.body, "hello");
  EXPECT_EQ(seen.get("Content-Length"), "5");
}

TEST_F(Conformance, ChunkedBodyArrivesReframed) {
  ask("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n" + chunk("hel") +
      "0002;ext=\"v\"\r\nlo\r\n000\r\nX-Trailer: 1\r\n\r\n");
  const auto seen = legacy.only_request();
  EXPECT_TRUE(seen.chunked);
  EXPECT_EQ(seen.body, "hello");
  EXPECT_EQ(seen.all("Transfer-Encoding"), std::vector<std::string>{"chunked"});
}

TEST_F(Conformance, ChunkedBodyByteByByteArrives) {
  auto client = router().connect();
  client.send("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (char c : chunk("hello") + chunk(" world") + "0\r\n\r\n") client.send({&c, 1});
  EXPECT_EQ(client.read_message().status(), 200);
  EXPECT_EQ(legacy.only_request().body, "hello world");
}

TEST_F(Conformance, DuplicateTrailingRequestsAreNotInvented) {
  auto client = router().connect();
  client.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\nPOST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_EQ(client.read_message().status(), 200);
  EXPECT_EQ(client.read_message().status(), 200);
  const auto seen = legacy.requests(2);
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].first_line, "POST /a HTTP/1.1");
  EXPECT_EQ(seen[1].body, "hi");
}

TEST_F(Conformance, Http10ClientIsServedAndClosed) {
  auto client = router().connect();
  client.send("GET / HTTP/1.0\r\n\r\n");
  const auto answer = client.read_message();
  EXPECT_EQ(answer.body, "ok");
  EXPECT_TRUE(client.at_end());
  const auto seen = legacy.only_request();
  EXPECT_EQ(seen.first_line, "GET / HTTP/1.1");
  EXPECT_EQ(seen.all("Host").size(), 1u);
  EXPECT_EQ(seen.get("Via").rfind("1.0 ", 0), 0u);
}

TEST_F(Conformance, Http10KeepAliveIsHonoured) {
  auto client = router().connect();
  for (int i = 0; i < 2; ++i) {
    client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const auto answer = client.read_message();
    EXPECT_EQ(answer.body, "ok");
    EXPECT_EQ(lower(answer.get("Connection")), "keep-alive");
  }
}

TEST_F(Conformance, MaxForwardsZeroIsAnsweredHere) {
  const auto answer = ask("OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n");
  EXPECT_EQ(answer.status(), 200);
  expect_made_by_router(answer);
  EXPECT_EQ(legacy.count(), 0u);
}

TEST_F(Conformance, MaxForwardsIsCountedDown) {
  ask("OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 3\r\n\r\n");
  EXPECT_EQ(legacy.only_request().all("Max-Forwards"), std::vector<std::string>{"2"});
}

}  // namespace
}  // namespace banyan::conformance
