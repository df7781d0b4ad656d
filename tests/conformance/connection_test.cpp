// Connections on both sides: kept, reused, pipelined, half-closed, abandoned, drained.
#include "tests/conformance/router_fixture.hpp"

#include <future>

namespace banyan::conformance {
namespace {


TEST_F(Conformance, PipelinedRequestsAreAnsweredInOrder) {
  legacy.answer_with([](Wire& wire, const Message& request) {
    const auto name = request.first_line.substr(5, request.first_line.size() - 14);
    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(name.size()) + "\r\n\r\n" + name);
    return true;
  });
  auto client = router().connect();
  std::string all;
  for (int i = 0; i < 50; ++i) all += "GET /r" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  client.send(all);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(client.read_message().body, "r" + std::to_string(i));
  EXPECT_EQ(legacy.connections(), 1u);
}

TEST_F(Conformance, PipelinedBodiesStayApart) {
  auto client = router().connect();
  client.send("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcPOST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
              chunk("def") + "0\r\n\r\n" + get);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.read_message().status(), 200);
  const auto seen = legacy.requests(3);
  EXPECT_EQ(seen[0].body, "abc");
  EXPECT_EQ(seen[1].body, "def");
  EXPECT_EQ(seen[2].first_line, "GET / HTTP/1.1");
}

TEST_F(Conformance, ConnectionCloseIsObeyed) {
  auto client = router().connect();
  client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + get);
  const auto answer = client.read_message();
  EXPECT_EQ(lower(answer.get("Connection")), "close");
  EXPECT_TRUE(client.at_end());
  EXPECT_EQ(legacy.count(), 1u);
}

TEST_F(Conformance, HalfClosedClientGetsItsAnswer) {
  auto client = router().connect();
  client.send(get);
  client.end_sending();
  EXPECT_EQ(client.read_message().body, "ok");
  EXPECT_TRUE(client.at_end());
}

TEST_F(Conformance, ClientThatLeavesCancelsTheUpstreamsWork) {
  const auto closed = std::make_shared<std::promise<bool>>();  // outlives the script's thread
  legacy.run_script([this, closed](Wire& wire) {
    legacy.record(parse_head(wire.read_head()));
    closed->set_value(wire.closed_within(std::chrono::seconds(8)));
  });
  auto client = router().connect();
  client.send(get);
  legacy.requests(1);
  client.reset();
  EXPECT_TRUE(closed->get_future().get());
}

TEST_F(Conformance, ClientThatClosesQuietlyCancelsTheUpstreamsWork) {
  const auto closed = std::make_shared<std::promise<bool>>();  // outlives the script's thread
  legacy.run_script([this, closed](Wire& wire) {
    legacy.record(parse_head(wire.read_head()));
    closed->set_value(wire.closed_within(std::chrono::seconds(4)));
  });
  auto client = router({.upstream_timeouts = "connect: 2s, response: 60s, idle: 5s"}).connect();
  client.send(get);
  legacy.requests(1);
  client.close();
  EXPECT_TRUE(closed->get_future().get());
}

TEST_F(Conformance, ClientThatLeavesDuringItsBodyIsPassedOnAsACut) {
  const auto got = std::make_shared<std::promise<std::size_t>>();
  legacy.run_script([this, got](Wire& wire) {
    legacy.record(parse_head(wire.read_head()));
    got->set_value(wire.read_to_end().bytes.size());
  });
  auto client = router().connect();
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  legacy.requests(1);
  client.close();
  EXPECT_EQ(got->get_future().get(), 3u);
}

TEST_F(Conformance, IdleClientConnectionIsClosedQuietly) {
  auto client = router({.timeouts = "header: 5s, body: 5s, keepalive: 200ms"}).connect();
  client.send(get);
  client.read_message();
  EXPECT_TRUE(client.at_end());
}

TEST_F(Conformance, UpstreamConnectionsAreReused) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").status(), 200);
  EXPECT_LE(legacy.connections(), 2u);  // one for each of the two workers
}

TEST_F(Conformance, UpstreamThatSaysCloseIsNotReused) {
  legacy.answer_bytes("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
  auto client = router().connect();
  for (int i = 0; i < 3; ++i) {
    client.send(get);
    EXPECT_FALSE(client.read_message().has("Connection"));
  }
  EXPECT_EQ(legacy.connections(), 3u);
}

TEST_F(Conformance, DrainFinishesWhatIsUnderWayAndClosesWhatIsIdle) {
  std::promise<void> go;
  auto ready = go.get_future().share();
  legacy.answer_with([ready](Wire& wire, const Message& request) {
    if (request.first_line == "GET /slow HTTP/1.1") ready.wait();
    wire.send(plain_ok);
    return true;
  });
  auto& one = router();
  auto idle = one.connect();
  idle.send(get);
  idle.read_message();
  auto busy = one.connect();
  busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  legacy.requests(2);
  auto drained = std::async(std::launch::async, [&] { return one.server().drain(std::chrono::seconds(8)); });
  EXPECT_TRUE(idle.at_end());
  go.set_value();
  const auto answer = busy.read_message();
  EXPECT_EQ(answer.body, "ok");
  EXPECT_EQ(lower(answer.get("Connection")), "close");
  EXPECT_TRUE(busy.at_end());
  EXPECT_TRUE(drained.get());
}

TEST_F(Conformance, DrainCutsWhatDoesNotEnd) {
  legacy.answer_with([](Wire& wire, const Message&) {
    wire.at_end();
    return false;
  });
  auto client = router().connect();
  client.send(get);
  legacy.requests(1);
  EXPECT_FALSE(router().server().drain(milliseconds(100)));
  EXPECT_TRUE(client.at_end());
}

}  // namespace
}  // namespace banyan::conformance
