// Aggregations on the wire: parts at once, each with its time and its policy, and what the caller gets of them.
#include "tests/conformance/router_fixture.hpp"
#include "tests/support/process.hpp"

#include <boost/json.hpp>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <map>
#include <mutex>

#include <unistd.h>

namespace banyan::conformance {
namespace {

using support::eventually;

std::string part_answer(const std::string& body, const std::string& more = "") {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + more + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

const std::string get_page = "GET /page/7?q=x HTTP/1.1\r\nHost: a\r\nX-Account: 3\r\n\r\n";

// Answers by path: a test says what each part does.
struct ByPath {
  std::mutex mutex;
  std::map<std::string, std::function<bool(Wire&)>> answers;
  void set(const std::string& path, std::function<bool(Wire&)> answer) {
    const std::lock_guard lock(mutex);
    answers[path] = std::move(answer);
  }
  void say(const std::string& path, const std::string& bytes) {
    set(path, [bytes](Wire& wire) { return wire.send(bytes), true; });
  }
  bool answer(Wire& wire, const Message& request) {
    const auto target = request.first_line.substr(4, request.first_line.rfind(' ') - 4);
    std::function<bool(Wire&)> found;
    {
      const std::lock_guard lock(mutex);
      if (const auto at = answers.find(target.substr(0, target.find('?'))); at != answers.end()) found = at->second;
    }
    return found ? found(wire) : (wire.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), true);
  }
};

class AggregateOnTheWire : public Conformance {
 protected:
  // An answer is on its way before it is counted.
  void expect_counted(const std::string& line) {
    EXPECT_TRUE(eventually([&] { return router().metrics().prometheus().find(line + "\n") != std::string::npos; }))
        << line << "\n" << router().metrics().prometheus();
  }
  void start(const std::string& more = "", const std::string& parts = "", const std::string& access_log = "") {
    Settings settings;
    settings.access_log = access_log;
    settings.cohort = "cohort: { key: [ \"header:X-Account\" ], missing: legacy, salt: \"s\" }";
    settings.cutovers =
        "cutovers:\n"
        "  - name: pay\n"
        "    match: { path: \"/payments/{id}\" }\n"
        "    to: fresh\n"
        "    translate: { path: \"/v2/{id}\", answer: { json: [ { move: /amount/cents, to: /cents } ] } }\n"
        "    plan: [ { stage: canary, percent: 50 }, { stage: live } ]\n"
        "aggregations:\n"
        "  - name: page\n"
        "    match: { path: \"/page/{id}\" }\n"
        "    timeout: 5s\n" + more +
        "    parts:\n"
        "      order: { path: \"/orders/{id}\", timeout: 4s, max_body: 1KiB }\n" +
        (parts.empty() ? "      payment: { path: \"/payments/{id}\", cutover: pay, optional: true, timeout: 4s }\n"
                         "      stock: { path: \"/stock?q={query.q}\", upstream: legacy, optional: true, default: [], timeout: 4s }\n"
                       : parts);
    legacy.answer_with([state = old](Wire& wire, const Message& request) { return state->answer(wire, request); });
    old->say("/orders/7", part_answer(R"({"id": 7, "total": 1.50})"));
    old->say("/payments/7", part_answer(R"({"cents":150})"));
    old->say("/stock", part_answer("[1]"));
    fresh.answer_bytes(part_answer(R"({"amount":{"cents":150}})"));
    router(settings);
  }
  static bool never(Wire& wire) { return wire.at_end(), false; }

  std::shared_ptr<ByPath> old = std::make_shared<ByPath>();  // outlives the upstream's threads
};

TEST_F(AggregateOnTheWire, PartsMakeOneAnswer) {
  start("    headers: [ Authorization ]\n");
  old->say("/orders/7", part_answer(R"({"id": 7, "total": 1.50})", "ETag: \"1\"\r\nCache-Control: max-age=60\r\nSet-Cookie: a=1\r\n"));
  const auto answer = ask("GET /page/7?q=x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer t\r\nCookie: sid=1\r\nAccept-Language: de\r\n\r\n");
  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(answer.body, R"({"order":{"id": 7, "total": 1.50},"payment":{"cents":150},"stock":[1]})");
  EXPECT_EQ(answer.get("Content-Type"), "application/json");
  EXPECT_EQ(answer.get("Content-Length"), std::to_string(answer.body.size()));
  EXPECT_EQ(answer.get("Cache-Control"), "no-store");
  for (const char* gone : {"ETag", "Set-Cookie", "Banyan-Partial", "Banyan-Error"}) EXPECT_FALSE(answer.has(gone)) << gone;
  std::string traces;
  for (const auto& sent : legacy.requests(3)) {
    EXPECT_EQ(sent.get("Authorization"), "Bearer t") << sent.head;
    EXPECT_EQ(sent.get("Host"), "a");
    EXPECT_EQ(sent.get("Accept"), "application/json");
    for (const char* kept_back : {"Cookie", "Accept-Language", "Content-Length"}) EXPECT_FALSE(sent.has(kept_back)) << sent.head;
    EXPECT_TRUE(sent.has("X-Forwarded-For") && sent.has("Via"));
    const auto trace = sent.get("traceparent");
    ASSERT_EQ(trace.size(), 55u);
    if (traces.empty()) traces = trace.substr(0, 35);
    EXPECT_TRUE(trace.starts_with(traces)) << "one trace";
  }
}

TEST_F(AggregateOnTheWire, PartsAreAskedAtTheSameTime) {
  start();
  static std::atomic<int> waiting;
  static std::promise<void> all;
  waiting = 0;
  all = std::promise<void>();
  static std::shared_future<void> together;
  together = all.get_future().share();
  for (const char* path : {"/orders/7", "/payments/7", "/stock"})
    old->set(path, [](Wire& wire) {
      if (++waiting == 3) all.set_value();
      if (together.wait_for(patience) != std::future_status::ready) return false;
      return wire.send(part_answer("{}")), true;
    });
  EXPECT_EQ(ask(get_page).body, R"({"order":{},"payment":{},"stock":{}})");
}

TEST_F(AggregateOnTheWire, AHeadIsAllThatIsSentForHead) {
  start();
  auto client = router().connect();
  for (int i = 0; i < 3; ++i) {
    client.send("HEAD /page/7?q=x HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto head = client.read_message(true);
    EXPECT_EQ(head.status(), 200);
    client.send(get_page);
    EXPECT_EQ(client.read_message().body.size(), std::stoul(head.get("Content-Length")));
  }
  EXPECT_LE(legacy.connections(), 6u) << "connections of parts are kept, for each of two workers";
  for (const auto& sent : legacy.requests(18)) EXPECT_TRUE(sent.first_line.starts_with("GET ")) << sent.first_line;
}

struct BadPart {
  const char* what;
  std::string bytes;
  int status;
  const char* word;
};

std::vector<BadPart> bad_parts() {
  return {{"500", "HTTP/1.1 500 Oops\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", 502, "part-failed"},
          {"404", "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", 404, "part-refused"},
          {"204", "HTTP/1.1 204 No Content\r\n\r\n", 502, "part-failed"},
          {"304", "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n", 502, "part-failed"},
          {"huge", part_answer("\"" + std::string(300'000, 'x') + "\""), 502, "part-failed"},
          {"huge in chunks", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" +
                                 chunk(std::string(300'000, ' ')) + "0\r\n\r\n", 502, "part-failed"},
          {"no JSON", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\n{}", 502, "part-failed"},
          {"half JSON", part_answer("{\"a\":"), 502, "part-failed"},
          {"two JSONs", part_answer("{}{}"), 502, "part-failed"},
          {"no HTTP", "SSH-2.0-x\r\n\r\n", 502, "part-failed"}};
}

TEST_F(AggregateOnTheWire, ABadRequiredPartFailsTheWholeAndIsNamed) {
  start();
  auto client = router().connect();
  for (const auto& bad : bad_parts()) {
    old->set("/orders/7", [bytes = bad.bytes](Wire& wire) { return wire.send(bytes), false; });
    client.send(get_page);
    const auto answer = client.read_message();
    EXPECT_EQ(answer.status(), bad.status) << bad.what << answer.body;
    expect_made_by_router(answer, bad.word);
    const auto problem = boost::json::parse(answer.body);
    EXPECT_EQ(problem.at("part").as_string(), "order") << answer.body;
    EXPECT_NE(problem.at("detail").as_string().find("part 'order' of 'page'"), std::string::npos) << answer.body;
  }
}

TEST_F(AggregateOnTheWire, ABadOptionalPartIsLeftOutAndSaid) {
  start("    missing_key: _missing\n");
  auto client = router().connect();
  for (const auto& bad : bad_parts()) {
    old->set("/payments/7", [bytes = bad.bytes](Wire& wire) { return wire.send(bytes), false; });
    old->set("/stock", [bytes = bad.bytes](Wire& wire) { return wire.send(bytes), false; });
    client.send(get_page);
    const auto answer = client.read_message();
    EXPECT_EQ(answer.body, R"({"order":{"id": 7, "total": 1.50},"payment":null,"stock":[],"_missing":["payment","stock"]})") << bad.what;
    EXPECT_EQ(answer.get("Banyan-Partial"), "payment, stock");
  }
}

TEST_F(AggregateOnTheWire, EachPartHasItsTime) {
  start("", "      payment: { path: \"/payments/{id}\", optional: true, timeout: 100ms }\n");
  old->set("/payments/7", never);
  const auto partial = ask(get_page);
  EXPECT_EQ(partial.body, R"({"order":{"id": 7, "total": 1.50},"payment":null})");
  EXPECT_EQ(partial.get("Banyan-Partial"), "payment");
  expect_counted("banyan_router_parts_total{aggregation=\"page\",part=\"payment\",result=\"timed_out\"} 1");
  expect_counted("banyan_router_parts_total{aggregation=\"page\",part=\"order\",result=\"ok\"} 1");
  expect_counted("banyan_router_requests_total{cutover=\"aggregation:page\",side=\"none\",class=\"2xx\"} 1");
}

TEST_F(AggregateOnTheWire, ALateRequiredPartIs504) {
  start("", "      slow: { path: \"/payments/{id}\", timeout: 100ms }\n");
  old->set("/payments/7", never);
  const auto answer = ask(get_page);
  EXPECT_EQ(answer.status(), 504);
  expect_made_by_router(answer, "part-timeout");
  EXPECT_EQ(boost::json::parse(answer.body).at("part").as_string(), "slow");
}

// The whole has a time of its own, and what a failed part makes useless is given up at once.
TEST_F(AggregateOnTheWire, ARequiredPartThatFailsEndsTheOthers) {
  start("", "      slow: { path: \"/payments/{id}\", timeout: 4s }\n");
  old->set("/payments/7", never);
  old->set("/orders/7", [](Wire&) { return false; });
  const auto answer = ask(get_page);
  EXPECT_EQ(answer.status(), 502);
  EXPECT_EQ(boost::json::parse(answer.body).at("part").as_string(), "order");
  expect_counted("banyan_router_parts_total{aggregation=\"page\",part=\"slow\",result=\"cancelled\"} 1");
}

TEST_F(AggregateOnTheWire, ACallerWhoLeavesCancelsTheParts) {
  start();
  static std::atomic<int> ended;
  ended = 0;
  for (const char* path : {"/orders/7", "/payments/7", "/stock"})
    old->set(path, [](Wire& wire) {
      if (wire.at_end()) ++ended;
      return false;
    });
  {
    auto client = router().connect();
    client.send(get_page);
    legacy.requests(3);
    client.reset();
  }
  EXPECT_TRUE(eventually([&] { return ended == 3; })) << "the parts' connections are closed long before their time";
  EXPECT_TRUE(eventually([&] {
    return router().metrics().prometheus().find("cutover=\"aggregation:page\",side=\"none\",class=\"client_gone\"} 1") != std::string::npos;
  }));
}

TEST_F(AggregateOnTheWire, PartsFollowTheirCutover) {
  start();
  router().set_stage(0, cutover::Stage::canary, 5000);
  auto client = router().connect();
  std::size_t moved = 0;
  for (int account = 0; account < 60; ++account) {
    client.send("GET /page/7?q=x HTTP/1.1\r\nHost: a\r\nX-Account: " + std::to_string(account) + "\r\n\r\n");
    ASSERT_EQ(client.read_message().body, R"({"order":{"id": 7, "total": 1.50},"payment":{"cents":150},"stock":[1]})");
    client.send("GET /payments/7 HTTP/1.1\r\nHost: a\r\nX-Account: " + std::to_string(account) + "\r\n\r\n");
    client.read_message();
    const auto now = fresh.count();
    ASSERT_TRUE(now == moved || now == moved + 2) << "a part goes where the caller's own request goes";
    moved = now;
  }
  EXPECT_GT(moved, 20u);
  EXPECT_LT(moved, 100u);
  for (const auto& sent : fresh.requests(1)) EXPECT_EQ(sent.first_line, "GET /v2/7 HTTP/1.1");
}

TEST_F(AggregateOnTheWire, AStalePooledConnectionIsNoFailure) {
  start();
  std::atomic<int> answered{0};
  for (const char* path : {"/orders/7", "/payments/7", "/stock"})
    old->set(path, [](Wire& wire) { return wire.send(part_answer("{}")), false; });  // closes without saying so
  auto client = router().connect();
  for (int i = 0; i < 30; ++i) {
    client.send(get_page);
    answered += client.read_message().body == R"({"order":{},"payment":{},"stock":{}})";
  }
  EXPECT_EQ(answered, 30);
}

TEST_F(AggregateOnTheWire, WhatLeadsElsewhereIsRefused) {
  start("", "      q: { path: \"/by/{query.q}\" }\n");
  for (const char* target : {"/page/7?q=..", "/page/7?q=a/../../b", "/page/7", "/page/7?q=%2e%2e", "/page/7?q=a%2fb"}) {
    const auto answer = ask(std::string("GET ") + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(answer.status(), 400) << target;
    expect_made_by_router(answer, "bad-parameter");
  }
  EXPECT_EQ(legacy.count(), 0u);
}

TEST_F(AggregateOnTheWire, OtherRequestsOfThePathGoTheirWay) {
  start();
  old->say("/page/7", part_answer("\"monolith\""));
  auto client = router().connect();
  client.send("PUT /page/7 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_EQ(client.read_message().body, "\"monolith\"");
  client.send("GET /page/7 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_EQ(client.read_message().status(), 200);
  EXPECT_TRUE(client.at_end()) << "a body nobody reads ends the connection";
}

TEST_F(AggregateOnTheWire, ClientsOfHttp10AreServed) {
  start();
  auto client = router().connect();
  client.send("GET /page/7?q=x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto kept = client.read_message();
  EXPECT_EQ(kept.status(), 200);
  EXPECT_EQ(kept.get("Connection"), "keep-alive");
  client.send("GET /page/7?q=x HTTP/1.0\r\n\r\n");
  EXPECT_EQ(client.read_message().body, kept.body);
  EXPECT_TRUE(client.at_end());
}

// A client that has shut down its sending side may still read.
TEST_F(AggregateOnTheWire, AHalfClosedClientGetsItsAnswer) {
  start();
  auto client = router().connect();
  client.send(get_page);
  client.end_sending();
  EXPECT_EQ(client.read_message().status(), 200);
  EXPECT_TRUE(client.at_end());
}

TEST_F(AggregateOnTheWire, OneLineInTheLogTellsOfAllParts) {
  const auto file = std::filesystem::temp_directory_path() / ("banyan-aggregate-" + std::to_string(::getpid()) + ".log");
  std::filesystem::remove(file);
  start("", "", file.string());
  old->say("/stock", "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(ask(get_page).status(), 200);
  router().stop();
  std::ifstream stream(file);
  std::string line;
  ASSERT_TRUE(std::getline(stream, line));
  const auto entry = boost::json::parse(line);
  EXPECT_EQ(entry.at("aggregation").as_string(), "page");
  EXPECT_EQ(entry.at("parts").as_string(), "order:ok payment:ok stock:failed");
  EXPECT_EQ(entry.at("status").to_number<int>(), 200);
  EXPECT_EQ(entry.at("reason").as_string(), "aggregation");
  EXPECT_FALSE(std::getline(stream, line));
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace banyan::conformance
