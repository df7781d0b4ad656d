// What the client receives: the upstream's answer, with a framing that fits this client.
#include "tests/conformance/router_fixture.hpp"

namespace banyan::conformance {
namespace {


TEST_F(Conformance, FieldsOfAnAnswerKeepOrderCaseAndRepetition) {
  legacy.answer_bytes(
      "HTTP/1.1 299 Very Fine\r\nx-B: 1\r\nSet-Cookie: a=1; Path=/\r\nX-a:2\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(ask(get).head,
            "HTTP/1.1 299 Very Fine\r\nx-B: 1\r\nSet-Cookie: a=1; Path=/\r\nX-a: 2\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n\r\n");
}

TEST_F(Conformance, EmptyReasonPasses) {
  legacy.answer_bytes("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(ask(get).first_line, "HTTP/1.1 200 ");
}

TEST_F(Conformance, HopByHopFieldsOfAnAnswerStay) {
  legacy.answer_bytes(
      "HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Own\r\nX-Own: 1\r\nKeep-Alive: timeout=5\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\nok");
  const auto answer = ask(get);
  for (const char* name : {"Connection", "X-Own", "Keep-Alive", "Upgrade"}) EXPECT_FALSE(answer.has(name)) << name;
}

TEST_F(Conformance, ChunkedAnswerIsReframed) {
  legacy.answer_bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nX-T: 1\r\n\r\n");
  auto client = router().connect();
  for (int i = 0; i < 2; ++i) {
    client.send(get);
    const auto answer = client.read_message();
    EXPECT_TRUE(answer.chunked);
    EXPECT_EQ(answer.body, "hello");
  }
  EXPECT_EQ(legacy.connections(), 1u);
}

TEST_F(Conformance, ChunkedAnswerForHttp10EndsWithTheConnection) {
  legacy.answer_bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
  const auto answer = ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_FALSE(answer.chunked);
  EXPECT_EQ(answer.body, "hello");
}

TEST_F(Conformance, AnswerUntilCloseIsChunkedForHttp11) {
  legacy.answer_bytes("HTTP/1.0 200 OK\r\n\r\nhello", false);
  auto client = router().connect();
  for (int i = 0; i < 2; ++i) {
    client.send(get);
    const auto answer = client.read_message();
    EXPECT_TRUE(answer.chunked);
    EXPECT_EQ(answer.body, "hello");
  }
}

TEST_F(Conformance, HeadHasNoBodyWhateverTheFieldsSay) {
  legacy.answer_bytes("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
  auto client = router().connect();
  for (int i = 0; i < 2; ++i) {
    client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(client.read_message(true).get("Content-Length"), "5000");
  }
  EXPECT_EQ(legacy.connections(), 1u);
}

TEST_F(Conformance, HeadAnsweredAsChunkedHasNoBody) {
  legacy.answer_bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  auto client = router().connect();
  for (int i = 0; i < 2; ++i) {
    client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(client.read_message(true).status(), 200);
  }
}

TEST_F(Conformance, NoContentHasNoBodyAndNoLength) {
  legacy.answer_bytes("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n");
  auto client = router().connect();
  for (int i = 0; i < 2; ++i) {
    client.send(get);
    const auto answer = client.read_message();
    EXPECT_EQ(answer.status(), 204);
    EXPECT_FALSE(answer.has("Content-Length"));
  }
}

TEST_F(Conformance, NotModifiedKeepsItsLengthWithoutABody) {
  legacy.answer_bytes("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 77\r\n\r\n");
  auto client = router().connect();
  for (int i = 0; i < 2; ++i) {
    client.send(get);
    EXPECT_EQ(client.read_message().get("Content-Length"), "77");
  }
}

TEST_F(Conformance, InterimAnswersAreRelayed) {
  legacy.answer_bytes("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + plain_ok);
  auto client = router().connect();
  client.send(get);
  EXPECT_EQ(client.read_message().get("Link"), "</a>");
  EXPECT_EQ(client.read_message().status(), 102);
  EXPECT_EQ(client.read_message().body, "ok");
}

TEST_F(Conformance, InterimAnswersAreKeptFromHttp10) {
  legacy.answer_bytes("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + plain_ok);
  EXPECT_EQ(ask("GET / HTTP/1.0\r\n\r\n").body, "ok");
}

TEST_F(Conformance, ExpectationIsAskedOfTheUpstreamAndItsInvitationRelayed) {
  legacy.run_script([this](Wire& wire) {
    auto head = parse_head(wire.read_head());
    EXPECT_EQ(lower(head.get("Expect")), "100-continue");
    wire.send("HTTP/1.1 100 Continue\r\n\r\n");
    head.body = wire.read_exactly(5);
    legacy.record(head);
    wire.send(plain_ok);
    wire.at_end();
  });
  auto client = router().connect();
  client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(client.read_message().status(), 100);
  client.send("hello");
  EXPECT_EQ(client.read_message().body, "ok");
  EXPECT_EQ(legacy.only_request().body, "hello");
}

TEST_F(Conformance, RefusedExpectationEndsTheConnectionInsteadOfWaitingForTheBody) {
  legacy.run_script([](Wire& wire) {
    wire.read_head();
    wire.send("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");
    wire.at_end();
  });
  auto client = router().connect();
  client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  const auto answer = client.read_message();
  EXPECT_EQ(answer.status(), 417);
  EXPECT_EQ(lower(answer.get("Connection")), "close");
  EXPECT_TRUE(client.at_end());
}

TEST_F(Conformance, AnswerBeforeTheEndOfTheRequestIsRelayed) {
  legacy.run_script([](Wire& wire) {
    wire.read_head();
    wire.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
    wire.read_to_end();
  });
  auto client = router().connect();
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nabc");
  const auto answer = client.read_message();
  EXPECT_EQ(answer.status(), 403);
  EXPECT_EQ(answer.body, "no");
  EXPECT_EQ(lower(answer.get("Connection")), "close");
}

TEST_F(Conformance, AnswerInOneBytePiecesArrives) {
  legacy.answer_with([](Wire& wire, const Message&) {
    for (char c : "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk("hello") + "0\r\n\r\n") wire.send({&c, 1});
    return true;
  });
  EXPECT_EQ(ask(get).body, "hello");
}

}  // namespace
}  // namespace banyan::conformance
