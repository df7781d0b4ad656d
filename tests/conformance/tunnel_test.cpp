// Upgrades: the handshake is re-created hop by hop, then bytes pass untouched in both directions.
#include "tests/conformance/router_fixture.hpp"

namespace banyan::conformance {
namespace {

const std::string upgrade =
    "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n\r\n";
const std::string switched =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n";

TEST_F(Conformance, UpgradeIsTunnelledByteForByte) {
  legacy.run_script([this](Wire& wire) {
    legacy.record(parse_head(wire.read_head()));
    wire.send(switched + "first");
    std::string echo;
    while (!wire.at_end()) wire.send(echo = wire.read_exactly(4));
  });
  auto client = router().connect();
  client.send(upgrade);
  const auto answer = parse_head(client.read_head());
  EXPECT_EQ(answer.status(), 101);
  EXPECT_EQ(lower(answer.get("Connection")), "upgrade");
  EXPECT_EQ(answer.get("Upgrade"), "websocket");
  EXPECT_EQ(client.read_exactly(5), "first");
  for (const char* word : {"ping", "\r\n\r\n", "\x00\x01\xff\xfe"}) {
    const std::string bytes(word, 4);
    client.send(bytes);
    EXPECT_EQ(client.read_exactly(4), bytes);
  }
  const auto seen = legacy.only_request();
  EXPECT_EQ(lower(seen.get("Connection")), "upgrade");
  EXPECT_EQ(seen.get("Upgrade"), "websocket");
  EXPECT_EQ(seen.get("Sec-WebSocket-Key"), "k");
}

TEST_F(Conformance, BytesSentWithTheHandshakeAreNotLost) {
  legacy.run_script([](Wire& wire) {
    wire.read_head();
    wire.send(switched);
    wire.send(wire.read_exactly(5));
    wire.at_end();
  });
  auto client = router().connect();
  client.send(upgrade + "early");
  client.read_head();
  EXPECT_EQ(client.read_exactly(5), "early");
}

TEST_F(Conformance, EndOfOneDirectionLeavesTheOtherOpen) {
  legacy.run_script([](Wire& wire) {
    wire.read_head();
    wire.send(switched);
    const auto all = wire.read_to_end().bytes;
    wire.send("got " + all);
  });
  auto client = router().connect();
  client.send(upgrade);
  client.read_head();
  client.send("bye");
  client.end_sending();
  EXPECT_EQ(client.read_to_end().bytes, "got bye");
}

TEST_F(Conformance, RefusedUpgradeIsAnOrdinaryAnswer) {
  legacy.answer_bytes(plain_ok);
  auto client = router().connect();
  for (int i = 0; i < 2; ++i) {
    client.send(upgrade);
    EXPECT_EQ(client.read_message().body, "ok");
  }
}

TEST_F(Conformance, UpgradeToAnotherHttpIsNotPassedOn) {
  for (const char* protocol : {"h2c", "H2C", "websocket, h2c", "HTTP/2.0", "TLS/1.2"}) {
    legacy.forget();
    ask(std::string("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: ") + protocol +
        "\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n");
    const auto seen = legacy.only_request();
    EXPECT_FALSE(seen.has("Upgrade")) << protocol;
    EXPECT_FALSE(seen.has("HTTP2-Settings")) << protocol;
  }
}

TEST_F(Conformance, UpgradeFromHttp10IsIgnored) {
  ask("GET /ws HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  EXPECT_FALSE(legacy.only_request().has("Upgrade"));
}

TEST_F(Conformance, SilentTunnelEnds) {
  legacy.run_script([](Wire& wire) {
    wire.read_head();
    wire.send(switched);
    wire.at_end();
  });
  auto client = router({.timeouts = "header: 5s, body: 5s, keepalive: 5s, tunnel: 200ms"}).connect();
  client.send(upgrade);
  client.read_head();
  EXPECT_TRUE(client.at_end());
}

}  // namespace
}  // namespace banyan::conformance
