// Upstreams that fail: what is repeated, what never is, and which answer the client gets.
#include "tests/conformance/router_fixture.hpp"
#include "tests/support/process.hpp"

namespace banyan::conformance {
namespace {


TEST_F(Conformance, RefusedConnectionIs502WithTheTraceId) {
  legacy.stop_listening();
  const auto answer = ask("GET / HTTP/1.1\r\nHost: a\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n");
  EXPECT_EQ(answer.status(), 502);
  expect_made_by_router(answer, "connect-failed");
  EXPECT_NE(answer.body.find("\"trace_id\":\"0af7651916cd43dd8448eb211c80319c\""), std::string::npos) << answer.body;
  EXPECT_NE(answer.body.find("\"status\":502"), std::string::npos) << answer.body;
}

TEST_F(Conformance, ClientConnectionSurvivesA502) {
  legacy.stop_listening();
  auto client = router().connect();
  for (int i = 0; i < 3; ++i) {
    client.send(get);
    EXPECT_EQ(client.read_message().status(), 502);
  }
}

TEST_F(Conformance, RefusedEndpointIsPassedOverForEveryMethod) {
  // Port 1 refuses; whichever endpoint comes first, the request arrives exactly once.
  auto client = router({.extra_endpoints = ", \"127.0.0.1:1\""}).connect();
  for (int i = 0; i < 6; ++i) {
    client.send(post);
    EXPECT_EQ(client.read_message().status(), 200);
  }
  EXPECT_EQ(legacy.requests(6).size(), 6u);
}

TEST_F(Conformance, UpstreamThatClosesWithoutAnAnswerIs502) {
  legacy.answer_with([](Wire&, const Message&) { return false; });
  EXPECT_EQ(ask(get).status(), 502);
  EXPECT_EQ(legacy.count(), 1u);
}

TEST_F(Conformance, UpstreamThatClosesInsideTheHeadIs502) {
  legacy.answer_bytes("HTTP/1.1 200 OK\r\nContent-", false);
  EXPECT_EQ(ask(get).status(), 502);
}

// Answers the first request of a connection, then takes the second one and closes: a kept connection gone stale.
RecordingUpstream::Script once_then_drop(RecordingUpstream& upstream) {
  return [&upstream](Wire& wire) {
    upstream.record(wire.read_message());
    wire.send(plain_ok);
    if (wire.at_end()) return;
    upstream.record(wire.read_message());
  };
}

TEST_F(Conformance, StaleKeptConnectionIsRetriedForSafeMethods) {
  legacy.run_script(once_then_drop(legacy));
  auto client = router().connect();
  for (int i = 0; i < 2; ++i) {
    client.send(get);
    EXPECT_EQ(client.read_message().status(), 200);
  }
  EXPECT_EQ(legacy.connections(), 2u);
}

TEST_F(Conformance, WriteThatMayHaveBeenReadIsNeverSentAgain) {
  legacy.run_script(once_then_drop(legacy));
  auto client = router().connect();
  client.send(get);
  EXPECT_EQ(client.read_message().status(), 200);
  client.send(post);
  EXPECT_EQ(client.read_message().status(), 502);
  const auto seen = legacy.requests(2);
  EXPECT_EQ(seen.size(), 2u);
  EXPECT_EQ(legacy.connections(), 1u);
}

TEST_F(Conformance, ConnectionClosedWhileIdleIsNotUsedForAWrite) {
  legacy.answer_bytes(plain_ok, false);
  auto client = router().connect();
  for (int i = 0; i < 20; ++i) {
    client.send(post);
    EXPECT_EQ(client.read_message().status(), 200);
    const auto closed = static_cast<std::size_t>(i) + 1;
    ASSERT_TRUE(support::eventually([&] { return legacy.closed() == closed; }));
  }
  EXPECT_EQ(legacy.requests(20).size(), 20u);
}

TEST_F(Conformance, SilentUpstreamIs504) {
  legacy.answer_with([](Wire& wire, const Message&) {
    wire.at_end();
    return false;
  });
  router({.upstream_timeouts = "connect: 1s, response: 200ms, idle: 5s"});
  EXPECT_EQ(ask(get).status(), 504);
}

TEST_F(Conformance, TotalTimeBoundsAnAnswerThatTrickles) {
  legacy.answer_with([](Wire& wire, const Message&) {
    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    while (wire.silent_for(milliseconds(20))) wire.send("x");
    return false;
  });
  auto client = router({.upstream_timeouts = "connect: 1s, response: 5s, idle: 5s, total: 400ms"}).connect();
  client.send(get);
  client.read_head();
  EXPECT_LT(client.read_to_end().bytes.size(), 100000u);
}

TEST_F(Conformance, AnswerThatStopsIsCut) {
  legacy.answer_with([](Wire& wire, const Message&) {
    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    wire.at_end();
    return false;
  });
  auto client = router({.upstream_timeouts = "connect: 1s, response: 5s, idle: 200ms"}).connect();
  client.send(get);
  client.read_head();
  EXPECT_LT(client.read_to_end().bytes.size(), 10u);
}

TEST_F(Conformance, FullBulkheadIs503WithRetryAfter) {
  legacy.answer_with([](Wire& wire, const Message&) {
    wire.at_end();
    return false;
  });
  auto& one = router({.upstream_extra = "limits: { inflight: 1 }"});
  auto first = one.connect();
  first.send(get);
  legacy.requests(1);
  const auto answer = ask(get);
  EXPECT_EQ(answer.status(), 503);
  EXPECT_FALSE(answer.get("Retry-After").empty());
}

TEST_F(Conformance, LoopIs508) {
  auto& one = router();
  legacy.answer_with([&one](Wire& wire, const Message& request) {
    // An upstream that hands every request back to the router, as a wrong route would.
    auto back = one.connect();
    back.send(request.head);
    const auto answer = back.read_message();
    wire.send(answer.head + answer.body);
    return true;
  });
  const auto answer = ask(get);
  EXPECT_EQ(answer.status(), 508);
  EXPECT_LT(legacy.count(), 10u);
}

}  // namespace
}  // namespace banyan::conformance
