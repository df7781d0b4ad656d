// An upstream is killed while requests are under way, again and again. Reads must not fail as long as another endpoint
// lives; a write is answered or refused, and arrives at most once in all.
#include "tests/soak/router_program.hpp"
#include "tests/soak/upstream_program.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <random>
#include <thread>

namespace banyan::soak {
namespace {

using conformance::Wire;
using conformance::WireError;

struct Tally {
  std::atomic<std::size_t> reads{0}, failed_reads{0};
  std::atomic<std::size_t> acknowledged{0}, refused{0};
  std::mutex mutex;
  std::map<std::string, bool> writes;  // id -> acknowledged
};

// One caller on one connection; a connection that the router closed after an error is opened again.
class Caller {
 public:
  Caller(const RouterProgram& router, Tally& tally, std::string name)
      : router_(router), tally_(tally), name_(std::move(name)) {}

  void run(const std::atomic<bool>& stop) {
    for (std::size_t i = 0; !stop; ++i) i % 3 == 0 ? write(name_ + "-" + std::to_string(i)) : read();
  }

 private:
  int ask(const std::string& request) {
    if (wire_.fd() < 0) wire_ = router_.connect();
    wire_.send(request);
    const auto answer = wire_.read_message();
    if (answer.get("Connection") == "close") wire_.close();
    return answer.status();
  }
  void read() {
    ++tally_.reads;
    const int status = ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    if (status == 200) return;
    ++tally_.failed_reads;
    ADD_FAILURE() << "a read got " << status;
  }
  void write(const std::string& id) {
    const int status = ask("POST / HTTP/1.1\r\nHost: a\r\nX-Id: " + id + "\r\nContent-Length: 3\r\n\r\nabc");
    ++(status == 200 ? tally_.acknowledged : tally_.refused);
    const std::lock_guard lock(tally_.mutex);
    tally_.writes[id] = status == 200;
  }

  const RouterProgram& router_;
  Tally& tally_;
  const std::string name_;
  Wire wire_;
};

std::map<std::string, int> arrivals(const std::vector<UpstreamProgram>& upstreams) {
  std::map<std::string, int> count;
  for (const auto& upstream : upstreams)
    for (const auto& id : upstream.arrived()) ++count[id];
  return count;
}

class UpstreamDeath : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Both, UpstreamDeath, ::testing::Values("banyan-router-uring", "banyan-router"),
                         [](const auto& one) { return one.index == 0 ? "Uring" : "Epoll"; });

TEST_P(UpstreamDeath, NoReadFailsAndNoWriteIsSentTwice) {
  std::vector<UpstreamProgram> upstreams(3);
  const RouterOptions options{.upstream = {upstreams[0].port(), upstreams[1].port(), upstreams[2].port()},
                              .upstream_extra = "    limits: { retry_budget: 100% }\n",
                              .workers = 2};
  RouterProgram router(GetParam(), options);
  Tally tally;
  std::atomic<bool> stop{false};
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i)
    callers.emplace_back([&, i] {
      try {
        Caller(router, tally, std::to_string(i)).run(stop);
      } catch (const WireError& error) {
        ADD_FAILURE() << "the router did not answer: " << error.what();
      }
    });
  std::mt19937 random(7);
  const auto kills = times("BANYAN_SOAK_KILLS", 12);
  for (std::size_t i = 0; i < kills; ++i) {
    auto& victim = upstreams[i % upstreams.size()];
    std::this_thread::sleep_for(std::chrono::milliseconds(100 + random() % 100));
    victim.kill();
    std::this_thread::sleep_for(std::chrono::milliseconds(50 + random() % 100));
    victim.restart();
  }
  stop = true;
  for (auto& caller : callers) caller.join();

  std::cout << tally.reads << " reads, " << tally.acknowledged << " writes answered, " << tally.refused << " refused, "
            << kills << " kills\n";
  const auto arrived = arrivals(upstreams);
  for (const auto& [id, count] : arrived) EXPECT_EQ(count, 1) << "write " << id << " arrived " << count << " times";
  for (const auto& [id, acknowledged] : tally.writes)
    EXPECT_TRUE(!acknowledged || arrived.contains(id)) << "write " << id << " was answered and never arrived";
  EXPECT_EQ(tally.failed_reads, 0u);
  EXPECT_GT(tally.acknowledged, tally.refused);
}

}  // namespace
}  // namespace banyan::soak
