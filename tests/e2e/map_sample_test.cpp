// The whole of `banyan-analyze map` on a copy of the sample monolith: contexts, second runs, incremental runs.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <filesystem>
#include <fstream>
#include <map>

#include "tests/e2e/sample_copy.hpp"
#include "tests/support/process.hpp"

namespace banyan::e2e {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

const std::string analyze = BANYAN_BINARY_DIR "/bin/banyan-analyze";

class MapSample : public testing::Test {
 protected:
  static const support::Output& first() { return SampleCopy::instance().first_map(); }
  static void SetUpTestSuite() { ASSERT_EQ(first().exit_code, 0) << first().err; }

  static fs::path source() { return SampleCopy::instance().source(); }
  static fs::path out() { return SampleCopy::instance().out(); }
  static support::Output map() { return SampleCopy::instance().map(); }
  static std::map<std::string, std::string> results() {
    std::map<std::string, std::string> files;
    for (const char* name : {"banyan.db", "contexts.json", "report.html", "router.yaml"}) {
      files[name] = support::read_file(out() / name);
    }
    return files;
  }
  static json::array rows(const std::string& sql) {
    const auto answer = support::run({analyze, "query", "-o", out(), "--sql", sql, "--format", "json"});
    EXPECT_EQ(answer.exit_code, 0) << answer.err;
    return json::parse(answer.out).as_array();
  }
};

TEST_F(MapSample, EveryUnitIsParsed) { EXPECT_NE(first().err.find("; 0 with errors"), std::string::npos) << first().err; }

TEST_F(MapSample, OrdersPaymentsAndInventoryKeepFourFifthsOfTheirFilesTogether) {
  for (const std::string module : {"orders", "payments", "inventory"}) {
    const auto counts = rows(
        "SELECT count(*) AS n FROM component_file f JOIN context_member m ON m.component = f.component "
        "WHERE f.path LIKE 'src/" + module + "/%' GROUP BY m.context ORDER BY n DESC");
    ASSERT_FALSE(counts.empty()) << module;
    std::int64_t all = 0;
    for (const auto& row : counts) all += row.at("n").to_number<std::int64_t>();
    const auto together = counts.front().at("n").to_number<std::int64_t>();
    EXPECT_GE(all, 5) << module;
    EXPECT_GE(together * 5, all * 4) << module << ": " << together << " of " << all << " files";
  }
}

TEST_F(MapSample, SecondRunParsesNothingAndWritesTheSameBytes) {
  const auto before = results();
  const auto second = map();
  EXPECT_EQ(second.exit_code, 0) << second.err;
  EXPECT_NE(second.err.find("0 of "), std::string::npos) << second.err;
  for (const auto& [name, bytes] : results()) {
    EXPECT_FALSE(bytes.empty()) << name;
    EXPECT_TRUE(bytes == before.at(name)) << name << " changed";
  }
}

TEST_F(MapSample, TouchingOneSourceParsesExactlyOneUnit) {
  const fs::path touched = source() / "src/orders/order_controller.cpp";
  fs::last_write_time(touched, fs::last_write_time(touched) + std::chrono::seconds(2));
  const auto again = map();
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_NE(again.err.find("\n1 of "), std::string::npos) << again.err;
}

TEST_F(MapSample, ChangedSourceGivesWhatAColdRunGives) {
  const fs::path changed = source() / "src/orders/order_controller.cpp";
  std::ofstream(changed, std::ios::app) << "\nnamespace shop::orders { int added_by_the_test() { return 7; } }\n";
  const auto again = map();
  EXPECT_NE(again.err.find("\n1 of "), std::string::npos) << again.err;
  const auto incremental = results();
  fs::remove_all(out());
  EXPECT_EQ(map().exit_code, 0);
  for (const auto& [name, bytes] : results()) EXPECT_TRUE(bytes == incremental.at(name)) << name;
}

}  // namespace
}  // namespace banyan::e2e
