// report on what map wrote: where documents go, that nothing is parsed, and what is said about mistakes.
#include "tests/analyzer/cli/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::cli::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Report : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(box_.run({"map", "-o", "o", "-q"}).status, 0); }
  Sandbox box_{std::string("report_") + testing::UnitTest::GetInstance()->current_test_info()->name()};
};

TEST_F(Report, OneFormatGoesToStandardOutputAndNeedsNoSources) {
  std::filesystem::remove_all(box_.folder / "src");
  std::filesystem::remove_all(box_.folder / "build");
  const Finished sarif = box_.run({"report", "-o", "o", "-T", "sarif"});
  EXPECT_EQ(sarif.status, 0) << sarif.err;
  EXPECT_THAT(sarif.out, HasSubstr("\"version\": \"2.1.0\""));
  EXPECT_EQ(box_.run({"report", "-o", "o", "-T", "json"}).out, box_.read("o/contexts.json"));
  EXPECT_EQ(box_.run({"report", "-o", "o", "-T", "html"}).out, box_.read("o/report.html"));
}

TEST_F(Report, SeveralFormatsBecomeFilesTheSameEveryTime) {
  const std::vector<std::string> words{"report",
                                       "-o",
                                       "o",
                                       "-T",
                                       "dot,graphml,mermaid,csv",
                                       "-T",
                                       "structurizr,cml,openapi,backstage,json",
                                       "--to",
                                       "out/deep"};
  const Finished first = box_.run(words);
  ASSERT_EQ(first.status, 0) << first.err;
  EXPECT_EQ(first.out, "");
  std::vector<std::string> texts;
  for (const char* name : {"contexts.dot", "graph.graphml", "contexts.mmd", "dsm.csv", "workspace.dsl",
                           "contexts.cml", "openapi.json", "catalog-info.yaml", "contexts.json"}) {
    EXPECT_THAT(first.err, HasSubstr(std::string("written: out/deep/") + name));
    texts.push_back(box_.read(std::string("out/deep/") + name));
    EXPECT_FALSE(texts.back().empty()) << name;
  }
  ASSERT_EQ(box_.run(words).status, 0);
  EXPECT_EQ(box_.read("out/deep/catalog-info.yaml"), texts[7]);
  EXPECT_THAT(texts[0], StartsWith("digraph"));
  EXPECT_THAT(texts[0], HasSubstr("c0"));
}

TEST_F(Report, MistakesAreNamedWithTheNearestOrTheWayOut) {
  const Finished misspelt = box_.run({"report", "-o", "o", "-T", "dot,srif"});
  EXPECT_EQ(misspelt.status, 2);
  EXPECT_THAT(misspelt.err, HasSubstr("did you mean 'sarif'?"));
  const Finished none = box_.run({"report", "-o", "o"});
  EXPECT_EQ(none.status, 2);
  EXPECT_THAT(none.err, HasSubstr("the formats are: json html sarif"));
  const Finished nowhere = box_.run({"report", "-o", "nowhere", "-T", "dot"});
  EXPECT_EQ(nowhere.status, 2);
  EXPECT_THAT(nowhere.err, HasSubstr("banyan-analyze map -o nowhere"));
  EXPECT_EQ(box_.run({"report", "--list"}).status, 0);
}

TEST_F(Report, AFolderThatCannotBeMadeIsAnError) {
  box_.write("file", "in the way");
  const Finished finished = box_.run({"report", "-o", "o", "-T", "dot", "--to", "file/below"});
  EXPECT_EQ(finished.status, 2);
  EXPECT_THAT(finished.err, HasSubstr("cannot make the folder 'file/below'"));
}

}  // namespace
}  // namespace banyan::cli::test
