// `translate:` on the wire: what the service is sent, what the caller gets, and that legacy never sees any of it.
#include "tests/conformance/router_fixture.hpp"
#include "tests/support/process.hpp"

#include <boost/json.hpp>

namespace banyan::conformance {
namespace {

using support::eventually;

std::string json_answer(const std::string& body, const std::string& more = "") {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + more + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

std::string json_post(const std::string& target, const std::string& body, const std::string& more = "") {
  return "POST " + target + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" + more +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

class TranslateOnTheWire : public Conformance {
 protected:
  void start(const std::string& request_failure = "refuse", const std::string& answer_failure = "refuse") {
    Settings settings;
    settings.cutovers =
        "cutovers:\n"
        "  - name: orders\n"
        "    match: { path: \"/api/orders/{id}\" }\n"
        "    to: fresh\n"
        "    translate:\n"
        "      path: \"/v1/orders/{id}\"\n"
        "      max_body: 4KiB\n"
        "      request:\n"
        "        headers: { rename: { X-Acct: X-Account-Id }, remove: [ X-Legacy ], set: { X-Api: \"2\" } }\n"
        "        json: [ { move: /name, to: /customer/name }, { move: \"/rows/*/qty\", to: \"/rows/*/quantity\" } ]\n"
        "        on_failure: " + request_failure + "\n"
        "      answer:\n"
        "        headers: { remove: [ X-Internal ] }\n"
        "        json: inverse\n"
        "        on_failure: " + answer_failure + "\n"
        "    plan: [ { stage: live } ]\n";
    router(settings).set_stage(0, cutover::Stage::live, cutover::full_weight);
  }
};

TEST_F(TranslateOnTheWire, RequestAndAnswer) {
  start();
  fresh.answer_bytes(json_answer(R"({"id":7,"customer":{"name":"Ada"},"rows":[{"quantity":1.50}]})",
                                 "ETag: \"9\"\r\nX-Internal: x\r\nX-Kept: k\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"));
  const auto answer = ask(json_post("/api/orders/7?x=1", R"({"name":"Ada","rows":[{"qty":2.50}]})",
                                    "X-Acct: 12\r\nX-Legacy: 1\r\nAccept-Encoding: gzip\r\n"));
  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(answer.body, R"({"id":7,"rows":[{"qty":1.50}],"name":"Ada"})");
  EXPECT_EQ(answer.get("Content-Length"), std::to_string(answer.body.size()));
  EXPECT_FALSE(answer.has("ETag"));
  EXPECT_FALSE(answer.has("X-Internal"));
  EXPECT_EQ(answer.get("X-Kept"), "k");
  EXPECT_EQ(answer.all("Set-Cookie").size(), 2u);
  const auto sent = fresh.only_request();
  EXPECT_EQ(sent.first_line, "POST /v1/orders/7?x=1 HTTP/1.1");
  EXPECT_EQ(sent.body, R"({"rows":[{"quantity":2.50}],"customer":{"name":"Ada"}})");
  EXPECT_EQ(sent.all("Content-Length"), std::vector<std::string>{std::to_string(sent.body.size())});
  EXPECT_EQ(sent.get("X-Account-Id"), "12");
  EXPECT_EQ(sent.get("X-Api"), "2");
  for (const char* gone : {"X-Acct", "X-Legacy", "Accept-Encoding"}) EXPECT_FALSE(sent.has(gone)) << gone;
  EXPECT_EQ(legacy.count(), 0u);
}

TEST_F(TranslateOnTheWire, ChunksInAndOutAndOneConnection) {
  start();
  fresh.answer_bytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" +
                     chunk("{\"customer\":{\"na") + chunk("me\":\"B\"}}") + "0\r\nX-Trailer: 1\r\n\r\n");
  auto client = router().connect();
  for (int i = 0; i < 20; ++i) {
    client.send("POST /api/orders/1 HTTP/1.1\r\nHost: a\r\nContent-Type: application/json; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (const char c : std::string(R"({"name":"A"})")) client.send(chunk(std::string(1, c)));
    client.send("0\r\n\r\n");
    const auto answer = client.read_message();
    ASSERT_EQ(answer.body, R"({"name":"B"})");
    ASSERT_FALSE(answer.chunked);
  }
  for (const auto& sent : fresh.requests(20)) {
    EXPECT_EQ(sent.body, R"({"customer":{"name":"A"}})");
    EXPECT_FALSE(sent.has("Transfer-Encoding"));
  }
}

TEST_F(TranslateOnTheWire, ClientsOfHttp10GetALength) {
  start();
  fresh.answer_bytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" +
                     chunk(R"({"customer":{"name":"B"}})") + "0\r\n\r\n");
  const auto answer = ask("GET /api/orders/1 HTTP/1.0\r\n\r\n");
  EXPECT_EQ(answer.body, R"({"name":"B"})");
  EXPECT_EQ(answer.get("Content-Length"), "12");
}

TEST_F(TranslateOnTheWire, AnAnswerThatEndsWithTheConnectionIsTranslatedToo) {
  start();
  fresh.answer_bytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"customer\":{\"name\":\"B\"}}", false);
  auto client = router().connect();
  for (int i = 0; i < 2; ++i) {
    client.send("GET /api/orders/1 HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(client.read_message().body, R"({"name":"B"})") << "and the caller's connection stays";
  }
}

TEST_F(TranslateOnTheWire, ExpectationIsMetByTheRouter) {
  start();
  fresh.answer_bytes(json_answer("{}"));
  auto client = router().connect();
  client.send("POST /api/orders/1 HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 12\r\n\r\n");
  EXPECT_EQ(client.read_message().status(), 100);
  client.send(R"({"name":"A"})");
  EXPECT_EQ(client.read_message().status(), 200);
  EXPECT_FALSE(fresh.only_request().has("Expect"));
}

TEST_F(TranslateOnTheWire, OtherTypesPassUntouched) {
  start();
  const std::string bytes = "name=Ada&rows=1";
  fresh.answer_bytes("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nETag: \"1\"\r\nContent-Length: 15\r\n\r\n" + bytes);
  const auto answer = ask("POST /api/orders/1 HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 15\r\n\r\n" + bytes);
  EXPECT_EQ(answer.body, bytes);
  EXPECT_EQ(answer.get("ETag"), "\"1\"");
  EXPECT_EQ(fresh.only_request().body, bytes);
}

TEST_F(TranslateOnTheWire, AnswersWithoutABody) {
  start();
  fresh.answer_bytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nETag: \"1\"\r\nContent-Length: 40\r\n\r\n");
  auto client = router().connect();
  client.send("HEAD /api/orders/1 HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"1\"\r\n\r\n");
  const auto head = client.read_message(true);
  EXPECT_EQ(head.status(), 200);
  EXPECT_FALSE(head.has("Content-Length")) << "of a body that nobody has made";
  EXPECT_FALSE(head.has("ETag"));
  EXPECT_FALSE(fresh.only_request().has("If-None-Match"));
  fresh.answer_bytes("HTTP/1.1 204 No Content\r\nContent-Type: application/json\r\n\r\n");
  client.send("GET /api/orders/1 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read_message().status(), 204);
  fresh.answer_bytes("HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n");
  client.send("GET /api/orders/1 HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto unchanged = client.read_message(true);
  EXPECT_EQ(unchanged.status(), 304);
  EXPECT_FALSE(unchanged.has("ETag"));
  fresh.answer_bytes(json_answer("{}"));
  client.send("GET /api/orders/1 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read_message().body, "{}");
}

struct Broken {
  const char* what;
  std::string request;
};

std::vector<Broken> broken_requests() {
  return {{"no JSON", json_post("/api/orders/1", "{\"name\":")},
          {"taken", json_post("/api/orders/1", R"({"name":1,"customer":{"name":2}})")},
          {"named twice", json_post("/api/orders/1", R"({"name":1,"name":2})")},
          {"coded", json_post("/api/orders/1", R"({"name":1})", "Content-Encoding: gzip\r\n")}};
}

TEST_F(TranslateOnTheWire, NothingIsNothingInEveryShape) {
  start();
  fresh.answer_bytes(json_answer(""));
  const auto answer = ask(json_post("/api/orders/1", ""));
  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(fresh.only_request().body, "");
}

TEST_F(TranslateOnTheWire, BrokenBodiesAreRefused) {
  start();
  for (const auto& broken : broken_requests()) {
    const auto answer = ask(broken.request);
    EXPECT_EQ(answer.status(), 400) << broken.what;
    expect_made_by_router(answer, "translate-failed");
  }
  EXPECT_EQ(legacy.count() + fresh.count(), 0u);
}

TEST_F(TranslateOnTheWire, BrokenBodiesGoToLegacyAsTheyCame) {
  start("legacy");
  for (const auto& broken : broken_requests()) {
    legacy.forget();
    EXPECT_EQ(ask(broken.request).body, "ok") << broken.what;
    const auto sent = legacy.only_request();
    EXPECT_EQ(sent.first_line, "POST /api/orders/1 HTTP/1.1");
    EXPECT_TRUE(broken.request.ends_with("\r\n\r\n" + sent.body)) << broken.what;
    EXPECT_FALSE(sent.has("X-Api"));
  }
  EXPECT_EQ(fresh.count(), 0u);
}

TEST_F(TranslateOnTheWire, BrokenBodiesPassAsTheyCame) {
  start("pass", "pass");
  fresh.answer_bytes(json_answer("not json"));
  for (const auto& broken : broken_requests()) {
    fresh.forget();
    EXPECT_EQ(ask(broken.request).body, "not json") << broken.what;
    const auto sent = fresh.only_request();
    EXPECT_EQ(sent.first_line, "POST /v1/orders/1 HTTP/1.1");
    EXPECT_TRUE(broken.request.ends_with("\r\n\r\n" + sent.body)) << broken.what;
  }
}

TEST_F(TranslateOnTheWire, WhatIsTooLargeIsRefusedOnBothWays) {
  start("legacy", "pass");
  const std::string large = "{\"x\":\"" + std::string(5000, 'x') + "\"}";
  auto answer = ask(json_post("/api/orders/1", large));
  EXPECT_EQ(answer.status(), 413);
  expect_made_by_router(answer, "translate-too-large");
  auto client = router().connect();
  client.send("POST /api/orders/1 HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 5; ++i) client.send(chunk(std::string(1000, ' ')));
  EXPECT_EQ(client.read_message().status(), 413);
  EXPECT_EQ(legacy.count() + fresh.count(), 0u);
  fresh.answer_bytes(json_answer(large));
  answer = ask("GET /api/orders/1 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(answer.status(), 502);
  expect_made_by_router(answer, "translate-too-large");
}

TEST_F(TranslateOnTheWire, AnswersThatCannotBeTranslated) {
  start();
  const std::string get = "GET /api/orders/1 HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::pair<std::string, const char*> answers[] = {
      {json_answer("{\"customer\":"), "translate-failed"},
      {json_answer(R"({"name":1,"customer":{"name":2}})"), "translate-failed"},
      {json_answer("{}", "Content-Encoding: gzip\r\n"), "translate-failed"},
      {"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "bad-answer"}};
  for (const auto& [bytes, word] : answers) {
    fresh.answer_bytes(bytes);
    const auto answer = ask(get);
    EXPECT_EQ(answer.status(), 502) << bytes;
    expect_made_by_router(answer, word);
  }
  fresh.answer_bytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{\"half\":", false);
  const auto answer = ask(get);
  EXPECT_EQ(answer.status(), 502) << "nothing had left yet, so a cut answer can be told";
  expect_made_by_router(answer, "upstream-closed");
}

TEST_F(TranslateOnTheWire, ACallerWhoLeavesInHisBodyIsNoRequest) {
  start();
  {
    auto client = router().connect();
    client.send("POST /api/orders/1 HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
    client.reset();
  }
  fresh.answer_bytes(json_answer("{}"));
  EXPECT_EQ(ask("GET /api/orders/2 HTTP/1.1\r\nHost: a\r\n\r\n").status(), 200);
  EXPECT_EQ(fresh.only_request().first_line, "GET /v1/orders/2 HTTP/1.1");
}

TEST_F(TranslateOnTheWire, LegacyIsNeverAltered) {
  start();
  router().set_stage(0, cutover::Stage::legacy, 0);
  const std::string body = R"({ "name" : "Ada" })";
  EXPECT_EQ(ask(json_post("/api/orders/7", body, "X-Acct: 12\r\nX-Legacy: 1\r\nAccept-Encoding: gzip\r\n")).body, "ok");
  const auto sent = legacy.only_request();
  EXPECT_EQ(sent.first_line, "POST /api/orders/7 HTTP/1.1");
  EXPECT_EQ(sent.body, body);
  for (const char* kept : {"X-Acct", "X-Legacy", "Accept-Encoding"}) EXPECT_TRUE(sent.has(kept)) << kept;
}

TEST_F(TranslateOnTheWire, ShadowComparesTheTranslatedAnswer) {
  Settings settings;
  settings.cutovers =
      "cutovers:\n  - name: orders\n    match: { methods: [ GET ], path: \"/api/orders/{id}\" }\n    to: fresh\n"
      "    translate:\n      path: \"/v1/orders/{id}\"\n"
      "      answer: { headers: { rename: { X-B: X-A } }, json: [ { move: /customer/name, to: /name } ] }\n"
      "    plan: [ { stage: shadow, percent: 100 }, { stage: live } ]\n";
  router(settings).set_stage(0, cutover::Stage::shadow, cutover::full_weight);
  legacy.answer_bytes(json_answer(R"({"name":"Ada","n":1.5})", "X-A: 1\r\n"));
  fresh.answer_bytes(json_answer(R"({"customer":{"name":"Ada"},"n":1.5})", "X-B: 1\r\n"));
  EXPECT_EQ(ask("GET /api/orders/7 HTTP/1.1\r\nHost: a\r\n\r\n").body, R"({"name":"Ada","n":1.5})");
  const auto count = [&](const char* key) {
    const auto all = boost::json::parse(router().server().shadow_report("orders"));
    return all.is_null() ? 0 : all.at("counts").at(key).to_number<int>();
  };
  ASSERT_TRUE(eventually([&] { return count("equal") + count("different") == 1; }));
  EXPECT_EQ(count("equal"), 1) << router().server().shadow_report("orders");
  EXPECT_EQ(fresh.only_request().first_line, "GET /v1/orders/7 HTTP/1.1");
  for (const auto& sent : legacy.requests(1)) EXPECT_EQ(sent.first_line, "GET /api/orders/7 HTTP/1.1");
}

}  // namespace
}  // namespace banyan::conformance
