#include "analyzer/fact_store/store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <sqlite3.h>

namespace banyan::fact_store {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t kFuture = std::numeric_limits<std::int64_t>::max();

class StoreTest : public testing::Test {
 protected:
  StoreTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(testing::TempDir()) / (std::string("banyan_store_") + test->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    write("common.h", "int c;");
    write("own.h", "int o;");
    for (const char* name : {"a.cpp", "b.cpp"}) {
      write(name, name);
      units_.push_back({path(name), name, std::string("command of ") + name});
    }
  }
  ~StoreTest() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void write(const std::string& name, const std::string& content) { std::ofstream(path(name)) << content; }
  static std::string bytes(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  facts::UnitFacts facts_of(std::size_t unit) const {
    facts::UnitFacts facts;
    facts.main_file = units_[unit].main_file;
    for (const std::string& name : {facts.main_file, std::string("common.h")}) {
      facts::FileFacts file;
      file.path = name;
      file.words = {"word"};
      facts.files.push_back(file);
    }
    facts.files_read = {path(facts.main_file), path("common.h")};
    if (unit == 1) facts.files_read.push_back(path("own.h"));
    return facts;
  }

  void fill(const std::string& database, const std::vector<std::size_t>& order) {
    Store store(path(database));
    store.outdated(units_);
    for (const std::size_t i : order) store.put(units_[i], facts_of(i), kFuture);
    store.flush();
    store.close();
    Store::compact(path(database));
  }

  std::vector<std::size_t> outdated(const std::string& database) {
    return Store(path(database)).outdated(units_);
  }

  fs::path folder_;
  std::vector<Unit> units_;
};

TEST_F(StoreTest, KnowsWhatIsUpToDate) {
  EXPECT_THAT(outdated("db"), ElementsAre(0, 1));
  fill("db", {0, 1});
  EXPECT_THAT(outdated("db"), IsEmpty());
}

TEST_F(StoreTest, AChangedSourceMakesItsUnitOutOfDate) {
  fill("db", {0, 1});
  write("a.cpp", "changed");
  EXPECT_THAT(outdated("db"), ElementsAre(0));
}

TEST_F(StoreTest, TouchingASourceAsksForANewParse) {
  fill("db", {0, 1});
  fs::last_write_time(path("b.cpp"), fs::last_write_time(path("b.cpp")) + std::chrono::seconds(2));
  EXPECT_THAT(outdated("db"), ElementsAre(1));
}

TEST_F(StoreTest, AHeaderConcernsItsReadersOnlyAndOnlyByContent) {
  fill("db", {0, 1});
  fs::last_write_time(path("common.h"), fs::last_write_time(path("common.h")) + std::chrono::seconds(2));
  EXPECT_THAT(outdated("db"), IsEmpty());
  write("own.h", "changed");
  EXPECT_THAT(outdated("db"), ElementsAre(1));
  fs::remove(path("common.h"));
  EXPECT_THAT(outdated("db"), ElementsAre(0, 1));
}

TEST_F(StoreTest, AnotherCommandIsAnotherUnit) {
  fill("db", {0, 1});
  units_[0].digest = "other flags";
  EXPECT_THAT(outdated("db"), ElementsAre(0));
}

TEST_F(StoreTest, AFileChangedWhileItWasReadIsReadAgain) {
  {
    Store store(path("db"));
    store.put(units_[0], facts_of(0), 0);
    store.flush();
  }
  EXPECT_THAT(outdated("db"), ElementsAre(0, 1));
}

TEST_F(StoreTest, BytesDoNotDependOnOrderOrDetours) {
  fill("one", {0, 1});
  fill("two", {1, 0});
  EXPECT_EQ(bytes(path("one")), bytes(path("two")));
  fill("three", {1});
  fill("three", {0});
  EXPECT_EQ(bytes(path("one")), bytes(path("three")));
}

TEST_F(StoreTest, EqualFactsAreKeptOnce) {
  fill("db", {0, 1});
  Connection connection(path("db"));
  EXPECT_EQ(connection.number("SELECT count(*) FROM fact_blob"), 3);  // a.cpp, b.cpp and one common.h
}

TEST_F(StoreTest, ForgetsUnitsThatAreGone) {
  fill("db", {0, 1});
  {
    Store store(path("db"));
    EXPECT_FALSE(store.keep_only(units_));
    units_.pop_back();
    EXPECT_TRUE(store.keep_only(units_));
    EXPECT_EQ(store.load("/r", units_).program.files.size(), 2U);
  }
  Connection connection(path("db"));
  EXPECT_EQ(connection.number("SELECT count(*) FROM fact_file"), 2);
}

TEST_F(StoreTest, LoadsFactsAndFailures) {
  {
    Store store(path("db"));
    facts::UnitFacts broken = facts_of(1);
    broken.errors.push_back({{"b.cpp", 1, 1}, "bad", false});
    store.put(units_[0], facts_of(0), kFuture);
    store.put(units_[1], broken, kFuture);
    const Loaded loaded = store.load("/root", units_);
    EXPECT_EQ(loaded.units, 2U);
    EXPECT_EQ(loaded.program.files.size(), 3U);
    EXPECT_THAT(loaded.program.failed_units, ElementsAre("b.cpp"));
    ASSERT_EQ(loaded.failed.size(), 1U);
    EXPECT_EQ(loaded.failed[0].errors, broken.errors);
  }
}

TEST_F(StoreTest, RefusesWhatItDoesNotKnow) {
  fill("db", {0});
  {
    Connection connection(path("db"));
    connection.execute("PRAGMA user_version=99");
  }
  EXPECT_THROW(
      try { Store store(path("db")); } catch (const StoreError& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("newer banyan-analyze (schema 99"));
        throw;
      },
      StoreError);
  {
    Connection other(path("other"));
    other.execute("CREATE TABLE t(x)");
  }
  EXPECT_THROW(Store store(path("other")), StoreError);
  write("text", std::string(5000, 'x'));
  EXPECT_THROW(Store store(path("text")), StoreError);
}

}  // namespace
}  // namespace banyan::fact_store
