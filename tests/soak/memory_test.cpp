// What a stream, an idle connection and a fault cost the router, read from the kernel.
#include "tests/conformance/recording_upstream.hpp"
#include "tests/soak/router_program.hpp"
#include "tests/soak/upstream_program.hpp"

#include <gtest/gtest.h>

namespace banyan::soak {
namespace {

using conformance::Message;
using conformance::RecordingUpstream;
using conformance::Wire;

constexpr std::size_t mib = 1024 * 1024;
const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string piece(mib / 4, 'x');

class Memory : public ::testing::TestWithParam<const char*> {
 protected:
  // The first requests of a process touch pages that stay: they are no stream's growth.
  static void warm(RouterProgram& router) {
    for (int i = 0; i < 50; ++i) {
      auto client = router.connect();
      client.send(get);
      client.read_message();
    }
    router.forget_peak();
  }
  RecordingUpstream upstream;
};

INSTANTIATE_TEST_SUITE_P(Both, Memory, ::testing::Values("banyan-router-uring", "banyan-router"),
                         [](const auto& one) { return one.index == 0 ? "Uring" : "Epoll"; });

TEST_P(Memory, AnUploadOf64MebibytesCostsLessThan4) {
  RouterProgram router(GetParam(), {.upstream = {upstream.port()}});
  warm(router);
  const auto before = router.resident_kib();
  auto client = router.connect();
  client.send("POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(64 * mib) + "\r\n\r\n");
  for (std::size_t sent = 0; sent < 64 * mib; sent += piece.size()) client.send(piece);
  EXPECT_EQ(client.read_message().status(), 200);
  EXPECT_LT(router.peak_kib(), before + 4 * 1024);
}

TEST_P(Memory, AHugeAnswerCostsLessThan4Mebibytes) {
  RouterProgram router(GetParam(), {.upstream = {upstream.port()}});
  warm(router);
  const std::size_t bytes = times("BANYAN_SOAK_GIB", 1) * 1024 * mib;
  upstream.answer_with([bytes](Wire& wire, const Message&) {
    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n");
    for (std::size_t sent = 0; sent < bytes; sent += piece.size()) wire.send(piece);
    return false;
  });
  const auto before = router.resident_kib();
  auto client = router.connect();
  client.send(get);
  client.read_head();
  for (std::size_t got = 0; got < bytes; got += piece.size()) client.read_exactly(piece.size());
  EXPECT_LT(router.peak_kib(), before + 4 * 1024);
}

TEST_P(Memory, SlowReadersStopTheUpstreamAndNothingGrows) {
  RouterProgram router(GetParam(), {.upstream = {upstream.port()}});
  warm(router);
  constexpr std::size_t streams = 8;
  const auto stuck = std::make_shared<std::atomic<std::size_t>>(0);
  upstream.answer_with([stuck](Wire& wire, const Message&) {
    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(1024 * mib) + "\r\n\r\n");
    if (wire.send_until_stuck(piece, 64 * mib) < 64 * mib) ++*stuck;
    return false;
  });
  const auto before = router.resident_kib();
  std::vector<Wire> clients;
  for (std::size_t i = 0; i < streams; ++i) {
    clients.push_back(router.connect());
    clients.back().send(get);
    clients.back().read_head();
  }
  EXPECT_TRUE(support::eventually([&] { return *stuck == streams; }, std::chrono::seconds(60)));
  EXPECT_LT(router.peak_kib(), before + streams * 1024);
}

TEST_P(Memory, AnIdleConnectionCostsAtMost8Kibibytes) {
  RouterProgram router(GetParam(), {.upstream = {upstream.port()}});
  warm(router);
  const auto before = router.resident_kib();
  constexpr std::size_t count = 9'000;  // twice as many sockets must fit into the usual limit of 20,000 in all
  std::vector<Wire> clients;
  for (std::size_t i = 0; i < count; ++i) {
    clients.push_back(router.connect());
    clients.back().send(get);
    ASSERT_EQ(clients.back().read_message().status(), 200) << i;
  }
  const double each = static_cast<double>(router.resident_kib() - before) / static_cast<double>(count);
  RecordProperty("kib_each", std::to_string(each));
  std::cout << "idle connection: " << each << " KiB\n";
  EXPECT_LE(each, 8.0);
}

// One of everything that ends a request early.
void misbehave(RouterProgram& router, std::size_t turn) {
  auto client = router.connect();
  switch (turn % 6) {
    case 0: return client.send("GET / HTT"), client.reset();
    case 1: return client.send("GET /hang HTTP/1.1\r\nHost: a\r\n\r\n"), client.reset();
    case 2: return client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"), client.close();
    case 3: return client.send("GET /cut HTTP/1.1\r\nHost: a\r\n\r\n"), static_cast<void>(client.read_to_end());
    case 4: return client.send("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), static_cast<void>(client.read_to_end());
    default:
      for (int i = 0; i < 20; ++i) client.send(get), client.read_message();
  }
}

TEST_P(Memory, FaultsLeaveNoDescriptorAndNoMemoryBehind) {
  UpstreamProgram faulty;
  RouterProgram router(GetParam(), {.upstream = {faulty.port()}});
  const auto round = [&](std::size_t requests) {
    for (std::size_t i = 0; i < requests; i += 25)
      for (std::size_t turn = 0; turn < 6; ++turn) misbehave(router, turn);
  };
  const std::size_t requests = times("BANYAN_SOAK_REQUESTS", 10'000);
  round(requests / 4);
  std::size_t before = 0, memory = router.resident_kib();
  // What was abandoned last is still being cleared away: the fewest within a while.
  ASSERT_TRUE(support::eventually([&] { return std::exchange(before, router.descriptors()) == router.descriptors(); }));
  round(requests);
  EXPECT_TRUE(support::eventually([&] { return router.descriptors() <= before + 4; }))
      << before << " before, " << router.descriptors() << " after";
  EXPECT_LT(router.resident_kib(), memory + 4 * 1024);
  EXPECT_TRUE(router.ends_well());
}

}  // namespace
}  // namespace banyan::soak
