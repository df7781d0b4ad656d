// The exporter against a collector on a real socket: one that works, is busy, refuses, hangs, or is not there.
#include "router/tracing/exporter.hpp"
#include "tests/support/otlp_collector.hpp"
#include "tests/support/process.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <cstdio>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

namespace banyan::tracing {
namespace {

using support::eventually;
using support::OtlpCollector;

constexpr auto long_enough = std::chrono::seconds(30);

Options options_for(const std::string& url) {
  Options options;
  std::string why;
  options.collector = telemetry::parse_collector(url, why).value();
  options.resource = {"test", "0", "1"};
  options.interval = milliseconds(5);
  options.patience = {milliseconds(1), milliseconds(10), milliseconds(20'000)};
  return options;
}

// Ids count up, so that what arrives can be told apart.
void add(Exporter::Writer& writer, int count) {
  static std::atomic<unsigned> next{1};
  for (int i = 0; i < count; ++i) {
    char id[17];
    std::snprintf(id, sizeof id, "%016x", next++);
    telemetry::SpanHead head;
    head.trace_id = "0af7651916cd43dd8448eb211c80319c";
    head.span_id = id;
    head.name = "GET";
    head.start_ns = head.end_ns = 1'700'000'000'000'000'000;
    telemetry::SpanText(writer.text(), head).end(telemetry::SpanStatus::unset);
    writer.added();
  }
  writer.flush();
}

std::uint64_t lost(const Exporter& exporter) {
  return exporter.count(Fate::queue_full) + exporter.count(Fate::failed) + exporter.count(Fate::rejected);
}

class Reports {
 public:
  Exporter::Report take() {
    return [this](bool error, const std::string& line) {
      const std::lock_guard lock(mutex_);
      lines_.push_back((error ? "error: " : "") + line);
    };
  }
  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

TEST(Exporter, HandsOverEverySpanOnceInTheRightShape) {
  OtlpCollector collector;
  auto options = options_for(collector.url());
  options.headers = {{"Authorization", "Bearer t0ken"}};
  Exporter exporter(options);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      Exporter::Writer writer(&exporter);
      for (int n = 0; n < 10; ++n) add(writer, 30);
    });
  for (auto& thread : threads) thread.join();
  const auto spans = collector.spans(1200);
  std::set<std::string> ids;
  for (const auto& span : spans) ids.insert(span.span_id);
  EXPECT_EQ(spans.size(), 1200u);
  EXPECT_EQ(ids.size(), 1200u);
  EXPECT_THAT(collector.faults(), ::testing::IsEmpty());
  EXPECT_THAT(collector.heads().front(), ::testing::HasSubstr("Authorization: Bearer t0ken\r\n"));
  EXPECT_TRUE(eventually([&] { return exporter.count(Fate::exported) == 1200; }, long_enough));
  EXPECT_EQ(lost(exporter), 0u);
  EXPECT_EQ(exporter.problem(), "");
}

TEST(Exporter, ABusyCollectorIsAskedAgainAndThenSaidToWork) {
  OtlpCollector collector;
  collector.answer_with({{503}, {429, "Retry-After: 0\r\n"}, {502}, {504, "Retry-After: soon\r\n"}});
  Reports reports;
  Exporter exporter(options_for(collector.url()), reports.take());
  Exporter::Writer writer(&exporter);
  add(writer, 3);
  EXPECT_EQ(collector.spans(3).size(), 3u);
  EXPECT_EQ(collector.requests(), 5u);
  EXPECT_TRUE(eventually([&] { return exporter.problem().empty() && exporter.count(Fate::exported) == 3; }, long_enough));
  EXPECT_EQ(exporter.failed_attempts(), 4u);
  EXPECT_TRUE(eventually([&] { return reports.lines().size() == 2; }, long_enough));
  const auto where = "traces to " + collector.url() + "/v1/traces: ";
  EXPECT_THAT(reports.lines(), ::testing::ElementsAre("error: " + where + "it answers 503; spans wait, and are lost when too many do",
                                                      where + "they are taken again"));
}

TEST(Exporter, RetryAfterIsWaitedFor) {
  OtlpCollector collector;
  collector.answer_with({{503, "Retry-After: 1\r\n"}});
  const auto begin = std::chrono::steady_clock::now();
  Exporter exporter(options_for(collector.url()));
  Exporter::Writer writer(&exporter);
  add(writer, 1);
  EXPECT_EQ(collector.spans(1).size(), 1u);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
}

TEST(Exporter, WhatTheCollectorRefusesIsNotSentAgain) {
  OtlpCollector collector;
  collector.answer_with({{400}, {200, "", R"({"partialSuccess":{"rejectedSpans":"2"}})"}});
  Exporter exporter(options_for(collector.url()));
  Exporter::Writer writer(&exporter);
  add(writer, 5);
  ASSERT_TRUE(eventually([&] { return exporter.count(Fate::failed) == 5; }, long_enough));
  EXPECT_THAT(exporter.problem(), ::testing::HasSubstr("it answers 400"));
  add(writer, 6);
  ASSERT_TRUE(eventually([&] { return exporter.count(Fate::rejected) == 2; }, long_enough));
  EXPECT_EQ(exporter.count(Fate::exported), 4u);
  EXPECT_EQ(collector.requests(), 2u);
  EXPECT_EQ(exporter.problem(), "");
}

TEST(Exporter, NobodyThereIsGivenUpAfterABound) {
  auto options = options_for("http://127.0.0.1:" + std::to_string(support::free_port()));
  options.patience.whole = milliseconds(50);
  Exporter exporter(options);
  Exporter::Writer writer(&exporter);
  add(writer, 2);
  EXPECT_TRUE(eventually([&] { return exporter.count(Fate::failed) == 2; }, long_enough));
  EXPECT_GE(exporter.failed_attempts(), 2u);
  EXPECT_THAT(exporter.problem(), ::testing::HasSubstr("Connection refused"));
}

TEST(Exporter, AFullQueueDropsAndCountsAndNobodyWaits) {
  OtlpCollector collector;
  collector.answer_with({{200, "", "{}", true}});
  auto options = options_for(collector.url());
  options.queue = 256;
  Exporter exporter(options);
  Exporter::Writer writer(&exporter);
  add(writer, 64);  // these are on their way, and hang
  ASSERT_TRUE(eventually([&] { return collector.requests() == 1; }, long_enough));
  add(writer, 64 * 100);
  EXPECT_EQ(exporter.queued(), 256u);
  EXPECT_EQ(exporter.count(Fate::queue_full), 64u * 96);
  collector.let_go();  // it closes without an answer: sent again, on a new connection
  EXPECT_EQ(collector.spans(64 * 5).size(), 64u * 5);
  EXPECT_TRUE(eventually([&] { return exporter.count(Fate::exported) == 64 * 5; }, long_enough));
  EXPECT_EQ(exporter.queued(), 0u);
}

TEST(Exporter, ACollectorThatHangsIsLeftAfterTheTimeout) {
  OtlpCollector collector;
  collector.answer_with({{200, "", "{}", true}});
  auto options = options_for(collector.url());
  options.timeout = milliseconds(100);
  Exporter exporter(options);
  Exporter::Writer writer(&exporter);
  add(writer, 1);
  EXPECT_EQ(collector.spans(1).size(), 1u);
  EXPECT_EQ(collector.requests(), 2u);
  EXPECT_EQ(exporter.failed_attempts(), 1u);
}

TEST(Exporter, WhatIsQueuedLeavesWithIt) {
  OtlpCollector collector;
  auto options = options_for(collector.url());
  options.interval = std::chrono::hours(1);
  {
    Exporter exporter(options);
    Exporter::Writer writer(&exporter);
    add(writer, 100);
  }
  EXPECT_EQ(collector.spans().size(), 100u);
}

TEST(Exporter, AHangingCollectorHoldsTheEndUpForABoundedTime) {
  OtlpCollector collector;
  collector.answer_with({{200, "", "{}", true}, {200, "", "{}", true}, {200, "", "{}", true}});
  auto options = options_for(collector.url());
  options.timeout = std::chrono::hours(1);
  options.patience.whole = std::chrono::hours(2);
  std::optional<Exporter> exporter(options);
  {
    Exporter::Writer writer(&*exporter);
    add(writer, 1);
    ASSERT_TRUE(eventually([&] { return collector.requests() == 1; }, long_enough));
    add(writer, 1);
  }
  exporter.reset();  // the test's own time limit is the judge
  EXPECT_EQ(collector.spans().size(), 0u);
}

TEST(Exporter, SaysItAllInMetrics) {
  OtlpCollector collector;
  Exporter exporter(options_for(collector.url()));
  Exporter::Writer writer(&exporter);
  add(writer, 7);
  ASSERT_TRUE(eventually([&] { return exporter.count(Fate::exported) == 7; }, long_enough));
  const auto text = exporter.prometheus("banyan_router");
  for (const char* line : {"banyan_router_trace_spans_total{result=\"exported\"} 7\n", "banyan_router_trace_spans_total{result=\"queue_full\"} 0\n",
                           "banyan_router_trace_export_failures_total 0\n", "banyan_router_trace_queued_spans 0\n"})
    EXPECT_THAT(text, ::testing::HasSubstr(line));
}

}  // namespace
}  // namespace banyan::tracing
