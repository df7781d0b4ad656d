// TLS towards clients.
#include "tests/conformance/tls_fixture.hpp"

#include <algorithm>

#include <functional>

namespace banyan::conformance {
namespace {

using telemetry::Event;

std::string words_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const WireError& error) {
    return error.what();
  }
  return "";
}

TEST_F(TlsConformance, SpeaksBothVersionsAndSaysHttps) {
  router({.tls = site()});
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    legacy.forget();
    auto side = client();
    side.least = side.most = version;
    side.alpn = std::string("\x02h2\x08http/1.1", 12);
    auto wire = dial(side);
    EXPECT_EQ(wire.tls_protocol(), "http/1.1");
    for (int i = 0; i < 3; ++i) {
      wire.send(get_shop);
      EXPECT_EQ(wire.read_message().body, "ok");
    }
    const auto seen = legacy.requests(3).back();
    EXPECT_EQ(seen.all("X-Forwarded-Proto"), std::vector<std::string>{"https"});
    EXPECT_FALSE(seen.has("X-Client-Cert-Subject"));
  }
}

TEST_F(TlsConformance, ThePlainListenerStaysPlain) {
  router({.tls = site()});
  EXPECT_EQ(ask(get_shop).body, "ok");
  EXPECT_EQ(legacy.only_request().get("X-Forwarded-Proto"), "http");
}

TEST_F(TlsConformance, OldVersionsAreRefused) {
  router({.tls = site() + ", min_version: 1.3"});
  auto side = client();
  side.most = TLS1_2_VERSION;
  EXPECT_THAT(words_of([&] { dial(side); }), testing::HasSubstr("protocol version"));
  side.most = 0;
  EXPECT_EQ(dial(side).tls_version(), "TLSv1.3");
}

TEST_F(TlsConformance, WhoKnowsOnlyOtherProtocolsIsRefused) {
  router({.tls = site()});
  auto side = client();
  side.alpn = std::string("\x02h2", 3);
  EXPECT_THAT(words_of([&] { dial(side); }), testing::HasSubstr("no application protocol"));
}

TEST_F(TlsConformance, ChoosesTheCertificateByName) {
  router({.tls = "certificates: [ " + make("a", {"a", {"DNS:shop.test"}}) + ", " + make("b", {"b", {"DNS:*.pay.test"}}) + ", " +
                 make("c", {"c", {"DNS:card.pay.test"}}) + " ]"});
  const std::pair<const char*, const char*> rows[] = {{"shop.test", "a"},     {"x.pay.test", "b"},   {"card.pay.test", "c"},
                                                      {"CARD.Pay.Test", "c"}, {"y.x.pay.test", "a"}, {"pay.test", "a"},
                                                      {"unknown.test", "a"},  {"", "a"}};
  for (const auto& [name, expected] : rows) EXPECT_EQ(dial(client(), name).tls_peer(), expected) << name;
}

TEST_F(TlsConformance, SendsTheWholeChain) {
  const auto lower = authority.below("Intermediate");
  auto pem = lower.issue({"shop.test", {"DNS:shop.test"}});
  pem.certificate += lower.certificate();
  router({.tls = "certificates: " + put("site", pem)});
  auto wire = dial();  // knows the root only
  wire.send(get_shop);
  EXPECT_EQ(wire.read_message().body, "ok");
}

TEST_F(TlsConformance, SubjectsOfClientsGoUpstreamAndNobodyElsesWord) {
  router({.trusted = "127.0.0.1", .tls = site() + ", clients: { ca: \"" + path("ca.pem") + "\", certificate: optional }"});
  const std::string forged =
      "GET / HTTP/1.1\r\nHost: a\r\nX-Client-Cert-Subject: CN=root\r\nx_client-cert_subject: CN=root\r\n\r\n";
  auto side = client();
  const auto pem = authority.issue({"till 7", {}});
  side.certificate = pem.certificate, side.key = pem.key;
  auto wire = dial(side);
  wire.send(forged);
  EXPECT_EQ(wire.read_message().status(), 200);
  EXPECT_EQ(legacy.only_request().all("X-Client-Cert-Subject"), std::vector<std::string>{"CN=till 7"});
  EXPECT_FALSE(legacy.only_request().has("x_client-cert_subject"));
  legacy.forget();
  auto unknown = dial();
  unknown.send(forged);
  EXPECT_EQ(unknown.read_message().status(), 200);
  EXPECT_FALSE(legacy.only_request().has("X-Client-Cert-Subject"));
  legacy.forget();
  ask(forged);
  EXPECT_FALSE(legacy.only_request().has("X-Client-Cert-Subject"));
  EXPECT_FALSE(legacy.only_request().has("x_client-cert_subject"));
}

TEST_F(TlsConformance, ClientsWithoutTheRightCertificateAreRefused) {
  router({.tls = site() + ", clients: { ca: \"" + path("ca.pem") + "\" }"});
  const support::Authority stranger("Stranger");
  const std::pair<const char*, support::Pem> rows[] = {{"none", {}},
                                                       {"wrong authority", stranger.issue({"till", {}})},
                                                       {"expired", authority.issue({"till", {}, -9, -2})},
                                                       {"self-signed", support::self_signed({"till", {}})}};
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION})
    for (const auto& [what, pem] : rows) {
      auto side = client();
      side.certificate = pem.certificate, side.key = pem.key, side.most = version;
      // In TLS 1.3 a client learns of it only when it reads.
      EXPECT_NE(words_of([&] {
                  auto wire = dial(side);
                  wire.send(get_shop);
                  wire.read_message();
                }),
                "")
          << what << " " << version;
    }
  EXPECT_EQ(legacy.count(), 0u);
  EXPECT_TRUE(support::eventually([&] { return router().metrics().event_sum(Event::tls_handshakes_failed) == 8; }));
  const auto counted = [&](const char* word, std::int64_t number) {
    return support::eventually([&] { return router().metrics().tls_failure_sum(word) == number; });
  };
  EXPECT_TRUE(counted("no-certificate", 2));
  EXPECT_TRUE(counted("certificate-untrusted", 4));
  EXPECT_TRUE(counted("certificate-expired", 2));
  // One line a reason, not one a client.
  const auto lines = router().log_lines();
  EXPECT_EQ(std::count_if(lines.begin(), lines.end(), [](const auto& line) { return line.starts_with("TLS: no handshake with 127.0.0.1: "); }), 3);
}

TEST_F(TlsConformance, PlainHttpOnATlsPortIsToldSo) {
  router({.tls = site()});
  for (const std::string& request : {get_shop, std::string("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"),
                                     std::string("PROPFIND / HTTP/1.1\r\nHost: a\r\n\r\n")}) {
    auto wire = Wire::connect(router().tls_port());
    wire.send(request);
    const auto answer = wire.read_message();
    EXPECT_EQ(answer.status(), 400);
    EXPECT_THAT(answer.body, testing::HasSubstr("plain-http"));
    EXPECT_TRUE(wire.at_end());
  }
  auto noise = Wire::connect(router().tls_port());
  noise.send(std::string("\x00\x01\x02\x03\x04\x05\x06\x07", 8));
  EXPECT_TRUE(noise.closed_within(patience));
  EXPECT_EQ(legacy.count(), 0u);
  EXPECT_EQ(router().metrics().tls_failure_sum("plain-http"), 3);
  EXPECT_EQ(router().metrics().tls_failure_sum("not-tls"), 1);
}

TEST_F(TlsConformance, TlsOnAPlainPortIsToldSoAtOnce) {
  router({.tls = site()});
  auto wire = Wire::connect(router().port());
  wire.send(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11));
  const auto answer = wire.read_message();
  EXPECT_EQ(answer.status(), 400);
  EXPECT_THAT(answer.body, testing::HasSubstr("tls-on-plain-port"));
  EXPECT_TRUE(wire.at_end());
}

TEST_F(TlsConformance, HangingHandshakesEndAtTheirDeadline) {
  router({.timeouts = "handshake: 300ms, header: 5s", .tls = site()});
  auto silent = Wire::connect(router().tls_port());
  auto slow = Wire::connect(router().tls_port());
  slow.send(std::string("\x16\x03\x01\x02\x00", 5));
  EXPECT_TRUE(silent.closed_within(patience));
  EXPECT_TRUE(slow.closed_within(patience));
  EXPECT_TRUE(support::eventually([&] { return router().metrics().event_sum(Event::tls_handshakes_given_up) == 2; }));
  EXPECT_TRUE(support::eventually([&] { return router().metrics().tls_failure_sum("timeout") == 2; }));
}

TEST_F(TlsConformance, HangingHandshakesKeepNobodyOut) {
  router({.timeouts = "handshake: 60s", .limits = "handshakes: 4", .tls = site()});
  std::vector<Wire> hanging;
  for (int i = 0; i < 40; ++i) hanging.push_back(Wire::connect(router().tls_port()));
  for (int i = 0; i < 8; ++i) {
    auto wire = dial();
    wire.send(get_shop);
    EXPECT_EQ(wire.read_message().body, "ok");
  }
  EXPECT_TRUE(hanging.front().closed_within(patience));
}

TEST_F(TlsConformance, BigBodiesPassBothWays) {
  std::string big(5'000'000, 'x');
  for (std::size_t i = 0; i < big.size(); ++i) big[i] = static_cast<char>('a' + i * 7 % 23);
  legacy.answer_with([](Wire& wire, const Message& message) {
    wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(message.body) + "0\r\n\r\n");
    return true;
  });
  router({.tls = site()});
  auto wire = dial();
  for (int i = 0; i < 2; ++i) {
    wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(big.size()) + "\r\n\r\n" + big);
    const auto answer = wire.read_message();
    EXPECT_EQ(answer.status(), 200);
    EXPECT_TRUE(answer.body == big);
  }
}

TEST_F(TlsConformance, SlowReadersGetEverything) {
  constexpr std::size_t size = 8'000'000;
  legacy.answer_with([](Wire& wire, const Message&) {
    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n");
    const std::string piece(50'000, 'y');
    for (std::size_t sent = 0; sent < size; sent += piece.size()) wire.send(piece);
    return true;
  });
  router({.tls = site()});
  auto wire = dial();
  wire.send(get_shop);
  wire.read_head();
  std::size_t got = 0;
  for (; got < size; got += 10'000)
    if (wire.read_exactly(10'000) != std::string(10'000, 'y')) break;
  EXPECT_EQ(got, size);
  wire.send(get_shop);
  wire.read_head();
}

TEST_F(TlsConformance, TunnelsPassBytesBothWays) {
  legacy.run_script([](Wire& wire) {
    wire.read_head();
    wire.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nfirst");
    while (!wire.at_end()) wire.send(wire.read_exactly(4));
  });
  router({.tls = site()});
  auto wire = dial();
  wire.send("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  EXPECT_EQ(parse_head(wire.read_head()).status(), 101);
  EXPECT_EQ(wire.read_exactly(5), "first");
  for (int i = 0; i < 50; ++i) {
    wire.send("ping");
    EXPECT_EQ(wire.read_exactly(4), "ping");
  }
  wire.end_sending();
  EXPECT_TRUE(wire.at_end());
}

TEST_F(TlsConformance, CutAnswersAreNotEndedWithCloseNotify) {
  legacy.answer_with([](Wire& wire, const Message&) {
    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    return false;
  });
  router({.tls = site()});
  auto wire = dial();
  wire.send("GET / HTTP/1.0\r\n\r\n");
  wire.read_head();
  const auto rest = wire.read_to_end();
  EXPECT_EQ(rest.bytes, "half");
}

TEST_F(TlsConformance, AnswersThatEndByCloseEndWithCloseNotifyOrAsAnError) {
  legacy.answer_bytes("HTTP/1.1 200 OK\r\n\r\nto the end", false);
  router({.tls = site()});
  auto whole = dial();
  whole.send("GET / HTTP/1.0\r\n\r\n");
  whole.read_head();
  const auto rest = whole.read_to_end();
  EXPECT_EQ(rest.bytes, "to the end");
  EXPECT_FALSE(rest.reset);
  legacy.answer_with([](Wire& wire, const Message&) {
    wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
    return false;
  });
  auto half = dial();
  half.send("GET / HTTP/1.0\r\n\r\n");
  half.read_head();
  EXPECT_TRUE(half.read_to_end().reset);
}

TEST_F(TlsConformance, ReloadChangesTheCertificateAndABrokenOneKeepsTheOld) {
  router({.tls = site()});
  EXPECT_EQ(dial().tls_peer(), "shop.test");
  make("site", {"renewed", {"DNS:shop.test"}});
  EXPECT_TRUE(router().reload().empty());
  EXPECT_EQ(dial().tls_peer(), "renewed");
  write("site.pem", "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n");
  const auto problems = router().reload();
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_THAT(problems[0], testing::HasSubstr(path("site.pem")));
  EXPECT_THAT(problems[0], testing::HasSubstr("header too long"));
  EXPECT_THAT(router().log_lines(), testing::Contains(problems[0]));
  EXPECT_EQ(dial().tls_peer(), "renewed");
  EXPECT_THAT(router().tls().prometheus(tls::UnixTime{}), testing::HasSubstr("banyan_router_tls_problems 1\n"));
  make("site", {"mended", {"DNS:shop.test"}});
  EXPECT_TRUE(router().reload().empty());
  EXPECT_EQ(dial().tls_peer(), "mended");
}

TEST_F(TlsConformance, ReloadsUnderLoadFailNoRequest) {
  router({.tls = site()});
  std::atomic<bool> stop{false};
  std::atomic<int> answered{0}, failed{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 3; ++i)
    clients.emplace_back([&, keep = i != 0] {
      while (!stop) {
        try {
          auto wire = dial();
          for (int n = 0; n < (keep ? 20 : 1) && !stop; ++n) {
            wire.send(get_shop);
            if (wire.read_message().body != "ok") throw WireError("another answer");
            ++answered;
          }
        } catch (const WireError& error) {
          ADD_FAILURE() << error.what();
          ++failed;
        }
      }
    });
  for (int i = 0; i < 50; ++i) {
    make("site", {"generation " + std::to_string(i), {"DNS:shop.test"}});
    const int before = answered;
    EXPECT_TRUE(router().reload().empty());
    const auto until = std::chrono::steady_clock::now() + patience;
    while (answered == before && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  }
  stop = true;
  for (auto& one : clients) one.join();
  EXPECT_EQ(failed, 0);
  EXPECT_GT(answered, 50);
}

TEST_F(TlsConformance, DrainEndsIdleConnectionsAndFinishesRequests) {
  const auto go = std::make_shared<std::atomic<bool>>(false);
  legacy.answer_with([go](Wire& wire, const Message&) {
    while (!*go) std::this_thread::yield();
    wire.send(plain_ok);
    return true;
  });
  auto& running = router({.tls = site()});
  auto idle = dial();
  auto hanging = Wire::connect(running.tls_port());
  auto busy = dial();
  busy.send(get_shop);
  legacy.requests(1);
  std::thread drain([&] { EXPECT_TRUE(running.server().drain(std::chrono::seconds(20))); });
  EXPECT_TRUE(idle.at_end());
  EXPECT_TRUE(hanging.at_end());
  *go = true;
  const auto answer = busy.read_message();
  EXPECT_EQ(answer.body, "ok");
  EXPECT_EQ(lower(answer.get("Connection")), "close");
  drain.join();
}

}  // namespace
}  // namespace banyan::conformance
