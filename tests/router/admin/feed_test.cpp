#include "router/admin/feed.hpp"
#include "router/admin/window.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace banyan::admin {
namespace {

struct Watched {
  std::string state = "{}";
  std::int64_t now_ms = 1000;
  int built = 0;
  Feed feed{[this] { return ++built, state; }, [this] { return now_ms; }};
};

TEST(Feed, BuildsOnceAnIntervalAndChangesItsIdWithTheStateOnly) {
  Watched watched;
  const Frame first = watched.feed.look();
  EXPECT_EQ(watched.feed.look().id, first.id);
  EXPECT_EQ(watched.built, 1);
  watched.now_ms += 1000;
  const Frame same = watched.feed.look();
  EXPECT_EQ(watched.built, 2);
  EXPECT_EQ(same.id, first.id);
  EXPECT_EQ(same.at_ms, 2000);
  watched.state = R"({"a":1})";
  watched.now_ms += 1000;
  EXPECT_NE(watched.feed.look().id, first.id);
  watched.now_ms = 5;  // a clock that was set back
  EXPECT_EQ(watched.feed.look().at_ms, 5);
}

TEST(Feed, WhoeverFindsItBuildingGetsTheOneBefore) {
  std::mutex gate;
  std::atomic<bool> inside{false}, hold{false};
  std::int64_t now_ms = 0;
  Feed feed(
      [&] {
        if (hold) {
          inside = true;
          const std::lock_guard wait(gate);
        }
        return std::string("{}");
      },
      [&] { return now_ms; });
  const Frame before = feed.look();
  gate.lock();
  hold = true;
  now_ms = 5000;
  std::thread builder([&] { feed.look(); });
  while (!inside) std::this_thread::yield();
  EXPECT_EQ(feed.look().at_ms, before.at_ms);  // does not wait
  gate.unlock();
  builder.join();
  EXPECT_EQ(feed.look().at_ms, 5000);
}

TEST(Feed, AnEventIsTheStateOrThatNothingChanged) {
  const Frame frame{"r-2", std::make_shared<const std::string>(R"({"a":1})"), 7};
  EXPECT_EQ(event_text(frame, "r-1"), "event: state\nid: r-2\ndata: {\"at_ms\":7,\"state\":{\"a\":1}}\n\n");
  EXPECT_EQ(event_text(frame, "r-2"), "event: same\ndata: {\"at_ms\":7}\n\n");
}

cutover::Numbers requests(std::uint64_t fresh) {
  cutover::Numbers numbers;
  numbers.fresh.requests = fresh;
  return numbers;
}

TEST(Window, CountsTheLastHalfMinuteToMinute) {
  Window window(0);
  EXPECT_EQ(window.take({{"a", requests(5)}}, 10'000).numbers.at("a").fresh.requests, 5u);
  window.take({{"a", requests(30)}}, 30'000);
  window.take({{"a", requests(60)}}, 60'000);
  const Recent recent = window.take({{"a", requests(75)}, {"b", requests(2)}}, 75'000);
  EXPECT_EQ(recent.seconds, 45);
  EXPECT_EQ(recent.numbers.at("a").fresh.requests, 45u);
  EXPECT_EQ(recent.numbers.at("b").fresh.requests, 2u);
}

TEST(Window, QuantilesAreUpperEndsOfBuckets) {
  const auto end = [](std::size_t i) -> std::uint64_t { return 10 * (i + 1); };
  EXPECT_EQ(quantile_us({90, 9, 1}, 0.5, end), 10u);
  EXPECT_EQ(quantile_us({90, 9, 1}, 0.99, end), 20u);
  EXPECT_EQ(quantile_us({90, 9, 1}, 1.0, end), 30u);
  EXPECT_EQ(quantile_us({}, 0.5, end), 0u);
}

}  // namespace
}  // namespace banyan::admin
