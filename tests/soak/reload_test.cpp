// A thousand reloads a minute while bodies, events and WebSockets are under way: nothing of them is cut.
#include "tests/conformance/recording_upstream.hpp"
#include "tests/soak/router_program.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace banyan::soak {
namespace {

using conformance::Message;
using conformance::RecordingUpstream;
using conformance::Wire;
using conformance::WireError;

const std::string piece(16 * 1024, 'x');
std::string event(std::size_t number) { return "data: " + std::to_string(number) + "\n\n"; }

// Echoes a tunnel, tells events until the caller leaves, answers the length of what was uploaded.
bool answer(Wire& wire, const Message& request) {
  if (request.first_line.starts_with("GET /ws")) {
    wire.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    while (!wire.at_end()) wire.send(wire.read_exactly(4));
    return false;
  }
  if (request.first_line.starts_with("GET /events")) {
    wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 1000000000\r\n\r\n");
    for (std::size_t i = 0;; ++i) {  // until the caller leaves
      wire.send(event(i));
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
  const std::string length = std::to_string(request.body.size());
  wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(length.size()) + "\r\n\r\n" + length);
  return true;
}

// What each kind of traffic does until it is told to stop; true when all of it was right.
struct Traffic {
  const RouterProgram& router;
  const std::atomic<bool>& stop;
  std::atomic<std::size_t> done{0};

  void uploads() {
    auto wire = router.connect();
    while (!stop) {
      wire.send("POST /up HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (int i = 0; i < 8; ++i) {
        wire.send(conformance::chunk(piece));
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
      }
      wire.send("0\r\n\r\n");
      EXPECT_EQ(wire.read_message().body, std::to_string(8 * piece.size()));
      ++done;
    }
  }
  void listens() {
    auto wire = router.connect();
    wire.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(conformance::parse_head(wire.read_head()).status(), 200);
    for (std::size_t i = 0; !stop; ++i, ++done) {
      ASSERT_EQ(wire.read_exactly(event(i).size()), event(i));
    }
  }
  void talks() {
    auto wire = router.connect();
    wire.send("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    EXPECT_EQ(conformance::parse_head(wire.read_head()).status(), 101);
    for (; !stop; ++done) {
      wire.send("ping");
      ASSERT_EQ(wire.read_exactly(4), "ping");
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  void asks() {
    auto wire = router.connect();
    for (; !stop; ++done) {
      wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      ASSERT_EQ(wire.read_message().status(), 200);
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
  }
};

class Reload : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Both, Reload, ::testing::Values("banyan-router-uring", "banyan-router"),
                         [](const auto& one) { return one.index == 0 ? "Uring" : "Epoll"; });

TEST_P(Reload, F13_CutsNothingThatIsUnderWay) {
  RecordingUpstream upstream, second;
  for (auto* one : {&upstream, &second}) one->answer_with(answer);
  RouterOptions options{.upstream = {upstream.port()}, .workers = 2};
  RouterProgram router(GetParam(), options);
  std::atomic<bool> stop{false};
  Traffic traffic[]{{router, stop}, {router, stop}, {router, stop}, {router, stop}};
  std::vector<std::thread> threads;
  const auto run = [&](std::size_t kind, void (Traffic::*what)()) {
    threads.emplace_back([&, kind, what] {
      try {
        (traffic[kind].*what)();
      } catch (const WireError& error) {
        ADD_FAILURE() << "traffic " << kind << ": " << error.what();
      }
    });
  };
  for (int i = 0; i < 2; ++i) run(0, &Traffic::uploads), run(1, &Traffic::listens), run(2, &Traffic::talks), run(3, &Traffic::asks);

  const auto reloads = times("BANYAN_SOAK_RELOADS", 200);
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < reloads; ++i) {
    options.upstream_extra = "    limits: { inflight: " + std::to_string(1000 + i) + " }\n";
    options.upstream = i % 2 ? std::vector{upstream.port()} : std::vector{upstream.port(), second.port()};
    router.rewrite(options);
    EXPECT_EQ(router.post("/api/v1/reload", R"({"who":"test","why":"soak"})"), 200);
    if (HasFailure()) break;
    std::this_thread::sleep_until(begin + (i + 1) * std::chrono::milliseconds(60));
  }
  stop = true;
  for (auto& thread : threads) thread.join();
  const auto took = std::chrono::steady_clock::now() - begin;
  std::cout << reloads << " reloads in " << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms; "
            << traffic[0].done << " uploads, " << traffic[1].done << " events, " << traffic[2].done << " echoes, "
            << traffic[3].done << " requests\n";
  for (const auto& kind : traffic) EXPECT_GT(kind.done, 10u);
}

}  // namespace
}  // namespace banyan::soak
