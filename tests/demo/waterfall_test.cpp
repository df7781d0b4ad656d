#include "tests/demo/waterfall.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace banyan::demo {
namespace {

using support::CollectedSpan;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t ms = 1'000'000;

CollectedSpan waterfall_span(std::string id, std::string parent, std::int64_t begin, std::int64_t end, std::string name = "GET /x") {
  CollectedSpan span;
  span.service = "banyan-orders";
  span.trace_id = "t", span.span_id = std::move(id), span.parent_id = std::move(parent), span.name = std::move(name);
  span.kind = 2, span.start_ns = begin, span.end_ns = end;
  return span;
}

// "a a/b a/b/c": ids in order, each with how deep it stands
std::string outline(const std::vector<CollectedSpan>& spans) {
  std::string out;
  for (const auto& row : trace_rows(spans)) out += std::string(static_cast<std::size_t>(row.depth), '.') + spans[row.span].span_id + " ";
  return out;
}

TEST(TraceRows, ParentsStandBeforeTheirChildrenAndSiblingsByTheirBegin) {
  EXPECT_EQ(outline({waterfall_span("c", "a", 5, 6), waterfall_span("b", "a", 2, 3), waterfall_span("a", "", 1, 9), waterfall_span("d", "b", 7, 8)}),
            "a .b ..d .c ");
}

TEST(TraceRows, EverySpanHasOneRowWhateverItSaysOfItsParent) {
  const struct { const char* what; std::vector<CollectedSpan> spans; const char* outline; } cases[] = {
      {"nothing", {}, ""},
      {"a parent that is not there", {waterfall_span("a", "gone", 1, 2), waterfall_span("b", "a", 1, 2)}, "a .b "},
      {"its own parent", {waterfall_span("a", "a", 1, 2)}, "a "},
      {"below each other", {waterfall_span("a", "b", 1, 2), waterfall_span("b", "a", 1, 2), waterfall_span("r", "", 1, 2)}, "r a .b "},
      {"an id twice", {waterfall_span("a", "", 1, 2), waterfall_span("a", "", 2, 3), waterfall_span("b", "a", 3, 4)}, "a .b a "},
  };
  for (const auto& one : cases) EXPECT_EQ(outline(one.spans), one.outline) << one.what;
}

TEST(TraceRows, ADeepTraceNeedsNoStack) {
  std::vector<CollectedSpan> spans;
  for (int i = 0; i < 50'000; ++i) spans.push_back(waterfall_span(std::to_string(i), i == 0 ? "" : std::to_string(i - 1), i, i + 1));
  EXPECT_EQ(trace_rows(spans).back().depth, 49'999);
}

TEST(TraceFacts, CountRootsAndWhatIsMissing) {
  auto whole = std::vector{waterfall_span("a", "", 1, 9), waterfall_span("b", "a", 2, 3)};
  EXPECT_TRUE(trace_facts(whole).whole());
  EXPECT_FALSE(trace_facts({}).whole());
  whole.push_back(waterfall_span("c", "lost", 2, 3));
  EXPECT_EQ(trace_facts(whole).orphans, 1u);
  EXPECT_FALSE(trace_facts(whole).whole());
  whole.back().parent_id.clear();
  EXPECT_EQ(trace_facts(whole).roots, 2u);
  EXPECT_FALSE(trace_facts(whole).whole());
}

TEST(Waterfall, DurationsAreReadable) {
  const struct { std::int64_t ns; const char* text; } cases[] = {
      {0, "0 µs"}, {31'400, "31 µs"}, {421'000, "0.42 ms"}, {9'940'000, "9.9 ms"}, {17 * ms, "17 ms"}, {999 * ms, "999 ms"}, {999'900'000, "1.00 s"},
      {2510 * ms, "2.51 s"}, {12'340 * ms, "12.3 s"}};
  for (const auto& one : cases) EXPECT_EQ(duration_text(one.ns), one.text) << one.ns;
}

TEST(Waterfall, TheAxisHasAtMostEightRoundTicks) {
  const struct { std::int64_t length, step; } cases[] = {
      {1, 1}, {7, 1}, {8, 2}, {16, 5}, {40, 10}, {5900 * ms, 1000 * ms}, {8000 * ms, 2000 * ms}, {9'000'000'000'000'000'000, 2'000'000'000'000'000'000}};
  for (const auto& one : cases) EXPECT_EQ(tick_step(one.length), one.step) << one.length;
}

TEST(Waterfall, TextIsEscapedAndHoldsOnlyWhatXmlMayHold) {
  const struct { std::string_view in, out; } cases[] = {
      {"<script>alert(\"&'\")</script>", "&lt;script&gt;alert(&quot;&amp;'&quot;)&lt;/script&gt;"},
      {std::string_view("a\0b\x1b[1m\tc", 9), "a\uFFFDb\uFFFD[1m\tc"},
      {"K\xC3\xA4" "fer \xEF\xBF\xBF \xEF\xBF\xBD", "K\xC3\xA4" "fer \uFFFD \uFFFD"}};
  for (const auto& one : cases) EXPECT_EQ(xml_text(one.in), one.out);
}

TEST(Waterfall, LongTextsAreCutBetweenCharacters) {
  EXPECT_EQ(shortened("kettle", 6), "kettle");
  EXPECT_EQ(shortened("kettles", 6), "kettl…");
  EXPECT_EQ(shortened("\xC3\xA4\xC3\xA4\xC3\xA4", 2), "\xC3\xA4…");
  EXPECT_EQ(shortened("", 0), "");
}

TEST(Waterfall, WhatSpansSayNeverBecomesMarkup) {
  auto span = waterfall_span("a", "", 1, 2 * ms, "GET </text><script>");
  span.service = "banyan-<b>", span.status = 2, span.attributes["error.type"] = "\"><x>";
  const auto svg = draw_trace({span}, "</title><script>");
  for (const char* markup : {"<script", "<b>", "<x>"}) EXPECT_THAT(svg, Not(HasSubstr(markup)));
  for (const char* text : {"GET &lt;/text&gt;&lt;script&gt;", ">&lt;b&gt;<", "&quot;&gt;&lt;x&gt;"}) EXPECT_THAT(svg, HasSubstr(text));
}

TEST(Waterfall, ARowNamesServicePathAndDurationAndABarStandsAtItsTime) {
  auto call = waterfall_span("b", "a", 25 * ms, 75 * ms, "POST");
  call.kind = 3, call.attributes["url.path"] = "/v1/charges";
  const auto svg = draw_trace({waterfall_span("a", "", 0, 100 * ms), call}, "One");
  for (const char* part : {">orders<", ">GET /x<", ">POST /v1/charges<", ">100 ms<", ">50 ms<", "2 spans of 1 processes in 100 ms"})
    EXPECT_THAT(svg, HasSubstr(part));
  // The axis lies between 520 and 1100.
  EXPECT_THAT(svg, HasSubstr("waits\" x=\"665.0\" y=\"137.0\" width=\"290.0\""));
}

TEST(OnlyTrace, KeepsWhatBelongsToItWithItsResource) {
  const auto request = [](const char* service, const char* ids) {
    std::string spans;
    for (const char* id = ids; *id; ++id) spans += std::string(spans.empty() ? "" : ",") + R"({"traceId":")" + *id + R"("})";
    return std::string(R"({"resourceSpans":[{"resource":")") + service + R"(","scopeSpans":[{"scope":1,"spans":[)" + spans + "]}]}]}";
  };
  const std::vector<std::string> got{request("router", "aba"), request("orders", "bb"), "no JSON", "[]", R"({"resourceSpans":[3,{"scopeSpans":{}}]})",
                                     request("bank", "a")};
  EXPECT_EQ(only_trace(got, "a"),
            R"({"resourceSpans":[{"resource":"router","scopeSpans":[{"scope":1,"spans":[{"traceId":"a"},{"traceId":"a"}]}]},)"
            R"({"resource":"bank","scopeSpans":[{"scope":1,"spans":[{"traceId":"a"}]}]}]})");
  EXPECT_EQ(only_trace(got, "c"), R"({"resourceSpans":[]})");
}

}  // namespace
}  // namespace banyan::demo
