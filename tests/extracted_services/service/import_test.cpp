#include "extracted_services/service/import.hpp"

#include "extracted_services/service/idempotency.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

namespace banyan::service {
namespace {

const std::vector<TableCopy> copies{
    {"owners", "id, name", "SELECT id, name FROM people ORDER BY id"},
    {"pets", "id, owner, weight", "SELECT id, person, kilos FROM animals ORDER BY id", "animals"}};

struct ImportTest : testing::Test {
  support::TempDir dir;
  std::unique_ptr<store::Connection> monolith = store::open_writer(dir / "monolith.db");
  std::unique_ptr<store::Connection> own = store::open_writer(dir / "own.db");

  void SetUp() override {
    monolith->execute(
        "CREATE TABLE people(id INTEGER PRIMARY KEY, name TEXT);"
        "CREATE TABLE animals(id INTEGER PRIMARY KEY AUTOINCREMENT, person INTEGER, kilos REAL);"
        "INSERT INTO people VALUES (1, 'Ann'), (2, NULL);"
        "INSERT INTO animals VALUES (1, 1, 4.5), (9, 2, 7.25); DELETE FROM animals WHERE id = 9;");
    store::migrate(*own, "service", idempotency::migrations());
    own->execute(
        "CREATE TABLE owners(id INTEGER PRIMARY KEY, name TEXT);"
        "CREATE TABLE pets(id INTEGER PRIMARY KEY AUTOINCREMENT, owner INTEGER REFERENCES owners(id), weight "
        "REAL)");
  }
  std::int64_t run(bool replace = false) {
    const auto from = store::open_reader(dir / "monolith.db");
    std::int64_t rows = 0;
    for (const auto& [table, count] : import_tables(*from, *own, copies, replace)) rows += count;
    return rows;
  }
  std::string all() {
    auto row = own->query("SELECT group_concat(id || ':' || coalesce(name, 'null')) FROM owners");
    row.next();
    return row.text(0);
  }
};

TEST_F(ImportTest, CopiesValuesAsTheyAre) {
  EXPECT_EQ(run(), 3);
  EXPECT_EQ(all(), "1:Ann,2:null");
  auto pet = own->query("SELECT weight, typeof(weight) FROM pets");
  ASSERT_TRUE(pet.next());
  EXPECT_EQ(pet.real(0), 4.5);
  EXPECT_EQ(pet.text(1), "real");
}

TEST_F(ImportTest, GoesOnFromTheMonolithsCounter) {
  run();
  own->run("INSERT INTO pets(owner, weight) VALUES (1, 1.0)");
  EXPECT_EQ(own->last_insert_id(), 10);  // 9 was given away once
}

TEST_F(ImportTest, AgainBringsUpToDateAndDoublesNothing) {
  run();
  monolith->execute("UPDATE people SET name = 'Anna' WHERE id = 1; DELETE FROM people WHERE id = 2");
  EXPECT_EQ(run(), 2);
  EXPECT_EQ(all(), "1:Anna");
}

TEST_F(ImportTest, RefusesToUndoTheServicesOwnChanges) {
  run();
  own->run("UPDATE owners SET name = 'Mine' WHERE id = 1");
  EXPECT_THROW(run(), store::StoreError);
  EXPECT_EQ(all(), "1:Mine,2:null");
  EXPECT_EQ(run(true), 3);
  EXPECT_EQ(all(), "1:Ann,2:null");
}

TEST_F(ImportTest, AFailureChangesNothing) {
  run();
  monolith->execute("INSERT INTO animals VALUES (5, 77, 1.0)");  // an owner nobody knows
  EXPECT_THROW(run(), store::StoreError);
  EXPECT_EQ(all(), "1:Ann,2:null");
  monolith->execute("DROP TABLE animals");
  EXPECT_THROW(run(), store::StoreError);
  EXPECT_EQ(all(), "1:Ann,2:null");
}

}  // namespace
}  // namespace banyan::service
