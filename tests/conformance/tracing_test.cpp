// Spans on the wire: what a collector gets of requests, attempts and shadow copies, and who never notices.
#include "tests/conformance/router_fixture.hpp"
#include "tests/support/otlp_collector.hpp"
#include "tests/support/process.hpp"

#include <gmock/gmock.h>

namespace banyan::conformance {
namespace {

using support::CollectedSpan;
using support::OtlpCollector;

const std::string callers_trace = "0af7651916cd43dd8448eb211c80319c";
const std::string callers_span = "b7ad6b7169203331";

std::string traced(const std::string& target, const std::string& flags = "01", const std::string& more = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: shop.test:8080\r\nX-Account: 7\r\ntraceparent: 00-" + callers_trace + "-" +
         callers_span + "-" + flags + "\r\n" + more + "\r\n";
}

class TracingOnTheWire : public Conformance {
 protected:
  void start(Settings settings = {}, const std::string& more = "") {
    settings.otlp = "endpoint: \"" + collector.url() + "\", interval: 5ms" + more;
    settings.cohort = "cohort: { key: [ \"header:X-Account\" ], missing: legacy, salt: \"s\" }";
    settings.cutovers =
        "cutovers:\n"
        "  - name: items\n"
        "    match: { methods: [ GET ], path: \"/items/{id}\" }\n"
        "    from: legacy\n"
        "    to: fresh\n"
        "    plan: [ { stage: shadow, percent: 100 }, { stage: live } ]\n";
    router(settings);
  }
  // Waits for that many, and for nothing to be wrong with any.
  std::vector<CollectedSpan> spans(std::size_t number) {
    auto found = collector.spans(number);
    EXPECT_EQ(found.size(), number);
    EXPECT_THAT(collector.faults(), ::testing::IsEmpty());
    return found;
  }
  static CollectedSpan of_kind(const std::vector<CollectedSpan>& all, std::int64_t kind) {
    for (const auto& span : all)
      if (span.kind == kind) return span;
    ADD_FAILURE() << "no span of kind " << kind;
    return {};
  }
  static constexpr std::int64_t server = 2, client = 3;

  OtlpCollector collector;
};

TEST_F(TracingOnTheWire, ARequestIsOneSpanAndItsAttemptAnother) {
  start();
  router().set_stage(0, cutover::Stage::live, cutover::full_weight);
  EXPECT_EQ(ask(traced("/items/7?token=s3cret", "01", "tracestate: a=1\r\n")).status(), 200);
  const auto all = spans(2);
  const auto request = of_kind(all, server), attempt = of_kind(all, client);
  EXPECT_EQ(request.service, "banyan-router");
  EXPECT_EQ(request.trace_id, callers_trace);
  EXPECT_EQ(request.parent_id, callers_span);
  EXPECT_EQ(attempt.trace_id, callers_trace);
  EXPECT_EQ(attempt.parent_id, request.span_id);
  EXPECT_EQ(fresh.only_request().get("traceparent"), "00-" + callers_trace + "-" + attempt.span_id + "-01");
  EXPECT_EQ(request.name, "GET /items/{id}");
  EXPECT_EQ(attempt.name, "GET");
  EXPECT_LE(request.start_ns, attempt.start_ns);
  EXPECT_GE(request.end_ns, attempt.end_ns);
  const std::map<std::string, std::string> told = {
      {"http.request.method", "GET"}, {"url.path", "/items/7"},         {"http.route", "/items/{id}"},
      {"url.scheme", "http"},         {"server.address", "shop.test"},  {"server.port", "8080"},
      {"client.address", "127.0.0.1"}, {"network.protocol.version", "1.1"}, {"http.response.status_code", "200"},
      {"banyan.cutover", "items"},    {"banyan.side", "new"},           {"banyan.stage", "live"},
      {"banyan.why", "stage_live"},   {"banyan.upstream", "fresh"},     {"banyan.answer", "2xx"},
      {"banyan.attempts", "1"}};
  EXPECT_EQ(request.attributes, told);
  const std::map<std::string, std::string> asked = {
      {"http.request.method", "GET"}, {"server.address", "127.0.0.1"}, {"server.port", std::to_string(fresh.port())},
      {"http.response.status_code", "200"}, {"banyan.upstream", "fresh"}, {"banyan.side", "new"}, {"banyan.reused", "false"}};
  EXPECT_EQ(attempt.attributes, asked);
}

TEST_F(TracingOnTheWire, TheCallersFlagDecidesAndForNewTracesTheRatio) {
  start({}, ", ratio: 0%");
  EXPECT_EQ(ask(traced("/a", "00")).status(), 200);
  EXPECT_EQ(legacy.only_request().get("traceparent").substr(53), "00");
  legacy.forget();
  EXPECT_EQ(ask(get).status(), 200);
  EXPECT_EQ(legacy.only_request().get("traceparent").substr(53), "00");
  legacy.forget();
  EXPECT_EQ(ask(traced("/b", "01")).status(), 200);
  const auto all = spans(2);
  EXPECT_EQ(of_kind(all, server).get("url.path"), "/b");
}

TEST_F(TracingOnTheWire, ANewTraceIsMarkedAsRecordedForThoseBehind) {
  start();
  EXPECT_EQ(ask("GET /x HTTP/1.1\r\nHost: a\r\ntraceparent: 00-nonsense-01\r\ntracestate: lost=1\r\n\r\n").status(), 200);
  const auto all = spans(2);
  const auto request = of_kind(all, server), attempt = of_kind(all, client);
  EXPECT_EQ(request.parent_id, "");
  const auto sent = legacy.only_request();
  EXPECT_EQ(sent.get("traceparent"), "00-" + request.trace_id + "-" + attempt.span_id + "-01");
  EXPECT_FALSE(sent.has("tracestate"));
  EXPECT_EQ(request.name, "GET");
  EXPECT_EQ(request.get("banyan.why"), "no_match");
}

TEST_F(TracingOnTheWire, EveryAttemptHasItsOwn) {
  Settings settings;
  settings.extra_endpoints = ", \"127.0.0.1:1\"";
  start(settings);
  auto caller = router().connect();  // one worker, so one of the two meets the dead one first
  for (int i = 0; i < 2; ++i) {
    caller.send(traced("/a"));
    EXPECT_EQ(caller.read_message().status(), 200);
  }
  const auto all = spans(5);
  std::vector<CollectedSpan> failed;
  for (const auto& span : all)
    if (span.get("error.type") == "connect-failed") failed.push_back(span);
  ASSERT_EQ(failed.size(), 1u);
  EXPECT_EQ(failed[0].kind, client);
  EXPECT_EQ(failed[0].status, 2);
  EXPECT_EQ(failed[0].get("server.port"), "1");
  std::set<std::string> ids;
  for (const auto& span : all) {
    ids.insert(span.span_id);
    if (span.parent_id != failed[0].parent_id || span.span_id == failed[0].span_id) continue;
    EXPECT_EQ(span.get("http.request.resend_count"), "1");
    EXPECT_EQ(span.get("http.response.status_code"), "200");
    EXPECT_EQ(span.status, 0);
  }
  EXPECT_EQ(ids.size(), 5u);
}

TEST_F(TracingOnTheWire, TheRoutersOwnAnswersSayWhy) {
  start();
  legacy.stop_listening();
  EXPECT_EQ(ask(traced("/a")).status(), 502);
  const auto all = spans(2);
  for (const auto& span : all) {
    EXPECT_EQ(span.get("error.type"), "connect-failed");
    EXPECT_EQ(span.status, 2);
  }
  EXPECT_EQ(of_kind(all, server).get("http.response.status_code"), "502");
  EXPECT_EQ(of_kind(all, server).get("banyan.answer"), "router");
  EXPECT_EQ(of_kind(all, client).get("http.response.status_code"), "");
}

TEST_F(TracingOnTheWire, AClientErrorIsTheAttemptsErrorOnly) {
  start();
  legacy.answer_bytes("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(ask(traced("/a")).status(), 404);
  const auto all = spans(2);
  EXPECT_EQ(of_kind(all, client).status, 2);
  EXPECT_EQ(of_kind(all, client).get("error.type"), "404");
  EXPECT_EQ(of_kind(all, server).status, 0);
  EXPECT_EQ(of_kind(all, server).get("error.type"), "");
}

TEST_F(TracingOnTheWire, AShadowCopyIsASpanBesideLinkedToWhatItIsComparedWith) {
  start();
  router().set_stage(0, cutover::Stage::shadow, cutover::full_weight);
  EXPECT_EQ(ask(traced("/items/7")).status(), 200);
  const auto all = spans(3);
  const auto request = of_kind(all, server);
  CollectedSpan copy, attempt;
  for (const auto& span : all) {
    if (span.kind != client) continue;
    (span.get("banyan.shadow") == "true" ? copy : attempt) = span;
  }
  EXPECT_EQ(copy.parent_id, request.span_id);
  EXPECT_THAT(copy.links, ::testing::ElementsAre(attempt.span_id));
  EXPECT_EQ(copy.name, "GET shadow");
  EXPECT_EQ(copy.get("banyan.cutover"), "items");
  EXPECT_EQ(copy.get("banyan.upstream"), "fresh");
  EXPECT_EQ(copy.get("http.response.status_code"), "200");
  EXPECT_EQ(request.get("banyan.shadowed"), "true");
  EXPECT_EQ(request.get("banyan.stage"), "shadow");
  EXPECT_EQ(fresh.only_request().get("traceparent"), "00-" + callers_trace + "-" + copy.span_id + "-01");
}

TEST_F(TracingOnTheWire, ACollectorThatHangsCostsSpansAndNoRequest) {
  collector.answer_with({{200, "", "{}", true}});
  start({}, ", queue: 128");
  auto caller = router().connect();
  for (int i = 0; i < 1000; ++i) {
    caller.send(traced("/a"));
    ASSERT_EQ(caller.read_message().status(), 200);
  }
  EXPECT_TRUE(support::eventually([&] { return router().spans().count(tracing::Fate::queue_full) > 0; }, std::chrono::seconds(30)));
  collector.let_go();
}

TEST_F(TracingOnTheWire, WhatIsUnderWayAtTheEndIsHandedOver) {
  start();
  auto caller = router().connect();
  for (int i = 0; i < 50; ++i) {
    caller.send(traced("/a"));
    ASSERT_EQ(caller.read_message().status(), 200);
  }
  router().stop();
  EXPECT_EQ(spans(100).size(), 100u);
}

// After the W3C working group's own test suite (trace-context/test/test.py).
TEST_F(TracingOnTheWire, TraceContextTable) {
  const std::string sound = "00-" + callers_trace + "-" + callers_span + "-01";
  struct {
    const char* what;
    std::vector<std::string> lines;
    bool continues;
    std::vector<std::string> state;
  } const rows[] = {
      {"both", {"traceparent: " + sound, "tracestate: a=1,b=2"}, true, {"a=1,b=2"}},
      {"any case", {"TraceParent: " + sound, "TRACESTATE: a=1"}, true, {"a=1"}},
      {"no traceparent", {"tracestate: a=1"}, false, {}},
      {"traceparent twice", {"traceparent: " + sound, "traceparent: " + sound, "tracestate: a=1"}, false, {}},
      {"broken traceparent", {"traceparent: " + sound + "x", "tracestate: a=1"}, false, {}},
      {"version ff", {"traceparent: ff" + sound.substr(2), "tracestate: a=1"}, false, {}},
      {"a later version", {"traceparent: cc" + sound.substr(2) + "-more", "tracestate: a=1"}, true, {"a=1"}},
      {"all zeros", {"traceparent: 00-" + std::string(32, '0') + "-" + callers_span + "-01", "tracestate: a=1"}, false, {}},
      {"state in two fields", {"traceparent: " + sound, "tracestate: a=1", "tracestate: b=2"}, true, {"a=1", "b=2"}},
      {"state with a key twice", {"traceparent: " + sound, "tracestate: a=1", "tracestate: a=2"}, true, {}},
      {"broken state", {"traceparent: " + sound, "tracestate: A=1"}, true, {}},
      {"empty state", {"traceparent: " + sound, "tracestate:"}, true, {""}},
  };
  router();
  for (const auto& row : rows) {
    std::string request = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (const auto& line : row.lines) request += line + "\r\n";
    EXPECT_EQ(ask(request + "\r\n").status(), 200) << row.what;
    const auto sent = legacy.only_request();
    ASSERT_EQ(sent.all("traceparent").size(), 1u) << row.what;
    EXPECT_EQ(sent.get("traceparent").substr(3, 32) == callers_trace, row.continues) << row.what;
    EXPECT_NE(sent.get("traceparent").substr(36, 16), callers_span) << row.what;
    EXPECT_EQ(sent.all("tracestate"), row.state) << row.what;
    legacy.forget();
  }
}

TEST_F(TracingOnTheWire, BaggagePassesUnchangedUpToItsLimits) {
  router();
  const std::string odd = "a = 1 ;p=2 , b=%20, not a member,,c=3";
  ask("GET / HTTP/1.1\r\nHost: a\r\nBaggage: " + odd + "\r\nbaggage: d=4\r\n\r\n");
  EXPECT_THAT(legacy.only_request().all("baggage"), ::testing::ElementsAre(odd, "d=4"));
  legacy.forget();
  std::string many = "m0=0";
  for (int i = 1; i < 64; ++i) many += ",m" + std::to_string(i) + "=" + std::to_string(i);
  ask("GET / HTTP/1.1\r\nHost: a\r\nbaggage: " + many + ",one=more\r\nbaggage: and=another\r\n\r\n");
  EXPECT_THAT(legacy.only_request().all("baggage"), ::testing::ElementsAre(many));
  legacy.forget();
  ask("GET / HTTP/1.1\r\nHost: a\r\nbaggage: a=1,b=" + std::string(8192, 'x') + "\r\n\r\n");
  EXPECT_THAT(legacy.only_request().all("baggage"), ::testing::ElementsAre("a=1"));
}

TEST_F(TracingOnTheWire, NamedBaggageIsWrittenDown) {
  const support::TempDir dir;
  Settings settings;
  settings.baggage = "tenant, user.tier, absent";
  settings.access_log = dir / "access.log";
  start(settings);
  EXPECT_EQ(ask(traced("/a", "01", "baggage: secret=x, tenant=ac%22me%0A ;ttl=5\r\nbaggage: user.tier=gold,tenant=other\r\n")).status(), 200);
  const auto request = of_kind(spans(2), server);
  EXPECT_EQ(request.get("baggage.tenant"), "ac\"me\n");
  EXPECT_EQ(request.get("baggage.user.tier"), "gold");
  EXPECT_FALSE(request.attributes.contains("baggage.absent"));
  EXPECT_FALSE(request.attributes.contains("baggage.secret"));
  router().stop();
  EXPECT_THAT(support::read_file(dir / "access.log"),
              ::testing::HasSubstr(R"("baggage":{"tenant":"ac\"me\u000a","user.tier":"gold"})"));
}

}  // namespace
}  // namespace banyan::conformance
