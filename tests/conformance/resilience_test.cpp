// Upstreams in trouble, seen from a client: what is sent again and where, who is turned away, and with which words.
#include "tests/conformance/router_fixture.hpp"
#include "tests/support/process.hpp"

#include <atomic>
#include <memory>
#include <thread>

namespace banyan::conformance {
namespace {

using support::eventually;


std::string also(const RecordingUpstream& other) { return ", \"127.0.0.1:" + std::to_string(other.port()) + "\""; }

// Takes one request and closes without a word, or with a reset.
RecordingUpstream::Script reads_and_drops(RecordingUpstream& upstream, bool reset) {
  return [&upstream, reset](Wire& wire) {
    upstream.record(wire.read_message());
    if (reset) wire.reset();
  };
}

// Answers nothing until the test lets it. The answers outlive the test's body and so own what they look at.
class Gate {
 public:
  void open() { *open_ = true; }
  RecordingUpstream::Answer answer() const {
    return [open = open_](Wire& wire, const Message&) {
      while (!*open && !wire.closed_within(milliseconds(5))) {
      }
      if (*open) wire.send(plain_ok);
      return open->load();
    };
  }

 private:
  std::shared_ptr<std::atomic<bool>> open_ = std::make_shared<std::atomic<bool>>(false);
};

TEST_F(Conformance, ReadThatFoundADeadEndpointIsAnsweredByAnother) {
  for (const bool reset : {false, true}) {
    RecordingUpstream dropper, healthy;
    dropper.run_script(reads_and_drops(dropper, reset));
    RunningRouter one(dropper.port(), fresh.port(), {.extra_endpoints = also(healthy)});
    for (int i = 0; i < 6; ++i) {
      auto client = one.connect();
      client.send(get);
      EXPECT_EQ(client.read_message().status(), 200);
    }
    EXPECT_EQ(healthy.requests(6).size(), 6u);
    EXPECT_GE(dropper.count(), 1u);
  }
}

TEST_F(Conformance, WriteThatWasReadArrivesExactlyOnce) {
  for (const bool reset : {false, true}) {
    RecordingUpstream dropper, other;
    dropper.run_script(reads_and_drops(dropper, reset));
    other.run_script(reads_and_drops(other, reset));
    RunningRouter one(dropper.port(), fresh.port(), {.extra_endpoints = also(other)});
    for (std::size_t i = 1; i <= 6; ++i) {
      auto client = one.connect();
      client.send(post);
      const auto answer = client.read_message();
      EXPECT_EQ(answer.status(), 502);
      EXPECT_EQ(answer.get("Banyan-Error"), "upstream-closed");
      EXPECT_EQ(dropper.count() + other.count(), i);
    }
  }
}

TEST_F(Conformance, ReadsAreNotSentForeverWhenEverybodyDrops) {
  RecordingUpstream second, third;
  for (auto* one : {&legacy, &second, &third}) one->run_script(reads_and_drops(*one, true));
  auto client = router({.extra_endpoints = also(second) + also(third)}).connect();
  client.send(get);
  EXPECT_EQ(client.read_message().status(), 502);
  EXPECT_EQ(legacy.count() + second.count() + third.count(), 2u);
}

TEST_F(Conformance, MethodsSafeLeavesDeleteAlone) {
  RecordingUpstream second;
  for (auto* one : {&legacy, &second}) one->run_script(reads_and_drops(*one, true));
  auto client = router({.upstream_extra = "retries: { methods: safe }", .extra_endpoints = also(second)}).connect();
  client.send("DELETE / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read_message().status(), 502);
  EXPECT_EQ(legacy.count() + second.count(), 1u);
}

TEST_F(Conformance, BreakerOpensSaysSoAndClosesAgain) {
  legacy.answer_bytes("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
  const Settings settings{.upstream_extra = "breaker: { consecutive: 3, open: 900ms, probes: 1 }"};
  auto& one = router(settings);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(get).status(), 500);
  // The client has the answer a moment before the breaker has noted it.
  EXPECT_TRUE(eventually([&] { return one.server().directory().upstreams(*one.config())[0].breaker_opened == 1; }));
  const auto refused = ask(get);
  EXPECT_EQ(refused.status(), 503);
  EXPECT_EQ(refused.get("Banyan-Error"), "breaker-open");
  EXPECT_EQ(refused.get("Content-Type"), "application/problem+json");
  EXPECT_EQ(refused.get("Retry-After"), "1");
  EXPECT_EQ(legacy.count(), 3u);
  EXPECT_TRUE(eventually(
      [&] { return one.metrics().prometheus().find("reason=\"breaker-open\"} 1") != std::string::npos; }));
  legacy.answer_bytes(plain_ok);
  // The same holds for the probe's answer.
  EXPECT_TRUE(eventually([&] { return ask(get).status() == 200 && ask(get).status() == 200; }));
}

TEST_F(Conformance, BreakerByShareOpens) {
  legacy.answer_with([asked = std::make_shared<std::atomic<int>>(0)](Wire& wire, const Message&) {
    wire.send(++*asked % 2 == 0 ? plain_ok : "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
    return true;
  });
  router({.upstream_extra = "breaker: { rate: { failures: 50%, min_requests: 10, window: 60s } }"});
  for (int i = 0; i < 9; ++i) EXPECT_FALSE(ask(get).has("Banyan-Error"));
  EXPECT_TRUE(eventually([&] { return ask(get).get("Banyan-Error") == "breaker-open"; }));
}

TEST_F(Conformance, ClientsThatLeaveDoNotOpenTheBreaker) {
  Gate gate;
  legacy.answer_with(gate.answer());
  auto& one = router({.upstream_extra = "breaker: { consecutive: 2 }"});
  for (std::size_t i = 1; i <= 4; ++i) {
    auto client = one.connect();
    client.send(get);
    legacy.requests(i);
    client.reset();
  }
  EXPECT_TRUE(eventually([&] { return legacy.closed() == 4; }));
  gate.open();
  EXPECT_EQ(ask(get).status(), 200);
}

TEST_F(Conformance, QueueServesTheLastFirstAndShedsTheOldest) {
  Gate gate;
  legacy.answer_with(gate.answer());
  auto& one = router({.upstream_extra = "limits: { inflight: 1, queue: 2, queue_timeout: 20s }"});
  const auto waiting = [&](std::uint32_t count) {
    return eventually([&] { return one.server().directory().upstreams(*one.config())[0].waiting == count; });
  };
  auto first = one.connect();
  first.send("GET /first HTTP/1.1\r\nHost: a\r\n\r\n");
  legacy.requests(1);
  std::vector<Wire> queued;
  for (std::uint32_t i = 0; i < 2; ++i) {
    queued.push_back(one.connect());
    queued.back().send("GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(waiting(i + 1));
  }
  queued.push_back(one.connect());
  queued.back().send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto shed = queued[0].read_message();
  EXPECT_EQ(shed.status(), 503);
  EXPECT_EQ(shed.get("Banyan-Error"), "shed");
  EXPECT_EQ(shed.get("Retry-After"), "1");
  gate.open();
  EXPECT_EQ(first.read_message().status(), 200);
  EXPECT_EQ(queued[2].read_message().status(), 200);
  EXPECT_EQ(queued[1].read_message().status(), 200);
  const auto seen = legacy.requests(3);
  EXPECT_EQ(seen[1].first_line, "GET /2 HTTP/1.1");
  EXPECT_EQ(seen[2].first_line, "GET /1 HTTP/1.1");
}

TEST_F(Conformance, QueueHasItsOwnPatience) {
  Gate gate;
  legacy.answer_with(gate.answer());
  auto& one = router({.upstream_extra = "limits: { inflight: 1, queue: 5, queue_timeout: 100ms }"});
  auto first = one.connect();
  first.send(get);
  legacy.requests(1);
  const auto late = ask(post);
  EXPECT_EQ(late.status(), 503);
  EXPECT_EQ(late.get("Banyan-Error"), "queue-timeout");
  auto leaver = one.connect();
  leaver.send(get);
  leaver.reset();
  gate.open();
  EXPECT_EQ(first.read_message().status(), 200);
  EXPECT_EQ(ask(get).status(), 200);
}

TEST_F(Conformance, EachTimeoutHasItsOwnWord) {
  struct Row {
    std::string timeouts, word;
  };
  Gate gate;
  legacy.answer_with(gate.answer());
  for (const auto& row : {Row{"connect: 5s, response: 100ms, idle: 5s", "response-timeout"},
                          Row{"connect: 5s, response: 5s, idle: 5s, total: 100ms", "total-timeout"}}) {
    RunningRouter one(legacy.port(), fresh.port(), {.upstream_timeouts = row.timeouts});
    auto client = one.connect();
    client.send(get);
    const auto answer = client.read_message();
    EXPECT_EQ(answer.status(), 504);
    EXPECT_EQ(answer.get("Banyan-Error"), row.word);
  }
}

TEST_F(Conformance, EndpointThatKeepsFailingIsEjected) {
  RecordingUpstream sick;
  sick.answer_bytes("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
  auto& one = router({.upstream_extra = "outlier: { consecutive: 2, statuses: true, base: 60s, cap: 60s }", .extra_endpoints = also(sick)});
  EXPECT_TRUE(eventually([&] {
    ask(get);
    return one.server().upstream_status()[1].set_aside;
  }));
  const auto seen = sick.count();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(ask(get).status(), 200);
  EXPECT_EQ(sick.count(), seen);
}

TEST_F(Conformance, HashSendsOneCallerToOneEndpoint) {
  RecordingUpstream second, third;
  router({.upstream_extra = "balance: { hash: \"header:X-User\" }", .extra_endpoints = also(second) + also(third)});
  for (int user = 0; user < 8; ++user) {
    for (auto* one : {&legacy, &second, &third}) one->forget();
    for (int i = 0; i < 4; ++i)
      EXPECT_EQ(ask("GET / HTTP/1.1\r\nHost: a\r\nX-User: u" + std::to_string(user) + "\r\n\r\n").status(), 200);
    EXPECT_EQ((legacy.count() != 0) + (second.count() != 0) + (third.count() != 0), 1);
  }
}

TEST_F(Conformance, LeastRequestsAvoidsTheBusyOne) {
  RecordingUpstream second;
  Gate gate;
  legacy.answer_with(gate.answer());
  second.answer_with(gate.answer());
  // No request may end before all have come, or its endpoint would be idle again.
  auto& one = router({.upstream_timeouts = "connect: 10m, response: 10m, idle: 10m",
                      .upstream_extra = "balance: least_requests", .extra_endpoints = also(second)});
  std::vector<Wire> clients;
  for (std::size_t i = 1; i <= 8; ++i) {
    clients.push_back(one.connect());
    clients.back().send(get);
    ASSERT_TRUE(eventually([&] { return legacy.count() + second.count() == i; }, std::chrono::minutes(1)));
  }
  // Four draws for the second find the same endpoint as the first in 1 of 16, and it is taken then, busy or not.
  EXPECT_GE(legacy.count(), 2u);
  EXPECT_LE(legacy.count(), 6u);
  gate.open();
  for (auto& client : clients) EXPECT_EQ(client.read_message().status(), 200);
}

TEST_F(Conformance, AnnouncedEndpointServesUntilItsLeaseEnds) {
  RecordingUpstream announced;
  auto& one = router({.upstream_extra = "registry: true"});
  legacy.stop_listening();
  EXPECT_EQ(ask(get).status(), 502);
  auto& directory = one.server().directory();
  directory.announce("legacy", {"127.0.0.1", announced.port()}, 60'000, upstreams::steady_ms());
  auto kept = one.connect();
  kept.send(post);
  EXPECT_EQ(kept.read_message().status(), 200);
  directory.withdraw("legacy", {"127.0.0.1", announced.port()});
  // Its kept connections are closed, and nothing goes there any more.
  EXPECT_TRUE(eventually([&] { return announced.closed() == announced.connections(); }));
  kept.send(post);
  EXPECT_EQ(kept.read_message().status(), 502);
  directory.announce("legacy", {"127.0.0.1", announced.port()}, 100, upstreams::steady_ms());
  EXPECT_TRUE(eventually([&] { return one.server().upstream_status().size() == 2; }));
}

TEST_F(Conformance, RequestUnderWayOutlivesItsEndpointsRegistration) {
  RecordingUpstream announced;
  Gate gate;
  announced.answer_with(gate.answer());
  auto& one = router({.upstream_extra = "registry: true"});
  legacy.stop_listening();
  auto& directory = one.server().directory();
  directory.announce("legacy", {"127.0.0.1", announced.port()}, 60'000, upstreams::steady_ms());
  auto client = one.connect();
  client.send(get);
  announced.requests(1);
  directory.withdraw("legacy", {"127.0.0.1", announced.port()});
  ask(get);
  gate.open();
  EXPECT_EQ(client.read_message().status(), 200);
}

}  // namespace
}  // namespace banyan::conformance
