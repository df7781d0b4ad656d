// Stages on the wire: who answers, what is copied, what is written down.
#include "tests/conformance/router_fixture.hpp"
#include "tests/support/process.hpp"

#include <boost/json.hpp>

#include <fstream>
#include <future>

namespace banyan::conformance {
namespace {

using support::eventually;

Settings with_cutover() {
  Settings settings;
  settings.cohort = "cohort: { key: [ \"header:X-Account\" ], missing: legacy, salt: \"s\" }";
  settings.cutovers =
      "cutovers:\n"
      "  - name: items\n"
      "    match: { methods: [ GET, HEAD ], path: \"/items/**\" }\n"
      "    from: legacy\n"
      "    to: fresh\n"
      "    plan: [ { stage: shadow, percent: 100 }, { stage: canary, percent: 50 }, { stage: live } ]\n";
  return settings;
}

std::string get_item(int account) {
  return "GET /items/1 HTTP/1.1\r\nHost: a\r\nX-Account: " + std::to_string(account) + "\r\n\r\n";
}

const std::string fresh_ok = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfresh";

class CutoverOnTheWire : public Conformance {
 protected:
  void SetUp() override {
    fresh.answer_bytes(fresh_ok);
    router(with_cutover());
  }
};

TEST_F(CutoverOnTheWire, RollbackTakesEffectOnTheVeryNextRequestOfAKeptConnection) {
  auto client = router().connect();
  for (int round = 0; round < 20; ++round) {
    router().set_stage(0, cutover::Stage::live, cutover::full_weight);
    client.send(get_item(1));
    EXPECT_EQ(client.read_message().body, "fresh");
    router().set_stage(0, cutover::Stage::rolled_back, 0);
    client.send(get_item(1));
    EXPECT_EQ(client.read_message().body, "ok");
  }
}

TEST_F(CutoverOnTheWire, CanarySplitsByCallerAndStays) {
  router().set_stage(0, cutover::Stage::canary, 5000);
  auto client = router().connect();
  int moved = 0;
  for (int account = 0; account < 200; ++account) {
    std::string first;
    for (int again = 0; again < 2; ++again) {
      client.send(get_item(account));
      const auto body = client.read_message().body;
      if (again == 0) first = body;
      EXPECT_EQ(body, first) << "account " << account << " flipped";
    }
    moved += first == "fresh";
  }
  EXPECT_GT(moved, 60);
  EXPECT_LT(moved, 140);
}

TEST_F(CutoverOnTheWire, ShadowComparesOffThePathAndTheClientSeesLegacyOnly) {
  router().set_stage(0, cutover::Stage::shadow, cutover::full_weight);
  EXPECT_EQ(ask(get_item(1)).body, "ok");
  ASSERT_TRUE(eventually([&] { return router().server().shadow_stats()["items"].different == 1; }));
  const auto stats = router().server().shadow_stats();
  ASSERT_TRUE(stats.at("items").last_difference);
  EXPECT_EQ(stats.at("items").last_difference->legacy_body, "ok");
  EXPECT_EQ(stats.at("items").last_difference->new_body, "fresh");
  fresh.answer_bytes(plain_ok);
  EXPECT_EQ(ask(get_item(1)).body, "ok");
  EXPECT_TRUE(eventually([&] { return router().server().shadow_stats()["items"].equal == 1; }));
  const auto copies = fresh.requests(2);
  EXPECT_EQ(copies[0].get("Banyan-Shadow"), "1");
  EXPECT_EQ(copies[0].first_line, "GET /items/1 HTTP/1.1");
}

TEST_F(CutoverOnTheWire, HangingShadowNeverHoldsUpAClientAndIsBounded) {
  std::promise<void> go;
  auto ready = go.get_future().share();
  fresh.run_script([ready](Wire&) { ready.wait(); });
  router().set_stage(0, cutover::Stage::shadow, cutover::full_weight);
  auto client = router().connect();
  for (int i = 0; i < 300; ++i) {
    client.send(get_item(i));
    ASSERT_EQ(client.read_message().body, "ok");
  }
  EXPECT_GT(router().server().shadow_stats()["items"].dropped, 0);
  EXPECT_LE(fresh.connections(), proxy::ShadowRunner::most_in_flight);
  go.set_value();
}

TEST_F(CutoverOnTheWire, UnsafeMethodsAreNeverCopied) {
  router().set_stage(0, cutover::Stage::shadow, cutover::full_weight);
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE"})
    EXPECT_EQ(ask(std::string(method) + " /items/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").status(), 200);
  EXPECT_EQ(ask(get_item(1)).status(), 200);
  fresh.requests(1);
  EXPECT_EQ(fresh.only_request().first_line, "GET /items/1 HTTP/1.1");
}

// 5 % of callers on a new side that fails every request, asked without pause: the wire trips in the path, not by a timer.
TEST_F(CutoverOnTheWire, ABrokenCanaryIsTakenBackBeforeFiftyCallersSawIt) {
  fresh.answer_bytes("HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n");
  std::atomic<int> trips{0};
  router().server().tripwires().on_trip([&](const std::string& cutover, double) {
    EXPECT_EQ(cutover, "items");
    if (++trips == 1) router().set_stage(0, cutover::Stage::rolled_back, 0);
  });
  router().server().tripwires().guard("items")->arm(0.05, true);
  router().set_stage(0, cutover::Stage::canary, 500);
  std::atomic<int> exposed{0}, asked{0};
  std::vector<std::future<void>> callers;
  for (int thread = 0; thread < 8; ++thread)
    callers.push_back(std::async(std::launch::async, [&, thread] {
      auto client = router().connect();
      for (int i = 0; i < 1000; ++i) {
        client.send(get_item(thread * 1000 + i));
        exposed += client.read_message().status() == 500;
        ++asked;
      }
    }));
  for (auto& each : callers) each.get();
  EXPECT_EQ(trips, 1);
  EXPECT_EQ(asked, 8000);
  EXPECT_GT(exposed, 0);
  EXPECT_LE(exposed, 50);
}

TEST_F(CutoverOnTheWire, F17_WhatIsNotTheNewSidesFaultNeverTripsTheWire) {
  router().server().tripwires().on_trip([](const std::string&, double) { ADD_FAILURE(); });
  router().server().tripwires().guard("items")->arm(0.05, true);
  router().set_stage(0, cutover::Stage::live, cutover::full_weight);
  fresh.answer_bytes("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
  for (int i = 0; i < 50; ++i) EXPECT_EQ(ask(get_item(i)).status(), 404);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(ask("GET /items/1 HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").status(), 400);
}

TEST_F(CutoverOnTheWire, F17_ANewSideThatCannotBeReachedCountsAgainstIt) {
  std::atomic<int> trips{0};
  router().server().tripwires().on_trip([&](const std::string&, double) { ++trips; });
  router().server().tripwires().guard("items")->arm(0.05, true);
  router().set_stage(0, cutover::Stage::live, cutover::full_weight);
  fresh.stop_listening();
  for (int i = 0; i < 20 && trips == 0; ++i) ask(get_item(i));
  EXPECT_EQ(trips, 1);
}

TEST_F(CutoverOnTheWire, MetricsCountBySideAndClass) {
  router().set_stage(0, cutover::Stage::live, cutover::full_weight);
  ask(get_item(1));
  ask("GET /other HTTP/1.1\r\nHost: a\r\n\r\n");
  fresh.stop_listening();
  const auto has = [&](const std::string& line) {
    return eventually([&] { return router().metrics().prometheus().find(line + "\n") != std::string::npos; });
  };
  EXPECT_TRUE(has("banyan_router_requests_total{cutover=\"items\",side=\"new\",class=\"2xx\"} 1"));
  EXPECT_TRUE(has("banyan_router_requests_total{cutover=\"none\",side=\"legacy\",class=\"2xx\"} 1"));
  EXPECT_TRUE(has("banyan_router_request_duration_seconds_count{cutover=\"items\",side=\"new\"} 1"));
  EXPECT_TRUE(has("banyan_router_inflight{cutover=\"items\",side=\"new\"} 0"));
}

TEST_F(Conformance, AccessLogTellsWhatWasDecided) {
  const support::TempDir dir;
  auto settings = with_cutover();
  settings.access_log = dir / "access.log";
  router(settings).set_stage(0, cutover::Stage::canary, cutover::full_weight);
  fresh.answer_bytes(fresh_ok);
  ask(get_item(7));
  ask("GET /\xff\"x HTTP/1.1\r\nHost: a\r\n\r\n");
  ask("BAD\r\n\r\n");
  router().stop();
  std::vector<boost::json::object> lines;
  std::ifstream file(settings.access_log);
  for (std::string line; std::getline(file, line);) lines.push_back(boost::json::parse(line).as_object());
  ASSERT_EQ(lines.size(), 3u);
  const auto found = std::find_if(lines.begin(), lines.end(), [](const auto& line) { return line.contains("bucket"); });
  ASSERT_NE(found, lines.end());
  const auto& item = *found;
  EXPECT_EQ(item.at("cutover").as_string(), "items");
  EXPECT_EQ(item.at("stage").as_string(), "canary");
  EXPECT_EQ(item.at("side").as_string(), "new");
  EXPECT_EQ(item.at("upstream").as_string(), "fresh");
  EXPECT_EQ(item.at("status").as_int64(), 200);
  EXPECT_EQ(item.at("trace_id").as_string().size(), 32u);
}

}  // namespace
}  // namespace banyan::conformance
