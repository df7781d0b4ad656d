// TLS towards upstreams.
#include "tests/conformance/tls_fixture.hpp"

namespace banyan::conformance {
namespace {

using telemetry::Event;

class TlsUpstreams : public TlsConformance {
 protected:
  void serve(const support::Pem& pem) { legacy.secure({.certificate = pem.certificate, .key = pem.key}); }
  void serve(const support::Order& order) { serve(authority.issue(order)); }
  std::string with_ca(const std::string& more = "") const { return "tls: { ca: \"" + path("ca.pem") + "\"" + more + " }"; }

  void expect_refused(const std::string& word, const std::string& in_log) {
    const auto answer = ask(get_shop);
    EXPECT_EQ(answer.status(), 502);
    EXPECT_THAT(answer.get("Content-Type"), testing::HasSubstr("application/problem+json"));
    EXPECT_THAT(answer.body, testing::HasSubstr(word));
    EXPECT_THAT(router().log_lines(), testing::Contains(testing::AllOf(testing::HasSubstr(word), testing::HasSubstr(in_log),
                                                                       testing::HasSubstr("'legacy'"))));
    EXPECT_EQ(legacy.count(), 0u);
    EXPECT_GE(router().metrics().event_sum(Event::upstream_tls_failed), 1);
  }
};

const support::Order good{"upstream", {"IP:127.0.0.1", "DNS:inner.test"}};

TEST_F(TlsUpstreams, AnswersPassAndConnectionsAreKept) {
  serve(good);
  router({.upstream_extra = with_ca()});
  auto client = router().connect();
  for (int i = 0; i < 5; ++i) {
    client.send(get_shop);
    EXPECT_EQ(client.read_message().body, "ok");
  }
  EXPECT_EQ(legacy.connections(), 1u);
}

TEST_F(TlsUpstreams, PostsReuseAKeptConnection) {
  serve(good);
  router({.upstream_extra = with_ca()});
  auto client = router().connect();
  for (int i = 0; i < 5; ++i) {
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_EQ(client.read_message().body, "ok");
  }
  EXPECT_EQ(legacy.requests(5).back().body, "abc");
  EXPECT_EQ(legacy.connections(), 1u);
}

TEST_F(TlsUpstreams, SessionsAreUsedAgain) {
  serve(good);
  legacy.answer_bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok", false);
  router({.upstream_extra = with_ca()});
  for (int i = 0; i < 6; ++i) EXPECT_EQ(ask(get_shop).body, "ok");
  EXPECT_GE(router().metrics().event_sum(Event::upstream_tls_resumed), 4);
}

TEST_F(TlsUpstreams, TheNameIsSentAndVerified) {
  serve(support::Order{"upstream", {"DNS:inner.test"}});
  const auto asked = std::make_shared<std::atomic<int>>(0);
  legacy.answer_with([asked](Wire& wire, const Message&) {
    *asked += wire.tls_asked_name() == "inner.test";
    wire.send(plain_ok);
    return true;
  });
  router({.upstream_extra = with_ca(", server_name: inner.test")});
  EXPECT_EQ(ask(get_shop).body, "ok");
  EXPECT_EQ(*asked, 1);
}

TEST_F(TlsUpstreams, ExpiredCertificatesAreRefused) {
  serve(support::Order{"upstream", {"IP:127.0.0.1"}, -9, -2});
  router({.upstream_extra = with_ca()});
  expect_refused("upstream-certificate-expired", "CN=upstream");
}

TEST_F(TlsUpstreams, CertificatesOfTheFutureAreRefused) {
  serve(support::Order{"upstream", {"IP:127.0.0.1"}, 2, 9});
  router({.upstream_extra = with_ca()});
  expect_refused("upstream-certificate-not-yet-valid", "CN=upstream");
}

TEST_F(TlsUpstreams, CertificatesForOthersAreRefused) {
  serve(support::Order{"upstream", {"DNS:other.test", "IP:127.0.0.9"}});
  router({.upstream_extra = with_ca()});
  expect_refused("upstream-certificate-wrong-host", "wanted 127.0.0.1");
}

TEST_F(TlsUpstreams, NamesAreNotMatchedByHalf) {
  serve(support::Order{"upstream", {"DNS:i*.test"}});
  router({.upstream_extra = with_ca(", server_name: inner.test")});
  expect_refused("upstream-certificate-wrong-host", "wanted inner.test");
}

TEST_F(TlsUpstreams, SelfSignedCertificatesAreRefused) {
  serve(support::self_signed(good));
  router({.upstream_extra = with_ca()});
  expect_refused("upstream-certificate-untrusted", "self-signed");
}

TEST_F(TlsUpstreams, OtherAuthoritiesAreRefused) {
  serve(support::Authority("Stranger").issue(good));
  router({.upstream_extra = with_ca()});
  expect_refused("upstream-certificate-untrusted", "Stranger");
}

TEST_F(TlsUpstreams, WithoutACaTheSystemDecides) {
  serve(good);
  router({.upstream_extra = "tls: true"});
  expect_refused("upstream-certificate-untrusted", "Test Authority");
}

TEST_F(TlsUpstreams, PlainUpstreamsBehindTlsAreRefused) {
  legacy.run_script([](Wire& wire) { wire.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"); });
  router({.upstream_extra = with_ca()});
  expect_refused("upstream-tls-failed", "wrong version number");
}

TEST_F(TlsUpstreams, VerificationCanBeTurnedOff) {
  serve(support::self_signed({"anything", {}, -9, -2}));
  router({.upstream_extra = "tls: { verify: false }"});
  EXPECT_EQ(ask(get_shop).body, "ok");
}

TEST_F(TlsUpstreams, ShowsItsOwnCertificate) {
  const auto pem = authority.issue(good);
  legacy.secure({.certificate = pem.certificate, .key = pem.key, .ca = authority.certificate(), .demand_certificate = true});
  const auto seen = std::make_shared<std::atomic<int>>(0);
  legacy.answer_with([seen](Wire& wire, const Message&) {
    *seen += wire.tls_peer() == "router";
    wire.send(plain_ok);
    return true;
  });
  router({.upstream_extra = with_ca(", certificate: " + make("own", {"router", {}}))});
  EXPECT_EQ(ask(get_shop).body, "ok");
  EXPECT_EQ(*seen, 1);
}

TEST_F(TlsUpstreams, BodiesThatEndWithoutCloseNotifyAreCut) {
  serve(good);
  legacy.answer_with([](Wire& wire, const Message& message) {
    wire.send("HTTP/1.1 200 OK\r\n\r\nperhaps all");
    if (message.first_line.find("/cut") != std::string::npos) wire.cut();
    return false;
  });
  router({.upstream_extra = with_ca()});
  const auto whole = ask(get_shop);
  EXPECT_EQ(whole.body, "perhaps all");
  EXPECT_TRUE(whole.chunked);
  auto client = router().connect();
  client.send("GET /cut HTTP/1.1\r\nHost: a\r\n\r\n");
  client.read_head();
  const auto rest = client.read_to_end();
  EXPECT_THAT(rest.bytes, testing::HasSubstr("perhaps all"));
  EXPECT_THAT(rest.bytes, testing::Not(testing::HasSubstr("\r\n0\r\n")));
}

TEST_F(TlsUpstreams, LengthIsEnoughOfAnEnd) {
  serve(good);
  legacy.answer_with([](Wire& wire, const Message&) {
    wire.send(plain_ok);
    wire.cut();
    return false;
  });
  router({.upstream_extra = with_ca()});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(get_shop).body, "ok");
}

TEST_F(TlsUpstreams, BigBodiesPassBothWaysAndTunnelsToo) {
  serve(good);
  router({.upstream_extra = with_ca(), .tls = site()});
  const std::string big(3'000'000, 'z');
  legacy.answer_with([](Wire& wire, const Message& message) {
    if (message.has("Upgrade")) {
      wire.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
      while (!wire.at_end()) wire.send(wire.read_exactly(4));
      return false;
    }
    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(message.body.size()) + "\r\n\r\n" + message.body);
    return true;
  });
  auto wire = dial();
  wire.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(big) + "0\r\n\r\n");
  EXPECT_TRUE(wire.read_message().body == big);
  wire.send("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  EXPECT_EQ(parse_head(wire.read_head()).status(), 101);
  wire.send("ping");
  EXPECT_EQ(wire.read_exactly(4), "ping");
}

TEST_F(TlsUpstreams, HangingHandshakesEndAtTheConnectTimeout) {
  legacy.run_script([](Wire& wire) { wire.read_to_end(); });
  router({.upstream_timeouts = "connect: 300ms, response: 5s, idle: 5s", .upstream_extra = with_ca()});
  const auto answer = ask(get_shop);
  EXPECT_EQ(answer.status(), 504);
  EXPECT_THAT(answer.body, testing::HasSubstr("connect-timeout"));
}

TEST_F(TlsUpstreams, ReloadBringsANewAuthority) {
  const support::Authority next("Next Authority");
  serve(next.issue(good));
  router({.upstream_extra = with_ca()});
  EXPECT_EQ(ask(get_shop).status(), 502);
  EXPECT_EQ(router().tls().troubles().size(), 1u);
  write("ca.pem", authority.certificate() + next.certificate());
  EXPECT_TRUE(router().reload().empty());
  EXPECT_EQ(ask(get_shop).body, "ok");
  EXPECT_TRUE(router().tls().troubles().empty());
}

TEST_F(TlsUpstreams, ProbesSpeakTls) {
  serve(good);
  router({.upstream_extra = with_ca() + "\n    health: { path: /probe, interval: 50ms }"});
  for (const auto& request : legacy.requests(2)) EXPECT_EQ(request.first_line, "GET /probe HTTP/1.1");
  for (const auto& status : router().server().upstream_status()) EXPECT_TRUE(status.healthy);
}

TEST_F(TlsUpstreams, ShadowCopiesSpeakTls) {
  const auto pem = authority.issue(good);
  fresh.secure({.certificate = pem.certificate, .key = pem.key});
  auto& running = router({.fresh_extra = with_ca(),
                          .cutovers = "cutovers:\n  - { name: c, match: { path: /**, methods: [ GET ] }, to: fresh, plan: [ { stage: "
                                      "shadow, percent: 100 } ] }\n",
                          .cohort = "cohort: { key: peer, salt: s }"});
  running.set_stage(0, cutover::Stage::shadow, cutover::full_weight);
  EXPECT_EQ(ask(get_shop).body, "ok");
  EXPECT_TRUE(fresh.only_request().has("Banyan-Shadow"));
  const auto until = std::chrono::steady_clock::now() + patience;
  while (running.server().shadow_stats()["c"].equal == 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::yield();
  EXPECT_EQ(running.server().shadow_stats()["c"].equal, 1);
}

}  // namespace
}  // namespace banyan::conformance
