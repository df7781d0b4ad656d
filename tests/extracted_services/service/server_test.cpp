// The chassis over real sockets, in this process, with a small API of its own.
#include "extracted_services/service/server.hpp"

#include "extracted_services/integrity/content_digest.hpp"

#include "tests/extracted_services/service/raw_client.hpp"
#include "tests/support/process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace banyan::service {

struct Put {
  Bounded<1, 9> quantity;
};
BOOST_DESCRIBE_STRUCT(Put, (), (quantity))

struct Count {
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Count, (), (count))

namespace {

using testing::HasSubstr;

Outcome<Count> count(const Call<>&, store::Connection& db) {
  auto row = db.query("SELECT count(*) FROM t");
  row.next();
  return Count{row.integer(0)};
}

Outcome<Count> put(const Call<None, Put>& call, store::Connection& db) {
  db.run("INSERT INTO t(q) VALUES (?1)", call.body.quantity.value);
  if (call.body.quantity.value == 9) return conflict("nine", "nine is too many");
  if (call.body.quantity.value == 8) throw std::runtime_error("a bug");
  return count({}, db);
}

// Holds the writer thread so that a request stays in work for as long as a test needs.
struct Hold {
  std::promise<void> entered, open;
  static inline Hold* current = nullptr;
};

Outcome<Count> hold(const Call<>&, store::Connection&) {
  Hold::current->entered.set_value();
  Hold::current->open.get_future().wait();
  return Count{1};
}

Api sample_api() {
  Api api("Sample", "1");
  api.add(endpoint({"GET", "/v1/things", "countThings", ""}, count));
  api.add(endpoint({"POST", "/v1/things", "putThing", "", 201, {409}}, put));
  api.add(endpoint({"POST", "/v1/hold", "hold", ""}, hold));
  return api;
}

class ServerTest : public testing::Test {
 protected:
  support::TempDir dir_;
  Api api_ = sample_api();
  store::Store store_{dir_ / "one.db", opened()};
  Dispatcher dispatcher_{api_, store_, {.now = [] { return std::int64_t{1000}; }}};
  std::unique_ptr<Server> server_;
  std::thread thread_;

  std::unique_ptr<store::Connection> opened() {
    auto db = store::open_writer(dir_ / "one.db");
    store::migrate(*db, "service", idempotency::migrations());
    db->execute("CREATE TABLE t(id INTEGER PRIMARY KEY, q INTEGER)");
    return db;
  }
  void start(ServerOptions options = {}) {
    server_ = std::make_unique<Server>(dispatcher_, options);
    thread_ = std::thread([this] { server_->run(false); });
  }
  void TearDown() override {
    if (server_) server_->stop();
    if (thread_.joinable()) thread_.join();
    store_.stop();
  }
  RawAnswer ask(const std::string& wire) {
    RawClient client(server_->port());
    client.send(wire);
    return client.read();
  }
  static std::string post(const std::string& body, const std::string& headers = {},
                          const char* path = "/v1/things") {
    return std::string("POST ") + path +
           " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers +
           "\r\n" + body;
  }
  static std::string get(const std::string& path, const std::string& headers = {}) {
    return "GET " + path + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
  }
};

TEST_F(ServerTest, ServesManyRequestsOnOneConnectionInOrder) {
  start();
  RawClient client(server_->port());
  client.send(post(R"({"quantity":1})") + get("/v1/things") + post(R"({"quantity":2})") + get("/v1/things"));
  EXPECT_EQ(client.read().status, 201);
  EXPECT_EQ(client.read().body, R"({"count":1})");
  EXPECT_EQ(client.read().status, 201);
  EXPECT_EQ(client.read().body, R"({"count":2})");
}

TEST_F(ServerTest, AnswersHeadWithoutABodyAndClosesWhenAsked) {
  start();
  RawClient client(server_->port());
  client.send("HEAD /v1/things HTTP/1.1\r\nHost: h\r\n\r\n" + get("/v1/things", "Connection: close\r\n"));
  const auto head = client.read_head();
  EXPECT_THAT(head.head, HasSubstr("Content-Length: 11\r\n"));
  EXPECT_EQ(client.read().body, R"({"count":0})");
  EXPECT_TRUE(client.closed());
}

TEST_F(ServerTest, Http10IsClosedUnlessItAsksToKeep) {
  start();
  RawClient closing(server_->port());
  closing.send("GET /livez HTTP/1.0\r\n\r\n");
  EXPECT_EQ(closing.read().status, 200);
  EXPECT_TRUE(closing.closed());
  RawClient keeping(server_->port());
  keeping.send("GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(keeping.read().head, HasSubstr("Connection: keep-alive\r\n"));
  keeping.send(get("/livez"));
  EXPECT_EQ(keeping.read().status, 200);
}

TEST_F(ServerTest, TellsTheDigestOfItsBodyToWhoWantsItAndToNobodyElse) {
  start();
  const auto wanted = ask(get("/v1/things", "Want-Content-Digest: sha-256=10\r\n"));
  EXPECT_EQ(wanted.body, R"({"count":0})");
  EXPECT_THAT(wanted.head, HasSubstr("Content-Digest: " + integrity::content_digest(wanted.body) + "\r\n"));
  EXPECT_THAT(ask(get("/v1/things")).head, testing::Not(HasSubstr("Digest")));
  const auto missing = ask(get("/v1/nothing", "Want-Content-Digest: sha-256=1\r\n"));
  EXPECT_THAT(missing.head, HasSubstr("Content-Digest: " + integrity::content_digest(missing.body) + "\r\n"));
}

// Its digest says that it was put as 1: who sent it may send it again, and nothing was done.
TEST_F(ServerTest, ABodyThatArrivedDamagedIsNotActedOn) {
  start();
  const auto digest = "Content-Digest: " + integrity::content_digest(R"({"quantity":1})") + "\r\n";
  const auto refused = ask(post(R"({"quantity":3})", digest));
  EXPECT_EQ(refused.status, 408);
  EXPECT_THAT(refused.body, HasSubstr(R"("code":"damaged")"));
  EXPECT_THAT(refused.head, HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(ask(get("/v1/things")).body, R"({"count":0})");
  EXPECT_EQ(ask(post(R"({"quantity":1})", digest)).status, 201);
}

TEST_F(ServerTest, SaysWhatIsWrongInProblemJson) {
  start();
  struct Case {
    std::string wire;
    int status;
    std::string part;
  };
  const std::vector<Case> cases{
      {post("{\"quantity\":"), 400, "body must be a JSON object"},
      {post(R"({"quantity":"1"})"), 400, R"("pointer":"/quantity")"},
      {post(R"({"quantity":-1})"), 400, "quantity must be between 1 and 9"},
      {post(R"({"quantity":9})"), 409, R"("code":"nine")"},
      {post(R"({"quantity":8})"), 500, R"("code":"internal")"},
      {post(R"({"quantity":1})", "Idempotency-Key: a b\r\n"), 400, "idempotency_key_invalid"},
      {get("/v1/nothing"), 404, "no such path"},
      {get("/v1/things/"), 404, "no such path"},
      {"BREW /v1/things HTTP/1.1\r\nHost: h\r\n\r\n", 405, "BREW is not allowed here"}};
  for (const auto& [wire, status, part] : cases) {
    const auto answer = ask(wire);
    EXPECT_EQ(answer.status, status) << wire;
    EXPECT_THAT(answer.body, HasSubstr(part));
    EXPECT_THAT(answer.head, HasSubstr("Content-Type: application/problem+json\r\n"));
  }
  EXPECT_EQ(ask(get("/v1/things")).body, R"({"count":0})") << "a fault left something behind";
}

TEST_F(ServerTest, WrongMethodNamesTheRightOnes) {
  start();
  EXPECT_THAT(ask("DELETE /v1/things HTTP/1.1\r\nHost: h\r\n\r\n").head, HasSubstr("Allow: GET, POST\r\n"));
  const auto options = ask("OPTIONS /v1/things HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(options.status, 204);
  EXPECT_THAT(options.head, HasSubstr("Allow: GET, POST\r\n"));
}

TEST_F(ServerTest, RefusesWhatIsTooLargeAndTheAnswerArrives) {
  start({.limits = {.head = 1024, .body = 1024}});
  RawClient client(server_->port());
  client.send(post(std::string(300'000, 'x')));  // far more than fits into socket buffers unread
  EXPECT_EQ(client.read().status, 413);
  RawClient chunked(server_->port());
  chunked.send("POST /v1/things HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n" +
               std::string(2048, 'x') + "\r\n");
  EXPECT_EQ(chunked.read().status, 413);
  EXPECT_EQ(ask(get("/v1/things", "A: " + std::string(2000, 'x') + "\r\n")).status, 431);
}

TEST_F(ServerTest, RefusesAmbiguousFramingAndCloses) {
  start();
  RawClient client(server_->port());
  client.send(
      "POST /v1/things HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: "
      "chunked\r\n\r\n0\r\n\r\n" +
      get("/v1/things"));
  client.finish_sending();
  EXPECT_EQ(client.read().status, 400);
  EXPECT_TRUE(client.closed()) << "the smuggled request was answered";
}

TEST_F(ServerTest, SendsContinueBeforeTheBody) {
  start();
  RawClient client(server_->port());
  client.send("POST /v1/things HTTP/1.1\r\nHost: h\r\nContent-Length: 14\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_head().status, 100);
  client.send(R"({"quantity":1})");
  EXPECT_EQ(client.read().status, 201);
}

TEST_F(ServerTest, AHalfSentRequestTimesOutWith408AndAnIdleConnectionJustCloses) {
  start({.idle_timeout = std::chrono::milliseconds(150), .read_timeout = std::chrono::milliseconds(150)});
  RawClient half(server_->port()), body(server_->port()), idle(server_->port());
  half.send("GET /v1/thi");
  body.send("POST /v1/things HTTP/1.1\r\nHost: h\r\nContent-Length: 14\r\n\r\n{");
  EXPECT_EQ(half.read().status, 408);
  EXPECT_EQ(body.read().status, 408);
  EXPECT_TRUE(idle.closed());
}

TEST_F(ServerTest, ARetryIsAnsweredFromTheStoreAndActsOnce) {
  start();
  const auto first = ask(post(R"({"quantity":1})", "Idempotency-Key: k\r\n"));
  const auto again = ask(post(R"({"quantity":1})", "Idempotency-Key: \"k\"\r\n"));
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(first.body, again.body);
  EXPECT_THAT(again.head, HasSubstr("Idempotency-Replayed: true\r\n"));
  EXPECT_EQ(ask(post(R"({"quantity":2})", "Idempotency-Key: k\r\n")).status, 422);
  EXPECT_EQ(ask(get("/v1/things")).body, R"({"count":1})");
}

TEST_F(ServerTest, ARefusalIsRememberedButAMalformedRequestIsNot) {
  start();
  EXPECT_EQ(ask(post(R"({"quantity":9})", "Idempotency-Key: n\r\n")).status, 409);
  const auto again = ask(post(R"({"quantity":9})", "Idempotency-Key: n\r\n"));
  EXPECT_EQ(again.status, 409);
  EXPECT_THAT(again.head, HasSubstr("Idempotency-Replayed"));
  EXPECT_THAT(again.head, HasSubstr("application/problem+json"));
  EXPECT_EQ(ask(post(R"({"quantity":0})", "Idempotency-Key: m\r\n")).status, 400);
  EXPECT_EQ(ask(post(R"({"quantity":1})", "Idempotency-Key: m\r\n")).status, 201);
}

TEST_F(ServerTest, ABugIsNotRememberedAndLeavesNothing) {
  start();
  EXPECT_EQ(ask(post(R"({"quantity":8})", "Idempotency-Key: b\r\n")).status, 500);
  const auto again = ask(post(R"({"quantity":8})", "Idempotency-Key: b\r\n"));
  EXPECT_EQ(again.status, 500);
  EXPECT_EQ(again.head.find("Idempotency-Replayed"), std::string::npos);
  EXPECT_EQ(ask(get("/v1/things")).body, R"({"count":0})");
}

TEST_F(ServerTest, WhileTheFirstIsInWorkARetryGets409AndAnotherBody422) {
  start();
  Hold hold;
  Hold::current = &hold;
  RawClient first(server_->port());
  first.send(post("", "Idempotency-Key: h\r\n", "/v1/hold"));
  hold.entered.get_future().wait();
  const auto retry = ask(post("", "Idempotency-Key: h\r\n", "/v1/hold"));
  EXPECT_EQ(retry.status, 409);
  EXPECT_THAT(retry.head, HasSubstr("Retry-After: 1\r\n"));
  EXPECT_THAT(retry.body, HasSubstr("idempotency_key_in_flight"));
  EXPECT_EQ(ask(post("x", "Idempotency-Key: h\r\n", "/v1/hold")).status, 422);
  hold.open.set_value();
  EXPECT_EQ(first.read().status, 200);
  EXPECT_EQ(ask(post("", "Idempotency-Key: h\r\n", "/v1/hold")).status, 200);
}

TEST_F(ServerTest, DrainFinishesWhatWasStartedAndTakesNothingNew) {
  start();
  Hold hold;
  Hold::current = &hold;
  const auto port = server_->port();
  RawClient idle(port), busy(port);
  busy.send(post("", {}, "/v1/hold"));
  hold.entered.get_future().wait();
  server_->stop();
  EXPECT_TRUE(idle.closed());
  EXPECT_THROW(RawClient{port}, std::runtime_error);
  hold.open.set_value();
  const auto answer = busy.read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.head, HasSubstr("Connection: close\r\n"));
  thread_.join();
}

TEST_F(ServerTest, DuringTheNoticeItStillServesButIsNotReady) {
  start({.drain_notice = std::chrono::seconds(30)});
  EXPECT_EQ(ask(get("/readyz")).status, 200);
  server_->stop();
  EXPECT_TRUE(support::eventually([&] { return ask(get("/readyz")).status == 503; }));
  EXPECT_EQ(ask(get("/livez")).status, 200);
  EXPECT_EQ(ask(get("/v1/things")).status, 200);
  server_->stop();
  thread_.join();
}

TEST_F(ServerTest, WhatIsStillRunningAtTheDeadlineIsCutOff) {
  start({.drain_timeout = std::chrono::milliseconds(100)});
  Hold hold;
  Hold::current = &hold;
  RawClient busy(server_->port());
  busy.send(post("", {}, "/v1/hold"));
  hold.entered.get_future().wait();
  server_->stop();
  thread_.join();
  hold.open.set_value();
  store_.stop();
}

TEST_F(ServerTest, TheCallersTraceIsInItsProblem) {
  start();
  const std::string id = "4bf92f3577b34da6a3ce929d0e0e4736";
  const auto answer = ask(get("/v1/nothing", "traceparent: 00-" + id + "-00f067aa0ba902b7-01\r\n"));
  EXPECT_THAT(answer.body, HasSubstr("\"trace_id\":\"" + id + "\""));
}

TEST_F(ServerTest, CountsWhatItDid) {
  start();
  ask(post(R"({"quantity":1})", "Idempotency-Key: k\r\n"));
  ask(post(R"({"quantity":1})", "Idempotency-Key: k\r\n"));
  ask("nonsense\r\n\r\n");
  const auto text = ask(get("/metrics")).body;
  EXPECT_THAT(text, HasSubstr("banyan_service_requests_total{operation=\"putThing\",status=\"201\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("banyan_service_replayed_total 1\n"));
  EXPECT_THAT(text, HasSubstr("banyan_service_refused_total{status=\"400\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("banyan_store_writes_total 2\n"));
}

}  // namespace
}  // namespace banyan::service
