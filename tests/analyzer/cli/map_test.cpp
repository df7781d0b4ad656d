// map on a small program: incremental runs, equal bytes, interruption, partial failure.
#include "tests/analyzer/cli/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <sqlite3.h>
#include <thread>

namespace banyan::cli::test {
namespace {

using testing::HasSubstr;

constexpr const char* kOutputs[] = {"banyan.db", "contexts.json", "report.html", "router.yaml"};

Sandbox sandbox() { return Sandbox(testing::UnitTest::GetInstance()->current_test_info()->name()); }

std::vector<std::string> outputs(const Sandbox& box, const std::string& folder) {
  std::vector<std::string> out;
  for (const char* name : kOutputs) out.push_back(box.read(folder + "/" + name));
  return out;
}

std::int64_t units_on_file(const Sandbox& box) {
  sqlite3* db = nullptr;
  sqlite3_stmt* statement = nullptr;
  std::int64_t count = 0;
  const std::string path = (box.folder / "o/banyan.db").string();
  if (sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK &&
      sqlite3_prepare_v2(db, "SELECT count(*) FROM fact_unit", -1, &statement, nullptr) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW)
    count = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return count;
}

TEST(Map, ASecondRunParsesNothingAndChangesNoByte) {
  const Sandbox box = sandbox();
  const Finished first = box.run({"map", "-o", "o", "-j", "2"});
  ASSERT_EQ(first.status, 0) << first.err;
  EXPECT_THAT(first.err, HasSubstr("3 of 3 units parsed"));
  EXPECT_EQ(first.out, "");
  const auto before = outputs(box, "o");
  for (const std::string& content : before) EXPECT_FALSE(content.empty());
  const Finished second = box.run({"map", "-o", "o"});
  EXPECT_EQ(second.status, 0) << second.err;
  EXPECT_THAT(second.err, HasSubstr("0 of 3 units parsed"));
  EXPECT_EQ(outputs(box, "o"), before);
}

TEST(Map, AnExplicitRootLeavesOutTheUnitsOutsideIt) {
  const Sandbox box = sandbox();
  box.write("src/shop/cart.cpp", "int cart() { return 1; }\n");
  box.write("src/shopping.cpp", "int shopping() { return 1; }\n");
  box.database({"orders.cpp", "shop/cart.cpp", "shopping.cpp"});
  const Finished result = box.run({"map", "-o", "o", "--root", "src/shop/"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, HasSubstr("2 units lie outside --root and are left out"));
  EXPECT_THAT(result.err, HasSubstr("1 of 1 units parsed"));
  const Finished none = box.run({"map", "-o", "o", "--root", "build"});
  EXPECT_EQ(none.status, 2);
  EXPECT_THAT(none.err, HasSubstr("none of the 3 units lies under --root"));
}

TEST(Map, OneChangedSourceIsOneUnitAndAHeaderItsReaders) {
  const Sandbox box = sandbox();
  ASSERT_EQ(box.run({"map", "-o", "o"}).status, 0);
  box.write("src/stock.cpp", "#include \"shop.h\"\nvoid take() { run(\"UPDATE stock SET n = n - 2\"); }\n");
  EXPECT_THAT(box.run({"map", "-o", "o"}).err, HasSubstr("1 of 3 units parsed"));
  box.write("src/shop.h", box.read("src/shop.h") + "int more();\n");
  EXPECT_THAT(box.run({"map", "-o", "o"}).err, HasSubstr("2 of 3 units parsed"));
  ASSERT_EQ(box.run({"map", "-o", "cold", "-j", "1"}).status, 0);
  EXPECT_EQ(outputs(box, "o"), outputs(box, "cold")) << "incremental and cold results differ";
}

TEST(Map, TheOrderOfTheDatabaseDoesNotShow) {
  const Sandbox box = sandbox();
  ASSERT_EQ(box.run({"map", "-o", "one", "-j", "2"}).status, 0);
  box.database({"alone.cpp", "stock.cpp", "orders.cpp"});
  ASSERT_EQ(box.run({"map", "-o", "two", "-j", "1"}).status, 0);
  EXPECT_EQ(outputs(box, "one"), outputs(box, "two"));
}

TEST(Map, UnitsThatAreGoneAreForgotten) {
  const Sandbox box = sandbox();
  ASSERT_EQ(box.run({"map", "-o", "o"}).status, 0);
  box.database({"orders.cpp", "alone.cpp"});
  EXPECT_EQ(box.run({"map", "-o", "o"}).status, 0);
  ASSERT_EQ(box.run({"map", "-o", "cold"}).status, 0);
  EXPECT_EQ(outputs(box, "o"), outputs(box, "cold"));
}

// Enough units that the run is still going when the first is on file.
void many_units(const Sandbox& box) {
  std::vector<std::string> sources;
  for (int i = 0; i < 30; ++i) {
    sources.push_back("u" + std::to_string(i) + ".cpp");
    box.write("src/" + sources.back(), "#include \"shop.h\"\n#include <map>\nvoid f" + std::to_string(i) +
                                           "() { run(\"SELECT n FROM stock\"); }\n");
  }
  box.database(sources);
}

// True when some units were on file before the deadline.
bool wait_for_units(const Sandbox& box) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < deadline) {
    if (units_on_file(box) > 0) return true;
    std::this_thread::yield();
  }
  return false;
}

TEST(Map, GoesOnAfterBeingKilledAndEndsWithTheSameBytes) {
  const Sandbox box = sandbox();
  many_units(box);
  const pid_t process = box.start({"map", "-o", "o", "-j", "1"});
  EXPECT_TRUE(wait_for_units(box));
  kill(process, SIGKILL);
  EXPECT_EQ(box.wait(process).status, 128 + SIGKILL);
  const Finished resumed = box.run({"map", "-o", "o"});
  EXPECT_EQ(resumed.status, 0) << resumed.err;
  EXPECT_THAT(resumed.err, testing::Not(HasSubstr("30 of 30 units parsed")));
  ASSERT_EQ(box.run({"map", "-o", "cold"}).status, 0);
  EXPECT_EQ(outputs(box, "o"), outputs(box, "cold"));
}

TEST(Map, CtrlCSavesWhatIsDone) {
  const Sandbox box = sandbox();
  many_units(box);
  const pid_t process = box.start({"map", "-o", "o", "-j", "1"});
  EXPECT_TRUE(wait_for_units(box));
  kill(process, SIGINT);
  const Finished stopped = box.wait(process);
  EXPECT_EQ(stopped.status, 130) << stopped.err;
  EXPECT_THAT(stopped.err, HasSubstr("units parsed and saved; the same command goes on from there"));
  EXPECT_GT(units_on_file(box), 0);
}

TEST(Map, FewFailuresAreListedManyEndWithThree) {
  const Sandbox box = sandbox();
  box.write("src/alone.cpp", "#include \"gone.h\"\nint alone() { return 1; }\n");
  const Finished third = box.run({"map", "-o", "o"});
  EXPECT_EQ(third.status, 3) << "a third of the units failed";
  EXPECT_THAT(third.err, HasSubstr("src/alone.cpp:1:10: 'gone.h' file not found"));
  EXPECT_FALSE(box.read("o/report.html").empty()) << "the report is made all the same";
  EXPECT_EQ(box.run({"map", "-o", "o", "--max-failed-tus", "50"}).status, 0);
}

TEST(Map, WorksWithoutADatabase) {
  const Sandbox box = sandbox();
  const Finished result = box.run({"map", "-o", "o", "src/orders.cpp", "src/alone.cpp", "--", "-std=c++20"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("2 of 2 units parsed"));
}

TEST(Map, ChecksItsOutputFolderFirst) {
  const Sandbox box = sandbox();
  box.write("file", "");
  const Finished result = box.run({"map", "-o", "file/o"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("cannot write into the output folder 'file/o'"));
}

TEST(Map, ProgressForProgramsIsJsonLines) {
  const Sandbox box = sandbox();
  const Finished result = box.run({"map", "-o", "o", "--quiet", "--progress=json"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, HasSubstr("\"done\":3"));
}

}  // namespace
}  // namespace banyan::cli::test
