#include "extracted_services/store/migrations.hpp"

#include "tests/support/process.hpp"

#include <gtest/gtest.h>

namespace banyan::store {
namespace {

const std::vector<Migration> first_schema{{1, "one", "CREATE TABLE a(x)"}};
const std::vector<Migration> both{{1, "one", "CREATE TABLE a(x)"},
                                  {2, "two", "CREATE TABLE b(x); CREATE TABLE c(x)"}};

struct MigrationsTest : testing::Test {
  support::TempDir dir;
  std::unique_ptr<Connection> db = open_writer(dir / "one.db");
  bool has(const char* table) {
    return db->query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1", table).next();
  }
};

TEST_F(MigrationsTest, AppliesEachOnceAndInOrder) {
  EXPECT_EQ(migrate(*db, "x", first_schema), 1);
  EXPECT_EQ(migrate(*db, "x", both), 1);
  EXPECT_EQ(migrate(*db, "x", both), 0);
  EXPECT_TRUE(has("c"));
}

TEST_F(MigrationsTest, OwnersDoNotDisturbEachOther) {
  migrate(*db, "x", both);
  const std::vector<Migration> other{{1, "other", "CREATE TABLE d(x)"}};
  EXPECT_EQ(migrate(*db, "y", other), 1);
  EXPECT_TRUE(has("d"));
}

TEST_F(MigrationsTest, OneThatFailsLeavesNothingOfItsRun) {
  const std::vector<Migration> broken{{1, "one", "CREATE TABLE a(x)"},
                                      {2, "two", "CREATE TABLE b(x); CREATE NONSENSE"}};
  EXPECT_THROW(migrate(*db, "x", broken), StoreError);
  EXPECT_FALSE(has("a"));
  EXPECT_FALSE(has("b"));
  EXPECT_EQ(migrate(*db, "x", both), 2);
}

TEST_F(MigrationsTest, AnEditedOneIsRefused) {
  migrate(*db, "x", first_schema);
  const std::vector<Migration> edited{{1, "one", "CREATE TABLE a(x, y)"}};
  EXPECT_THROW(migrate(*db, "x", edited), StoreError);
}

TEST_F(MigrationsTest, AFileOfANewerProgramIsRefused) {
  migrate(*db, "x", both);
  EXPECT_THROW(migrate(*db, "x", first_schema), StoreError);
}

}  // namespace
}  // namespace banyan::store
