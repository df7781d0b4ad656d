#include "extracted_services/outbox/outbox.hpp"

#include "extracted_services/store/store.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <map>
#include <thread>

namespace banyan::outbox {
namespace {

Event event_of(const std::string& key, int n = 0) {
  return {"banyan.test.counted.v1", key, "{\"n\":" + std::to_string(n) + "}", "", ""};
}

std::unique_ptr<store::Connection> opened(const std::filesystem::path& file) {
  auto db = store::open_writer(file);
  store::migrate(*db, "outbox", migrations("test"));
  return db;
}

struct OutboxTest : testing::Test {
  support::TempDir dir;
  std::unique_ptr<store::Connection> db = opened(dir / "one.db");

  std::vector<std::int64_t> positions(const Limits& limits = {}) {
    std::vector<std::int64_t> all;
    for (const auto& row : waiting(*db, limits)) all.push_back(row.position);
    return all;
  }
};

TEST_F(OutboxTest, EachKeyCountsForItself) {
  EXPECT_EQ(append(*db, event_of("a")), 1);
  EXPECT_EQ(append(*db, event_of("b")), 1);
  EXPECT_EQ(append(*db, event_of("a")), 2);
  const auto rows = waiting(*db, {});
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[2].event.key, "a");
  EXPECT_EQ(rows[2].sequence, 2);
  EXPECT_NE(rows[0].event.time, "");
}

TEST_F(OutboxTest, AnUndoneChangeLeavesNoEventAndNoGap) {
  append(*db, event_of("a"));
  {
    store::Savepoint undone(*db, "undone");
    append(*db, event_of("a"));
  }
  EXPECT_EQ(append(*db, event_of("a")), 2);
  EXPECT_EQ(positions().size(), 2u);
}

TEST_F(OutboxTest, WhatIsNotAnEventIsRefusedBeforeItIsStored) {
  auto bad = event_of("a");
  bad.data = "not json";
  EXPECT_THROW(append(*db, bad), std::invalid_argument);
  EXPECT_TRUE(positions().empty());
  EXPECT_EQ(append(*db, event_of("a")), 1);
}

TEST_F(OutboxTest, ABrokenTraceparentCostsTheTraceAndNotTheChange) {
  auto event = event_of("a");
  event.traceparent = "00-zz";
  append(*db, event);
  EXPECT_EQ(waiting(*db, {})[0].event.traceparent, "");
}

TEST_F(OutboxTest, BatchesAreBoundedByRowsAndByBytes) {
  for (int i = 0; i < 10; ++i) append(*db, event_of("k" + std::to_string(i), i));
  EXPECT_EQ(positions({.rows = 3, .bytes = 1000}).size(), 3u);
  EXPECT_EQ(positions({.rows = 100, .bytes = 15}).size(), 2u);
  EXPECT_EQ(positions({.rows = 100, .bytes = 1}).size(), 1u);  // else a large one would never leave
}

TEST_F(OutboxTest, ForgettingRemovesExactlyWhatWasSent) {
  for (int i = 0; i < 4; ++i) append(*db, event_of("a", i));
  auto sent = positions();
  sent.erase(sent.begin() + 1);  // as if the second had become visible only after the batch was read
  forget(*db, sent);
  EXPECT_EQ(positions(), std::vector<std::int64_t>{2});
  EXPECT_EQ(progress(*db).forwarded, 4);
  EXPECT_EQ(progress(*db).total, 3);
  forget(*db, sent);  // a relay that died before it knew asks again
  EXPECT_EQ(progress(*db).total, 3);
}

TEST_F(OutboxTest, PositionsAreNotGivenTwiceWhenTheOutboxRanEmpty) {
  append(*db, event_of("a"));
  forget(*db, positions());
  append(*db, event_of("a"));
  EXPECT_EQ(positions(), std::vector<std::int64_t>{2});
}

TEST_F(OutboxTest, TheProducerOutlivesRestartsButNotItsFile) {
  const auto name = producer(*db);
  EXPECT_EQ(name.rfind("urn:banyan:test:", 0), 0u);
  db.reset();
  db = opened(dir / "one.db");
  EXPECT_EQ(producer(*db), name);
  EXPECT_NE(producer(*opened(dir / "two.db")), name);
}

// Many threads commit changes, some of which are undone, while a relay reads and forgets all the time.
TEST_F(OutboxTest, NothingIsSkippedWhileManyThreadsCommit) {
  db.reset();
  const auto file = dir / "one.db";
  store::Store store(file, opened(file));
  std::atomic<int> done = 0;
  constexpr int threads = 4, each = 150;
  std::vector<std::thread> writers;
  for (int t = 0; t < threads; ++t)
    writers.emplace_back([&, t] {
      for (int i = 0; i < each; ++i) {
        const auto work = [=](store::Connection& writer) {
          append(writer, event_of("k" + std::to_string(i % 7), t * each + i));
          if (i % 5 == 0) throw std::runtime_error("undone");
        };
        while (!store.write(work, [&](std::exception_ptr) { ++done; })) support::pause_briefly();
      }
    });
  std::map<std::string, std::vector<std::int64_t>> seen;
  const auto reader = store::open_reader(file);
  const auto relay = [&] {
    const auto rows = waiting(*reader, {.rows = 16, .bytes = 1 << 20});
    std::vector<std::int64_t> sent;
    for (const auto& row : rows) {
      seen[row.event.key].push_back(row.sequence);
      sent.push_back(row.position);
    }
    std::promise<void> forgotten;
    ASSERT_TRUE(store.write([&](store::Connection& writer) { forget(writer, sent); },
                            [&](std::exception_ptr) { forgotten.set_value(); }));
    forgotten.get_future().wait();
  };
  while (done < threads * each) relay();
  for (auto& writer : writers) writer.join();
  while (!waiting(*reader, {}).empty()) relay();
  std::size_t total = 0;
  for (const auto& [key, sequences] : seen)
    for (std::size_t i = 0; i < sequences.size(); ++i, ++total)
      ASSERT_EQ(sequences[i], static_cast<std::int64_t>(i) + 1) << key;
  EXPECT_EQ(total, std::size_t{threads * each * 4 / 5});
}

}  // namespace
}  // namespace banyan::outbox
