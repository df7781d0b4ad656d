// The sample monolith with a tenth and with a third of its units broken: nothing vanishes without a word. It leaves the
// copy broken: the last of its program.
#include "tests/e2e/sample_copy.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <algorithm>
#include <filesystem>
#include <random>
#include <set>

namespace banyan::e2e {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

const std::string analyze_program = BANYAN_BINARY_DIR "/bin/banyan-analyze";

// Breaks a source the n-th way: a header that is gone, braces too many, half a string, misspelt words, #error.
std::string broken(std::string text, std::size_t way) {
  const auto include = text.find("#include \"");
  const auto insert_at = [&](std::size_t at, const char* what) { return text.insert(at == std::string::npos ? 0 : at, what); };
  switch (way % 5) {
    case 0:
      if (include != std::string::npos) text.insert(include, "#include \"gone/away.hpp\"\n");
      return text;
    case 1: return insert_at(text.find("{\n", text.size() / 3), "\n}}}}\n");
    case 2: return insert_at(text.find('\n', text.size() / 2), "\n\"unterminated\n");
    case 3: return insert_at(text.find(";\n", text.size() / 4), " retrun x");  // no ; of a string
    default: return "#error broken\n" + text;
  }
}

class BrokenUnits : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(map().exit_code, 0);
    for (const auto& file : fs::recursive_directory_iterator(source() / "src"))
      if (file.path().extension() == ".cpp") units_.push_back(file.path());
    std::sort(units_.begin(), units_.end());
    std::mt19937 random(5);
    std::shuffle(units_.begin(), units_.end(), random);
    known_ = findings();
  }

  fs::path source() const { return SampleCopy::instance().source(); }
  fs::path out() const { return SampleCopy::instance().out(); }
  support::Output map() const { return SampleCopy::instance().map("-v"); }
  json::array rows(const std::string& sql) const {
    return json::parse(support::run({analyze_program, "query", "-o", out(), "--sql", sql, "--format", "json"}).out).as_array();
  }
  std::set<std::string> findings() const {
    std::set<std::string> all;
    for (const auto& row : rows("SELECT title FROM finding")) all.insert(row.at("title").as_string().c_str());
    return all;
  }
  void break_up_to(std::size_t count) {
    for (; broken_ < count; ++broken_)
      support::write_file(units_[broken_], broken(support::read_file(units_[broken_]), broken_));
  }
  std::string relative(const fs::path& unit) const { return fs::relative(unit, source()).string(); }

  void expect_nothing_vanishes_silently(const support::Output& run) const {
    for (std::size_t i = 0; i < broken_; ++i)
      EXPECT_NE(run.err.find("  failed: " + relative(units_[i]) + "\n"), std::string::npos) << relative(units_[i]);
    EXPECT_EQ(rows("SELECT file FROM failed_unit").size(), broken_);
    const auto now = findings();
    for (const std::string& title : known_) {
      const bool told = run.err.find("  " + title) != std::string::npos;
      EXPECT_TRUE(now.contains(title) || told) << title;
    }
    const std::string page = support::read_file(out() / "report.html");
    const std::string coverage =
        std::to_string(units_.size() - broken_) + " of " + std::to_string(units_.size());
    EXPECT_NE(page.find(coverage), std::string::npos) << coverage;
  }

  std::vector<fs::path> units_;
  std::set<std::string> known_;
  std::size_t broken_ = 0;
};

TEST_F(BrokenUnits, AreListedAndTakeNoFindingAlongInSilence) {
  break_up_to(units_.size() / 10);
  const auto tenth = map();
  EXPECT_EQ(tenth.exit_code, 0) << tenth.err;
  expect_nothing_vanishes_silently(tenth);

  known_ = findings();
  break_up_to(units_.size() * 3 / 10);
  const auto third = map();
  EXPECT_EQ(third.exit_code, 3) << third.err;
  EXPECT_NE(third.err.find("--max-failed-tus"), std::string::npos);
  expect_nothing_vanishes_silently(third);
  EXPECT_LT(findings().size(), known_.size()) << "this test wants findings that go";
}

}  // namespace
}  // namespace banyan::e2e
