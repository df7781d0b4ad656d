// Bodies of any size in bounded memory: what is slow on one side slows the other, and nothing is collected.
#include "tests/conformance/router_fixture.hpp"

#include <fstream>
#include <future>

namespace banyan::conformance {
namespace {

constexpr std::size_t mib = 1024 * 1024;
constexpr long allowed_growth_kib = 8 * 1024;
#ifdef BANYAN_SANITIZED
constexpr bool memory_is_ours = false;  // a sanitizer keeps freed memory back, the test's own pieces included
#else
constexpr bool memory_is_ours = true;
#endif

long resident_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmRSS:", 0) == 0) return std::stol(line.substr(6));
  return 0;
}

std::string piece_of(std::size_t size) {
  std::string piece(size, ' ');
  for (std::size_t i = 0; i < size; ++i) piece[i] = static_cast<char>('a' + i % 26);
  return piece;
}

// Reads `total` bytes in pieces and checks each of them.
std::size_t read_pieces(Wire& wire, std::size_t total, const std::string& piece) {
  std::size_t good = 0;
  for (; good < total; good += piece.size())
    if (wire.read_exactly(piece.size()) != piece) break;
  return good;
}

TEST_F(Conformance, Upload64MiBDoesNotGrowMemory) {
  const auto piece = piece_of(64 * 1024);
  legacy.run_script([this, piece](Wire& wire) {
    auto head = parse_head(wire.read_head());
    head.body = std::to_string(read_pieces(wire, 64 * mib, piece));
    legacy.record(head);
    wire.send(plain_ok);
    wire.at_end();
  });
  auto client = router().connect();
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(64 * mib) + "\r\n\r\n");
  const long before = resident_kib();
  for (std::size_t sent = 0; sent < 64 * mib; sent += piece.size()) client.send(piece);
  EXPECT_EQ(client.read_message().status(), 200);
  EXPECT_EQ(legacy.only_request().body, std::to_string(64 * mib));
  const long grown_kib = resident_kib() - before;
  EXPECT_TRUE(!memory_is_ours || grown_kib < allowed_growth_kib) << grown_kib << " KiB";
}

TEST_F(Conformance, ChunkedUploadOf16MiBArrivesWhole) {
  const auto piece = piece_of(50'000);
  auto client = router().connect();
  client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  std::string all;
  for (int i = 0; i < 320; ++i) {
    client.send(chunk(piece));
    all += piece;
  }
  client.send("0\r\n\r\n");
  EXPECT_EQ(client.read_message().status(), 200);
  EXPECT_TRUE(legacy.only_request().body == all);
}

TEST_F(Conformance, EndlessAnswerDoesNotGrowMemory) {
  const auto piece = piece_of(64 * 1024);
  legacy.run_script([piece](Wire& wire) {
    wire.read_head();
    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(256 * mib) + "\r\n\r\n");
    for (std::size_t sent = 0; sent < 256 * mib; sent += piece.size()) wire.send(piece);
    wire.at_end();
  });
  auto client = router().connect();
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  client.read_head();
  const long before = resident_kib();
  EXPECT_EQ(read_pieces(client, 256 * mib, piece), 256 * mib);
  const long grown_kib = resident_kib() - before;
  EXPECT_TRUE(!memory_is_ours || grown_kib < allowed_growth_kib) << grown_kib << " KiB";
}

TEST_F(Conformance, SlowUpstreamStopsTheClient) {
  std::promise<void> go;
  auto ready = go.get_future().share();
  legacy.run_script([ready](Wire& wire) {
    wire.read_head();
    ready.wait();
    wire.read_to_end();
  });
  auto client = router().connect();
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(1024 * mib) + "\r\n\r\n");
  // Whatever the kernel's buffers on four sockets take, it is far from the body.
  EXPECT_LT(client.send_until_stuck(piece_of(64 * 1024), 256 * mib), 64 * mib);
  client.close();
  go.set_value();
}

TEST_F(Conformance, SlowClientStopsTheUpstream) {
  const auto sent = std::make_shared<std::promise<std::size_t>>();
  legacy.run_script([sent](Wire& wire) {
    wire.read_head();
    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(1024 * mib) + "\r\n\r\n");
    sent->set_value(wire.send_until_stuck(piece_of(64 * 1024), 256 * mib));
  });
  auto client = router().connect();
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_LT(sent->get_future().get(), 64 * mib);
}

TEST_F(Conformance, PiecesArriveAsTheyAreSent) {
  std::promise<void> go;
  auto ready = go.get_future().share();
  legacy.run_script([ready](Wire& wire) {
    wire.read_head();
    wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk("event"));
    ready.wait();
    wire.send("0\r\n\r\n");
    wire.at_end();
  });
  auto client = router().connect();
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  client.read_head();
  EXPECT_EQ(client.read_exactly(10), chunk("event"));  // while the upstream still waits for us
  go.set_value();
  EXPECT_EQ(client.read_exactly(5), "0\r\n\r\n");
}

}  // namespace
}  // namespace banyan::conformance
