// Failure modes of moving traffic, by number: the real program, steered from outside while it is busy.
#include "tests/conformance/recording_upstream.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <signal.h>

#include <chrono>
#include <iostream>
#include <sys/resource.h>

namespace banyan::conformance {
namespace {

using support::eventually;
using Clock = std::chrono::steady_clock;
const std::string router_program = BANYAN_BINARY_DIR "/bin/banyan-router";

// Both ends of 512 connections live in this process; the router inherits it.
void raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// A router whose new side keeps every request until it is let go.
class BusySite {
 public:
  BusySite() {
    raise_descriptor_limit();
    fresh.answer_with([this](Wire& wire, const Message&) {
      std::unique_lock lock(mutex_);
      ++inside_;
      changed_.wait(lock, [this] { return open_; });
      lock.unlock();
      wire.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfresh");
      return true;
    });
    const auto address = [](const RecordingUpstream& upstream) { return "\"127.0.0.1:" + std::to_string(upstream.port()) + "\""; };
    support::write_file(dir_ / "router.yaml",
                        "version: 1\n"
                        "static: { listen: \"127.0.0.1:0\", admin: \"127.0.0.1:0\", state: state.db }\n"
                        "cohort: { key: [ \"header:X-Id\" ], salt: \"s\" }\n"
                        "upstreams:\n  monolith: { endpoints: [ " + address(legacy) + " ] }\n"
                        "  shop: { endpoints: [ " + address(fresh) + " ], timeouts: { response: 300s } }\n"
                        "cutovers:\n  - { name: items, match: { methods: [ GET ], path: \"/items/**\" }, to: shop }\n");
    router_ = std::make_unique<support::Process>(std::vector<std::string>{router_program, "run", "-c", config()}, dir_ / "run.log");
    const std::string listen = router_->wait_for_line("listening on http://");
    port_ = static_cast<std::uint16_t>(std::stoi(listen.substr(listen.rfind(':') + 1)));
    const std::string admin = router_->wait_for_line("admin on http://");
    admin_port_ = static_cast<std::uint16_t>(std::stoi(admin.substr(admin.rfind(':') + 1)));
    router_->wait_for_line("status: ");
  }
  ~BusySite() { let_go(); }

  void let_go() {
    {
      const std::lock_guard lock(mutex_);
      open_ = true;
    }
    changed_.notify_all();
  }
  int inside() {
    const std::lock_guard lock(mutex_);
    return inside_;
  }
  support::Output cli(std::vector<std::string> words) const {
    words.insert(words.begin(), router_program);
    words.insert(words.end(), {"-c", config()});
    return support::run(words);
  }
  std::string config() const { return (dir_ / "router.yaml").string(); }
  support::Process& router() { return *router_; }
  std::uint16_t port() const { return port_; }
  std::uint16_t admin_port() const { return admin_port_; }

  RecordingUpstream legacy, fresh;

 private:
  support::TempDir dir_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int inside_ = 0;
  std::unique_ptr<support::Process> router_;
  std::uint16_t port_ = 0, admin_port_ = 0;
};

const std::string one_item = "GET /items/1 HTTP/1.1\r\nHost: a\r\nX-Id: 1\r\n\r\n";

std::string asked_anew(const BusySite& site) {
  auto client = Wire::connect(site.port());
  client.send(one_item);
  return client.read_message().body;
}

long ms_since(Clock::time_point start) {
  return static_cast<long>(std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count());
}

TEST(F8, FiveHundredBusyConnectionsDoNotHoldUpARollback) {
  BusySite site;
  ASSERT_EQ(site.cli({"promote", "items", "--full"}).exit_code, 0);
  constexpr int busy = 512;
  std::vector<Wire> clients;
  for (int i = 0; i < busy; ++i) {
    clients.push_back(Wire::connect(site.port()));
    clients.back().send(one_item);
  }
  ASSERT_TRUE(eventually([&] { return site.inside() == busy; }, std::chrono::seconds(120)));
  const auto start = Clock::now();
  const auto said = site.cli({"rollback", "items"});
  const long took = ms_since(start);
  ASSERT_EQ(said.exit_code, 0) << said.err;
  EXPECT_EQ(asked_anew(site), "ok") << "none of the busy ones has been answered yet";
  std::cout << "rollback with " << busy << " busy connections: " << took << " ms from the command to its answer\n";
  EXPECT_LT(took, 30'000);
  site.let_go();
  for (Wire& client : clients) EXPECT_EQ(client.read_message().body, "fresh") << "what was under way ends whole";
  for (Wire& client : clients) client.send(one_item);
  for (Wire& client : clients) EXPECT_EQ(client.read_message().body, "ok");
}

// Every connection of the admin listener is held by somebody who never ends his request.
TEST(F8, ASilentAdminListenerDoesNotStopASignalOrAKillFile) {
  BusySite site;
  site.let_go();
  std::vector<Wire> hanging;
  for (const bool by_signal : {true, false}) {
    ASSERT_EQ(site.cli({"promote", "items", "--full"}).exit_code, 0);
    ASSERT_EQ(asked_anew(site), "fresh");
    for (int i = 0; i < 200; ++i) {
      hanging.push_back(Wire::connect(site.admin_port()));
      hanging.back().send("POST /api/v1/reload HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{");
    }
    const auto start = Clock::now();
    if (by_signal) site.router().send(SIGUSR2);
    else support::write_file(site.config().substr(0, site.config().rfind('/')) + "/state.db.kill", "");
    EXPECT_TRUE(eventually([&] { return asked_anew(site) == "ok"; }, std::chrono::seconds(60)));
    std::cout << (by_signal ? "SIGUSR2" : "kill file") << ": back after " << ms_since(start) << " ms\n";
    hanging.clear();
  }
}

}  // namespace
}  // namespace banyan::conformance
