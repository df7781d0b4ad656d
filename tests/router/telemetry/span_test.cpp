#include "router/telemetry/span.hpp"
#include "tests/support/otlp_collector.hpp"

#include <gmock/gmock.h>

namespace banyan::telemetry {
namespace {

using support::CollectedSpan;
using support::otlp_faults;

constexpr std::string_view trace = "0af7651916cd43dd8448eb211c80319c";

SpanHead head_of(std::string_view id) {
  SpanHead head;
  head.trace_id = trace;
  head.span_id = id;
  head.name = "GET";
  head.kind = SpanKind::server;
  head.start_ns = 1'700'000'000'000'000'001;
  head.end_ns = 1'700'000'000'000'000'999;
  return head;
}

std::string body_of(const std::string& text) { return export_body({"shop \"1\"", "0.1", "i"}, {text}); }

std::vector<CollectedSpan> read(const std::string& text) {
  std::vector<CollectedSpan> spans;
  EXPECT_THAT(otlp_faults(body_of(text), &spans), ::testing::IsEmpty()) << body_of(text);
  return spans;
}

TEST(SpanText, IsWhatASpanIsInOtlp) {
  std::string text;
  auto head = head_of("b7ad6b7169203331");
  head.parent_id = "00f067aa0ba902b7";
  head.parent_is_remote = true;
  head.trace_state = "a=1";
  head.name_more = "/orders/{id}";
  SpanText span(text, head);
  span.text("url.path", "/orders/7");
  span.text("nothing", "");
  span.number("http.response.status_code", 503);
  span.number("small", -9'000'000'000);
  span.flag("banyan.shadow", true);
  span.end(SpanStatus::error, "00f067aa0ba902b8");
  const auto spans = read(text);
  ASSERT_EQ(spans.size(), 1u);
  const auto& found = spans.front();
  EXPECT_EQ(found.service, "shop \"1\"");
  EXPECT_EQ(found.trace_id, trace);
  EXPECT_EQ(found.span_id, "b7ad6b7169203331");
  EXPECT_EQ(found.parent_id, "00f067aa0ba902b7");
  EXPECT_EQ(found.name, "GET /orders/{id}");
  EXPECT_EQ(found.kind, 2);
  EXPECT_EQ(found.status, 2);
  EXPECT_EQ(found.start_ns, 1'700'000'000'000'000'001);
  EXPECT_EQ(found.end_ns, 1'700'000'000'000'000'999);
  EXPECT_THAT(found.links, ::testing::ElementsAre("00f067aa0ba902b8"));
  EXPECT_THAT(found.attributes, ::testing::UnorderedElementsAre(
                                    ::testing::Pair("url.path", "/orders/7"), ::testing::Pair("http.response.status_code", "503"),
                                    ::testing::Pair("small", "-9000000000"), ::testing::Pair("banyan.shadow", "true")));
  EXPECT_NE(text.find("\"flags\":769"), text.npos) << text;  // sampled, and the parent is known to be remote
}

TEST(SpanText, ManyGoIntoOneBodyAndABareOneIsWholeToo) {
  std::string text;
  for (const char* id : {"0000000000000001", "0000000000000002", "0000000000000003"})
    SpanText(text, head_of(id)).end(SpanStatus::unset);
  std::vector<CollectedSpan> spans;
  EXPECT_THAT(otlp_faults(export_body({"s", "v", "i"}, {text, text}), &spans), ::testing::IsEmpty());
  EXPECT_EQ(spans.size(), 6u);
}

TEST(SpanText, AnyBytesOfAClientStayInsideTheirText) {
  std::string nasty;
  for (int c = 0; c < 256; ++c) nasty += static_cast<char>(c);
  std::string text;
  auto head = head_of("0000000000000001");
  head.name_more = nasty;
  head.trace_state = nasty;
  SpanText span(text, head);
  span.text("url.path", nasty);
  span.end(SpanStatus::unset);
  EXPECT_EQ(read(text).size(), 1u);
}

TEST(SpanText, AClockThatWentBackMakesNoNegativeSpan) {
  std::string text;
  auto head = head_of("0000000000000001");
  head.end_ns = head.start_ns - 1;
  SpanText(text, head).end(SpanStatus::unset);
  const auto spans = read(text);
  EXPECT_EQ(spans.front().end_ns, spans.front().start_ns);
}

// The reader that the other tests trust must be able to say no.
TEST(OtlpShape, FindsFaults) {
  std::string text;
  SpanText(text, head_of("b7ad6b7169203331")).end(SpanStatus::unset);
  const auto good = body_of(text);
  ASSERT_THAT(otlp_faults(good), ::testing::IsEmpty());
  const auto with = [&](const std::string& from, const std::string& to) {
    auto bad = good;
    const auto at = bad.find(from);
    EXPECT_NE(at, bad.npos) << from;
    return otlp_faults(bad.replace(at, from.size(), to));
  };
  EXPECT_THAT(with("\"spanId\":\"b7", "\"spanId\":\"B7"), ::testing::Not(::testing::IsEmpty()));
  EXPECT_THAT(with("0af7651916cd43dd8448eb211c80319c", "CvdlGRbNQ92ESOshHIAxnA=="), ::testing::Not(::testing::IsEmpty()));
  EXPECT_THAT(with("\"1700000000000000001\"", "1700000000000000001"), ::testing::Not(::testing::IsEmpty()));
  EXPECT_THAT(with("\"kind\":2", "\"kind\":\"SPAN_KIND_SERVER\""), ::testing::Not(::testing::IsEmpty()));
  EXPECT_THAT(with("\"name\":\"GET\"", "\"name\":\"\""), ::testing::Not(::testing::IsEmpty()));
  EXPECT_THAT(with("\"spanId\"", "\"span_id\""), ::testing::Not(::testing::IsEmpty()));
  EXPECT_THAT(with("\"scopeSpans\"", "\"instrumentationLibrarySpans\""), ::testing::Not(::testing::IsEmpty()));
  EXPECT_THAT(with("service.name", "service.nam"), ::testing::Not(::testing::IsEmpty()));
  EXPECT_THAT(otlp_faults("{"), ::testing::Not(::testing::IsEmpty()));
}

TEST(KnownMethod, Others) {
  EXPECT_EQ(known_method("PATCH"), "PATCH");
  EXPECT_EQ(known_method("get"), "_OTHER");
  EXPECT_EQ(known_method("BREW"), "_OTHER");
}

}  // namespace
}  // namespace banyan::telemetry
