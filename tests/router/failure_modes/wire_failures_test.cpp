// Failure modes of moving traffic, by number: the data plane between raw clients and recording upstreams.
#include "router/routing/explain.hpp"
#include "tests/conformance/router_fixture.hpp"
#include "tests/support/process.hpp"

#include <fstream>

namespace banyan::conformance {
namespace {

using support::eventually;

Settings one_cutover(const std::string& more = "") {
  Settings settings;
  settings.cohort = "cohort: { key: [ \"header:X-Account\", \"cookie:sid\" ], salt: \"s\" }";
  settings.cutovers = "cutovers:\n"
                      "  - { name: items, match: { methods: [ GET ], path: \"/items/**\" }, to: fresh" + more + " }\n";
  return settings;
}

std::string item(const std::string& fields) { return "GET /items/1 HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n"; }

class FailureModes : public Conformance {
 protected:
  void SetUp() override { fresh.answer_bytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfresh"); }
};

TEST_F(FailureModes, F9_NobodySticksToASideThatIsRolledBack) {
  auto& one = router(one_cutover());
  one.set_stage(0, cutover::Stage::canary, cutover::full_weight);
  std::vector<Wire> clients;
  const auto ask_all = [&](const std::string& expected) {
    for (std::size_t i = 0; i < clients.size(); ++i) {
      const std::string id = std::to_string(i);
      clients[i].send(item(i % 2 ? "Cookie: sid=" + id + "\r\n" : "X-Account: " + id + "\r\n"));
      EXPECT_EQ(clients[i].read_message().body, expected) << i;
    }
  };
  for (int i = 0; i < 40; ++i) clients.push_back(one.connect());
  ask_all("fresh");
  one.set_stage(0, cutover::Stage::rolled_back, 0);
  fresh.forget();
  for (int again = 0; again < 3; ++again) ask_all("ok");
  EXPECT_EQ(fresh.count(), 0u);
}

// The whole load comes back at once: legacy gets what it can take, the rest is told to come again.
TEST_F(FailureModes, F18_ARollbackShedsAndNeverDrownsLegacy) {
  std::atomic<int> inside{0}, most{0};
  std::mutex mutex;
  std::condition_variable changed;
  bool open = false;
  legacy.answer_with([&](Wire& wire, const Message&) {
    const int now = ++inside;
    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
    }
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return open; });
    --inside;
    wire.send(plain_ok);
    return true;
  });
  auto settings = one_cutover();
  settings.upstream_extra = "limits: { inflight: 4, queue: 8, queue_timeout: 20s }";
  auto& one = router(settings);
  one.set_stage(0, cutover::Stage::live, cutover::full_weight);
  std::vector<Wire> clients;
  for (int i = 0; i < 60; ++i) {
    clients.push_back(one.connect());
    clients.back().send(item(""));
    EXPECT_EQ(clients.back().read_message().body, "fresh");
  }
  one.set_stage(0, cutover::Stage::rolled_back, 0);
  for (Wire& client : clients) client.send(item(""));
  // 12 are inside or wait; the other 48 have been turned away.
  EXPECT_TRUE(eventually([&] { return one.server().directory().upstreams(*one.config())[0].shed == 48; }, std::chrono::seconds(30)));
  {
    const std::lock_guard lock(mutex);
    open = true;
  }
  changed.notify_all();
  int answered = 0, told_to_wait = 0;
  for (Wire& client : clients) {
    const auto answer = client.read_message();
    answered += answer.status() == 200;
    told_to_wait += answer.status() == 503 && answer.has("Retry-After");
  }
  EXPECT_EQ(answered, 12);
  EXPECT_EQ(told_to_wait, 48);
  EXPECT_LE(most, 4);
  EXPECT_EQ(ask(item("")).status(), 200) << "and goes on";
}

TEST_F(FailureModes, F27_ALoopIsCutAfterAFewTurnsWithOneLineThatSaysSo) {
  const support::TempDir dir;
  auto settings = one_cutover();
  settings.access_log = (dir / "access.log").string();
  auto& one = router(settings);
  legacy.answer_with([&](Wire& wire, const Message& request) {  // a monolith that calls the router for it
    auto back = one.connect();
    back.send(request.head);
    const auto answer = back.read_message();
    wire.send(answer.head + answer.body);
    return true;
  });
  const auto answer = ask(get);
  EXPECT_EQ(answer.status(), 508);
  EXPECT_NE(answer.body.find("routes form a loop"), std::string::npos) << answer.body;
  const auto turns = legacy.count();  // a monolith may call itself through the router a few times
  EXPECT_GE(turns, 1u);
  EXPECT_LE(turns, 8u);
  one.stop();
  std::ifstream log(settings.access_log);
  std::size_t lines = 0, loops = 0;
  for (std::string line; std::getline(log, line); ++lines) loops += line.find("\"problem\":\"loop\"") != std::string::npos;
  EXPECT_EQ(lines, turns + 1);
  EXPECT_EQ(loops, 1u);
}

// What could be read in two ways goes to the default side, and explain says the same as the wire does.
TEST_F(FailureModes, F29_NoSpellingOfAPathGetsAroundARule) {
  auto& one = router(one_cutover());
  one.set_stage(0, cutover::Stage::live, cutover::full_weight);
  auto stages = std::make_shared<cutover::StageTable>();
  stages->states.resize(1);
  stages->states[0].stage = cutover::Stage::live;
  const routing::Snapshot snapshot{one.config(), stages, 0};
  const std::vector<std::string> straight = {"/items/1", "/items", "/items/1?x=/../y", "/items/a%20b", "http://a/items/1"};
  const std::vector<std::string> crooked = {
      "/items/%2e%2e/admin", "/items/..%2fadmin", "//items/1",     "/items//1",    "/items/./1",   "/items/../admin", "/ITEMS/1",
      "/items;v=1/1",        "/items%2f1",        "/%69tems/1",    "/items\\1",    "/items/%5c1",  "/items/%2E/1",    "/x/../items/1",
      "/items/1;jsessionid=2", "/items/.%2e/1",   "/items/%252e/", "/items/1%2f..", "/items/%41",   "/Items/1",    "/items.",         "/items/%00"};
  const auto who = [&](const std::string& target) -> std::string {
    fresh.forget();
    legacy.forget();
    const auto answer = ask("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
    if (answer.has("Banyan-Error")) {
      EXPECT_EQ(fresh.count() + legacy.count(), 0u) << target;
      return "refused";
    }
    return fresh.count() == 1 ? "new" : "legacy";
  };
  for (const std::string& target : straight) EXPECT_EQ(who(target), "new") << target;
  for (const auto& list : {straight, crooked})
    for (const std::string& target : list) {
      const std::string seen = who(target);
      const auto said = routing::explain(snapshot, {"GET", target, {{"Host", "a"}}, ""});
      if (seen == "refused") continue;
      EXPECT_EQ(seen, to_string(said.decision.side)) << target << "\n" << said.text;
    }
  for (const char* target : {"/items/%2e%2e/admin", "/items/..%2fadmin", "//items/1", "/items/../admin", "/items;v=1/1", "/items%2f1", "/items\\1"})
    EXPECT_NE(who(target), "new") << target;
}

TEST_F(FailureModes, F30_ADeprecatedEndpointSaysSoOnEitherSide) {
  auto settings = one_cutover(", deprecate: { since: 2026-11-01, sunset: 2027-02-01T08:30:00Z, link: \"https://a.example/old\" }");
  auto& one = router(settings);
  legacy.answer_bytes("HTTP/1.1 200 OK\r\nX-A: 1\r\nsunset: never\r\nDeprecation: true\r\nContent-Length: 2\r\n\r\nok");
  for (const auto stage : {cutover::Stage::legacy, cutover::Stage::retired}) {
    one.set_stage(0, stage, cutover::full_weight);
    const auto answer = ask(item(""));
    EXPECT_EQ(answer.all("Deprecation"), std::vector<std::string>{"@1793491200"}) << answer.head;
    EXPECT_EQ(answer.all("Sunset"), std::vector<std::string>{"Mon, 01 Feb 2027 08:30:00 GMT"}) << answer.head;
    EXPECT_EQ(answer.get("Link"), "<https://a.example/old>; rel=\"deprecation\"");
  }
  EXPECT_EQ(ask(get).get("Deprecation"), "true") << "another endpoint keeps its own words";
}

}  // namespace
}  // namespace banyan::conformance
