#include "extracted_services/store/connection.hpp"

#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

namespace banyan::store {
namespace {

struct ConnectionTest : testing::Test {
  support::TempDir dir;
  std::filesystem::path file = dir / "one.db";
  std::unique_ptr<Connection> db = open_writer(file);
  void SetUp() override { db->execute("CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT UNIQUE)"); }
};

TEST_F(ConnectionTest, OpensWithTheSettingsTheServicesRelyOn) {
  const auto pragma = [&](const char* name) {
    auto row = db->query(std::string("PRAGMA ") + name);
    row.next();
    return row.text(0);
  };
  EXPECT_EQ(pragma("journal_mode"), "wal");
  EXPECT_EQ(pragma("synchronous"), "2");
  EXPECT_EQ(pragma("foreign_keys"), "1");
  EXPECT_EQ(pragma("recursive_triggers"), "1");
}

TEST_F(ConnectionTest, BindsAndReadsEveryType) {
  auto row = db->query("SELECT ?1, ?2, ?3, ?4, ?5", 7, "x", 1.5, std::optional<std::int64_t>(),
                       std::string("a\0b", 3));
  ASSERT_TRUE(row.next());
  EXPECT_EQ(row.integer(0), 7);
  EXPECT_EQ(row.text(1), "x");
  EXPECT_EQ(row.real(2), 1.5);
  EXPECT_EQ(row.maybe_integer(3), std::nullopt);
  EXPECT_EQ(row.text(4), std::string("a\0b", 3));
}

TEST_F(ConnectionTest, TheSameStatementCanRunInsideItself) {
  for (int i = 0; i < 3; ++i) db->run("INSERT INTO t(id) VALUES (?1)", i);
  int pairs = 0;
  auto outer = db->query("SELECT id FROM t ORDER BY id");
  while (outer.next()) {
    auto inner = db->query("SELECT id FROM t ORDER BY id");
    while (inner.next()) ++pairs;
  }
  EXPECT_EQ(pairs, 9);
}

TEST_F(ConnectionTest, ACachedStatementForgetsItsValuesAndItsError) {
  db->run("INSERT INTO t(id, name) VALUES (?1, ?2)", 1, "a");
  EXPECT_THROW(db->run("INSERT INTO t(id, name) VALUES (?1, ?2)", 2, "a"), SQLite::Exception);
  EXPECT_EQ(db->run("INSERT INTO t(id, name) VALUES (?1, ?2)", 3, "b"), 1);
  db->run("INSERT INTO t(id, name) VALUES (?1, ?2)", 4);
  auto row = db->query("SELECT name FROM t WHERE id = 4");
  ASSERT_TRUE(row.next());
  EXPECT_TRUE(row.is_null(0));
}

TEST_F(ConnectionTest, AHalfReadQueryDoesNotPinItsSnapshot) {
  db->run("INSERT INTO t(id) VALUES (1), (2)");
  const auto reader = open_reader(file);
  {
    ASSERT_TRUE(reader->query("SELECT id FROM t").next());
  }
  db->run("INSERT INTO t(id) VALUES (3)");
  auto count = reader->query("SELECT count(*) FROM t");
  ASSERT_TRUE(count.next());
  EXPECT_EQ(count.integer(0), 3);
}

TEST_F(ConnectionTest, ASavepointThatWasNotKeptLeavesNothing) {
  {
    Savepoint outer(*db, "outer");
    db->run("INSERT INTO t(id) VALUES (1)");
    {
      Savepoint inner(*db, "inner");
      db->run("INSERT INTO t(id) VALUES (2)");
    }
    outer.keep();
  }
  auto row = db->query("SELECT group_concat(id) FROM t");
  ASSERT_TRUE(row.next());
  EXPECT_EQ(row.text(0), "1");
  EXPECT_FALSE(db->in_transaction());
}

TEST_F(ConnectionTest, AReaderCannotWrite) {
  const auto reader = open_reader(file);
  EXPECT_THROW(reader->run("INSERT INTO t(id) VALUES (1)"), SQLite::Exception);
}

TEST_F(ConnectionTest, ASecondWriterIsRefusedAndToldWhoWrites) {
  try {
    open_writer(file);
    FAIL() << "two writers";
  } catch (const StoreError& error) {
    EXPECT_NE(std::string(error.what()).find("process " + std::to_string(::getpid())), std::string::npos)
        << error.what();
  }
  db.reset();
  EXPECT_NO_THROW(open_writer(file));
}

TEST(Opening, SaysWhatIsWrongWithTheFile) {
  const support::TempDir dir;
  EXPECT_THROW(open_reader(dir / "absent.db"), StoreError);
  EXPECT_FALSE(std::filesystem::exists(dir / "absent.db"));
  EXPECT_THROW(open_writer(dir / "no" / "such" / "folder.db"), StoreError);
  support::write_file(dir / "text.db", std::string(4096, 'x'));
  EXPECT_THROW(open_writer(dir / "text.db"), StoreError);
  EXPECT_THROW(open_reader(dir / "text.db"), StoreError);
}

}  // namespace
}  // namespace banyan::store
