#include "extracted_services/store/write_queue.hpp"

#include "extracted_services/store/store.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <future>

namespace banyan::store {
namespace {

struct WriteQueueTest : testing::Test {
  support::TempDir dir;
  std::filesystem::path file = dir / "one.db";

  std::unique_ptr<Connection> opened() {
    auto db = open_writer(file);
    db->execute("CREATE TABLE IF NOT EXISTS t(id INTEGER PRIMARY KEY)");
    return db;
  }
  static Work insert(int id) {
    return [id](Connection& db) { db.run("INSERT INTO t(id) VALUES (?1)", id); };
  }
  std::int64_t rows() {
    const auto reader = open_reader(file);
    auto row = reader->query("SELECT count(*) FROM t");
    row.next();
    return row.integer(0);
  }
};

// Holds the database thread until it is let go, so that what is submitted meanwhile forms one group.
struct Gate {
  std::promise<void> entered, open;
  std::shared_future<void> opened = open.get_future().share();
  Work work() {
    return [this](Connection&) {
      entered.set_value();
      opened.wait();
    };
  }
};

const Done ignore = [](std::exception_ptr) {};

TEST_F(WriteQueueTest, WhatWaitsTogetherIsCommittedTogether) {
  WriteQueue queue(opened());
  Gate gate;
  ASSERT_TRUE(queue.submit(gate.work(), ignore));
  gate.entered.get_future().wait();
  std::atomic<int> done = 0;
  for (int i = 0; i < 100; ++i)
    ASSERT_TRUE(queue.submit(insert(i), [&](std::exception_ptr error) { done += error ? 0 : 1; }));
  gate.open.set_value();
  queue.stop();
  EXPECT_EQ(done, 100);
  EXPECT_EQ(queue.stats().commits, 2u);  // the gate's and the group's
  EXPECT_EQ(queue.stats().writes, 101u);
  EXPECT_EQ(rows(), 100);
}

TEST_F(WriteQueueTest, OneThatFailsLeavesItsNeighboursAlone) {
  WriteQueue queue(opened());
  Gate gate;
  ASSERT_TRUE(queue.submit(gate.work(), ignore));
  gate.entered.get_future().wait();
  std::vector<bool> kept;
  const Done note = [&](std::exception_ptr error) { kept.push_back(!error); };
  ASSERT_TRUE(queue.submit(insert(1), note));
  const Work two_then_throw = [](Connection& db) {
    db.run("INSERT INTO t(id) VALUES (2)");
    throw std::runtime_error("no");
  };
  ASSERT_TRUE(queue.submit(two_then_throw, note));
  ASSERT_TRUE(queue.submit(insert(1), note));  // the key is taken
  ASSERT_TRUE(queue.submit(insert(3), note));
  gate.open.set_value();
  queue.stop();
  EXPECT_EQ(kept, (std::vector<bool>{true, false, false, true}));
  EXPECT_EQ(rows(), 2);
  EXPECT_EQ(queue.stats().failed, 2u);
}

TEST_F(WriteQueueTest, WhoRollsTheTransactionBackTakesTheGroupWithItAndEverybodyHearsIt) {
  WriteQueue queue(opened());
  Gate gate;
  ASSERT_TRUE(queue.submit(gate.work(), ignore));
  gate.entered.get_future().wait();
  int kept = 0, lost = 0;
  const Done note = [&](std::exception_ptr error) { ++(error ? lost : kept); };
  ASSERT_TRUE(queue.submit(insert(1), note));
  ASSERT_TRUE(queue.submit([](Connection& db) { db.run("ROLLBACK"); }, note));
  ASSERT_TRUE(queue.submit(insert(2), note));
  gate.open.set_value();
  queue.stop();
  EXPECT_EQ(lost, 3);
  EXPECT_EQ(kept, 0);
  EXPECT_EQ(rows(), 0);
}

TEST_F(WriteQueueTest, DoneMeansCommitted) {
  WriteQueue queue(opened());
  std::promise<std::int64_t> seen;
  ASSERT_TRUE(queue.submit(insert(1), [&](std::exception_ptr) { seen.set_value(rows()); }));
  EXPECT_EQ(seen.get_future().get(), 1);
}

TEST_F(WriteQueueTest, AFullQueueRefusesAtOnce) {
  WriteQueue queue(opened(), {.queued = 2, .group = 8});
  Gate gate;
  ASSERT_TRUE(queue.submit(gate.work(), ignore));
  gate.entered.get_future().wait();
  EXPECT_TRUE(queue.submit(insert(1), ignore));
  EXPECT_TRUE(queue.submit(insert(2), ignore));
  EXPECT_FALSE(queue.submit(insert(3), ignore));
  gate.open.set_value();
  queue.stop();
  EXPECT_FALSE(queue.submit(insert(4), ignore));
  EXPECT_EQ(rows(), 2);
}

TEST_F(WriteQueueTest, AReadSeesOneSnapshotWhateverIsCommittedMeanwhile) {
  Store store(file, opened());
  std::promise<void> counted, go_on;
  std::promise<std::pair<std::int64_t, std::int64_t>> counts;
  const auto count = [](Connection& db) {
    auto row = db.query("SELECT count(*) FROM t");
    row.next();
    return row.integer(0);
  };
  auto may_go_on = go_on.get_future().share();
  ASSERT_TRUE(store.read(
      [&, may_go_on](Connection& db) {
        const auto before = count(db);
        counted.set_value();
        may_go_on.wait();
        counts.set_value({before, count(db)});
      },
      ignore));
  counted.get_future().wait();
  std::promise<void> written;
  ASSERT_TRUE(store.write(insert(1), [&](std::exception_ptr) { written.set_value(); }));
  written.get_future().wait();
  go_on.set_value();
  EXPECT_EQ(counts.get_future().get(), std::make_pair(std::int64_t{0}, std::int64_t{0}));
  store.stop();
  EXPECT_EQ(rows(), 1);
}

TEST_F(WriteQueueTest, StoppingLeavesOneFileWithoutALog) {
  {
    Store store(file, opened());
    ASSERT_TRUE(store.write(insert(1), ignore));
    store.stop();
  }
  EXPECT_FALSE(std::filesystem::exists(file.string() + "-wal"));
}

}  // namespace
}  // namespace banyan::store
