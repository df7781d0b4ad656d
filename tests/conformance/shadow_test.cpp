// Shadow comparison on the wire: noise, hidden faults, redaction, writes, and callers who never notice.
#include "tests/conformance/router_fixture.hpp"
#include "tests/support/process.hpp"

#include <boost/json.hpp>

#include <atomic>
#include <future>

namespace banyan::conformance {
namespace {

namespace json = boost::json;
using support::eventually;

std::string answer(const std::string& body, const std::string& more = "") {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + more + "Content-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string get_of(const std::string& target, const std::string& more = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: a\r\nX-Account: 7\r\n" + more + "\r\n";
}

class ShadowOnTheWire : public Conformance {
 protected:
  void start(const std::string& compare) {
    Settings settings;
    settings.cohort = "cohort: { key: [ \"header:X-Account\" ], missing: legacy, salt: \"s\" }";
    settings.cutovers =
        "cutovers:\n"
        "  - name: items\n"
        "    match: { methods: [ GET, HEAD ], path: \"/items/**\" }\n"
        "    from: legacy\n"
        "    to: fresh\n" +
        compare + "    plan: [ { stage: shadow, percent: 100 }, { stage: live } ]\n";
    router(settings).set_stage(0, cutover::Stage::shadow, cutover::full_weight);
  }
  json::value report() { return json::parse(router().server().shadow_report("items")); }
  std::int64_t count(const char* key) {
    const json::value all = report();
    return all.is_null() ? 0 : all.at("counts").at(key).to_number<std::int64_t>();
  }
  bool decided(std::int64_t number) {
    return eventually([&] { return count("equal") + count("different") >= number; }, std::chrono::seconds(30));
  }
};

TEST_F(ShadowOnTheWire, F24_NoiseIsLearnedAndAWrongAnswerInsideItIsFound) {
  start("");
  static std::atomic<unsigned> turn;  // copies may still be asked when the test's own frame has gone
  static std::atomic<bool> wrong;
  turn = 1;
  wrong = false;
  const auto body = [](bool faulty) {
    const unsigned t = turn.fetch_add(1) * 2654435761u;
    char id[40];
    std::snprintf(id, sizeof id, "%08x%08x", t, t * 40503u + 7);
    return std::string("{\"id\":\"") + (faulty ? "none" : id) + "\",\"price\":10.5,\"node\":\"" +
           (t >> 13 & 1 ? "left" : "right") + "\"}";
  };
  legacy.answer_with([body](Wire& wire, const Message&) { return wire.send(answer(body(false))), true; });
  fresh.answer_with([body](Wire& wire, const Message&) { return wire.send(answer(body(wrong))), true; });
  auto client = router().connect();
  for (int i = 0; i < 150; ++i) {
    client.send(get_of("/items/" + std::to_string(i)));
    ASSERT_EQ(client.read_message().status(), 200);
    ASSERT_TRUE(eventually([&] { return count("equal") + count("different") + count("waiting") >= i + 1; }));
  }
  EXPECT_EQ(count("different"), 0) << json::serialize(report());
  EXPECT_GE(count("legacy_pairs"), 100);
  wrong = true;
  client.send(get_of("/items/1000"));
  client.read_message();
  ASSERT_TRUE(decided(151));
  const json::value found = report();
  ASSERT_EQ(found.at("groups").as_array().size(), 1u) << json::serialize(found);
  const json::value& group = found.at("groups").at(0);
  EXPECT_EQ(group.at("path").as_string(), "$.id");
  EXPECT_EQ(group.at("sample").at("new").as_string(), "\"none\"");
  EXPECT_EQ(group.at("sample").at("request").as_string(), "GET /items/1000");
  EXPECT_GT(group.at("rate_high").to_number<double>(), group.at("rate").to_number<double>());
}

TEST_F(ShadowOnTheWire, F25_WhatIsRedactedIsInNoReport) {
  start("    compare: { redact: [ \"$.email\", \"$..card\", \"header:X-Secret\", \"query:token\" ] }\n");
  legacy.answer_bytes(answer(R"({"email":"ada@old.example","pay":{"card":"4111-old"},"n":1})", "X-Secret: s3cret-old\r\n"));
  fresh.answer_bytes(answer(R"({"email":"ada@new.example","pay":{"card":"4111-new"},"n":2})", "X-Secret: s3cret-new\r\n"));
  EXPECT_EQ(ask(get_of("/items/1?token=t0ken&a=b")).status(), 200);
  ASSERT_TRUE(decided(1));
  const std::string text = json::serialize(report());
  for (const char* secret : {"ada@", "4111", "s3cret", "t0ken"}) EXPECT_EQ(text.find(secret), text.npos) << secret << text;
  for (const char* told : {"$.email", "$.pay.card", "header:x-secret", "$.n", "a=b"}) EXPECT_NE(text.find(told), text.npos) << told;
  const auto stats = router().server().shadow_stats();
  const auto& sample = *stats.at("items").last_difference;
  for (const std::string* kept : {&sample.legacy_body, &sample.new_body, &sample.target, &sample.summary})
    for (const char* secret : {"ada@", "4111", "s3cret", "t0ken"}) EXPECT_EQ(kept->find(secret), kept->npos) << *kept;
}

TEST_F(ShadowOnTheWire, RulesAndHeadersCount) {
  start("    compare: { json: { ignore: [ \"$.at\" ], tolerance: { \"$.p\": 0.01 } }, headers: { ignore: [ X-Build ] }, noise: 0% }\n");
  legacy.answer_bytes(answer(R"({"at":1,"p":1.00})", "ETag: 1\r\nX-Build: 1\r\nCache-Control: no-store\r\nDate: x\r\n"));
  fresh.answer_bytes(answer(R"({"at":2,"p":1.01})", "ETag: 2\r\nX-Build: 2\r\nCache-Control: no-store\r\n"));
  ask(get_of("/items/1"));
  ASSERT_TRUE(decided(1));
  EXPECT_EQ(count("equal"), 1) << json::serialize(report());
  fresh.answer_bytes(answer(R"({"at":2,"p":1.01})", "ETag: 2\r\nX-Build: 2\r\nCache-Control: public\r\n"));
  ask(get_of("/items/2"));
  ASSERT_TRUE(decided(2));
  EXPECT_EQ(report().at("groups").at(0).at("path").as_string(), "header:cache-control");
  EXPECT_EQ(legacy.count(), 2u) << "noise: 0% never asks twice";
}

// Data that changed between the two askings is no difference: legacy comes to the same answer.
TEST_F(ShadowOnTheWire, WhatChangedMeanwhileIsCleared) {
  start("");
  static std::atomic<int> asked;
  asked = 0;
  legacy.answer_with([](Wire& wire, const Message&) {
    return wire.send(answer(asked++ == 0 ? R"({"stock":5})" : R"({"stock":4})")), true;
  });
  fresh.answer_bytes(answer(R"({"stock":4})"));
  ask(get_of("/items/1"));
  ASSERT_TRUE(decided(1));
  EXPECT_EQ(count("equal"), 1);
  EXPECT_EQ(count("changed_meanwhile"), 1);
}

TEST_F(ShadowOnTheWire, F1_NoUnsafeRequestReachesTheShadow) {
  start("");
  auto client = router().connect();
  for (int i = 0; i < 100; ++i)
    for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
      client.send(std::string(method) + " /items/" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
      ASSERT_EQ(client.read_message().status(), 200);
    }
  EXPECT_EQ(legacy.count(), 400u);
  client.send(get_of("/items/1"));
  client.read_message();
  ASSERT_TRUE(decided(1));
  EXPECT_EQ(fresh.count(), 1u);
}

// F4: the caller's bytes are legacy's, whatever the shadow does; F3: however badly.
TEST_F(ShadowOnTheWire, F4_F3_CallersGetTheSameBytesWhateverTheShadowDoes) {
  start("");
  static std::atomic<unsigned> turn;
  turn = 0;
  fresh.run_script([](Wire& wire) {
    const unsigned t = turn++;
    if (t % 3 == 0) return;  // closes at once
    if (t % 3 == 1) wire.send("HTTP/1.1 200 OK\r\nSet-Cookie: stolen=1\r\nContent-Length: 5\r\n\r\nfresh");
    if (t % 3 == 2) wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n" + std::string(1 << 20, 'x'));
  });
  const auto record = [&](const std::string& target) {
    auto client = router().connect();
    client.send(get_of(target, "Connection: close\r\n"));
    return client.read_to_end().bytes;
  };
  router().set_stage(0, cutover::Stage::legacy, 0);
  const std::string plain = record("/items/1");
  router().set_stage(0, cutover::Stage::shadow, cutover::full_weight);
  for (int i = 0; i < 120; ++i) ASSERT_EQ(record("/items/1"), plain) << i;
  EXPECT_TRUE(eventually([&] { return router().server().shadow_stats()["items"].failed > 0; }));
}

TEST(ShadowPlaces, NoCutoverTakesMoreThanItLeavesFree) {
  telemetry::Metrics metrics;
  tls::Store tls([](bool, const std::string&) {});
  proxy::ShadowRunner runner(metrics, tls);
  const auto fill = [&](const std::string& cutover) {
    const auto places = runner.places(cutover);
    std::uint32_t taken = 0;
    while (runner.reserve(*places)) ++taken;
    return taken;
  };
  constexpr auto all = proxy::ShadowRunner::most_in_flight;
  EXPECT_EQ(fill("a"), all / 2);
  EXPECT_EQ(fill("b"), all / 4);
  EXPECT_EQ(fill("c"), all / 8);
  EXPECT_EQ(fill("a"), 0u);
  for (std::uint32_t i = 0; i < all / 2; ++i) runner.release(*runner.places("a"));
  EXPECT_EQ(fill("b"), all * 3 / 16) << "7/16 beside the 2/16 of c leave 7/16 free";
}

TEST_F(Conformance, AShadowThatHangsLeavesTheComparisonsOfOthersGoing) {
  RecordingUpstream hanging;
  std::promise<void> over;  // when it goes, what hangs ends
  hanging.run_script([ended = over.get_future().share()](Wire&) { ended.wait(); });
  Settings settings;
  settings.timeouts = "header: 10m, body: 10m, keepalive: 10m, tunnel: 10m, drain: 5s";
  settings.upstream_timeouts = "connect: 10m, response: 10m, idle: 10m";
  settings.upstreams = "  hanging: { timeouts: { connect: 10m, response: 10m }, endpoints: [ \"127.0.0.1:" +
                       std::to_string(hanging.port()) + "\" ] }\n";
  settings.cutovers =
      "cutovers:\n"
      "  - { name: stuck, match: { methods: [ GET ], path: \"/stuck/**\" }, from: legacy, to: hanging, plan: [ { stage: shadow, percent: 100 } ] }\n"
      "  - { name: items, match: { methods: [ GET ], path: \"/items/**\" }, from: legacy, to: fresh, plan: [ { stage: shadow, percent: 100 } ] }\n";
  auto& server = router(settings).server();
  for (const std::uint32_t cutover : {0u, 1u}) router().set_stage(cutover, cutover::Stage::shadow, cutover::full_weight);
  auto client = router().connect();
  constexpr int asked = 200;
  for (int i = 0; i < asked; ++i) client.send(get_of("/stuck/1")), client.read_message();
  ASSERT_TRUE(eventually([&] { return server.shadow_stats()["stuck"].dropped == asked - proxy::ShadowRunner::most_in_flight / 2; }));
  for (int i = 1; i <= 100; ++i) {
    client.send(get_of("/items/1"));
    client.read_message();
    ASSERT_TRUE(eventually([&] { return server.shadow_stats()["items"].equal == i; }, std::chrono::minutes(1))) << i;
  }
  EXPECT_EQ(server.shadow_stats()["items"].dropped, 0);
  EXPECT_EQ(server.shadow_stats()["stuck"].failed, 0);
}

}  // namespace
}  // namespace banyan::conformance
