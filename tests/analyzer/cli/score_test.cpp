// score on a small program: the table, JSON, and what is said about bad input.
#include "tests/analyzer/cli/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::cli::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class Score : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(box.run({"map", "-o", "o", "-q"}).status, 0);
    box.write("truth.rsf", "contain shop src/orders.cpp\ncontain shop src/stock.cpp\ncontain other src/alone.cpp\n");
  }
  Sandbox box{testing::UnitTest::GetInstance()->current_test_info()->name()};
};

TEST_F(Score, PrintsEveryTierBesideTheTrivialRows) {
  const Finished done = box.run({"score", "-o", "o", "--truth", "truth.rsf"});
  ASSERT_EQ(done.status, 0) << done.err;
  for (const char* row : {"t0   contexts", "t1   contexts", "t2   contexts", "folder copy", "one group", "singletons",
                          "connected components"})
    EXPECT_THAT(done.out, HasSubstr(row));
  EXPECT_THAT(done.err, HasSubstr("3 files scored, in 2 groups"));
}

TEST_F(Score, ItsOwnContextsScoreFull) {
  const Finished done =
      box.run({"score", "-o", "o", "--truth", "o/contexts.json", "--tier", "t2", "--format", "json"});
  ASSERT_EQ(done.status, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("\"moved_percent\": 0,"));
  EXPECT_THAT(done.out, HasSubstr("\"tier\": \"t2\""));
  EXPECT_THAT(done.out, Not(HasSubstr("\"tier\": \"t1\"")));
}

TEST_F(Score, RsfOfOneTierIsATruthFile) {
  const Finished rsf = box.run({"score", "-o", "o", "--truth", "truth.rsf", "--tier", "t1", "--format", "rsf"});
  ASSERT_EQ(rsf.status, 0) << rsf.err;
  box.write("t1.rsf", rsf.out);
  const Finished same =
      box.run({"score", "-o", "o", "--truth", "t1.rsf", "--tier", "t1", "--format", "json"});
  EXPECT_THAT(same.out, HasSubstr("\"moved_percent\": 0,"));
  EXPECT_EQ(box.run({"score", "-o", "o", "--truth", "truth.rsf", "--format", "rsf"}).status, 2);
}

TEST_F(Score, NamesOfAnEarlierRunAreCarriedOver) {
  box.write("old.json", R"({"contexts": [{"name": "Old Hands", "files": [{"path": "src/shop.h"},
    {"path": "src/orders.cpp"}, {"path": "src/stock.cpp"}, {"path": "src/alone.cpp"}]}]})");
  box.write("names.yaml", "version: 1\ncontexts:\n  names_from: old.json\n");
  ASSERT_EQ(box.run({"map", "-o", "o", "-q", "--config", "names.yaml"}).status, 0);
  EXPECT_THAT(box.read("o/contexts.json"), HasSubstr("\"name\": \"Old Hands\""));
  box.write("names.yaml", "version: 1\ncontexts:\n  names_from: gone.json\n");
  const Finished gone = box.run({"map", "-o", "o", "-q", "--config", "names.yaml"});
  EXPECT_EQ(gone.status, 2);
  EXPECT_THAT(gone.err, HasSubstr("cannot read names_from 'gone.json'"));
}

TEST_F(Score, HintsThatCoverNothingAreNamedWithTheNearest) {
  box.write("hints.yaml", "version: 1\ncontexts:\n  seeds: [{name: shop, files: [src/order.cpp]}]\n");
  const Finished done = box.run({"map", "-o", "o", "--config", "hints.yaml"});
  EXPECT_EQ(done.status, 0);
  EXPECT_THAT(done.err, HasSubstr("'src/order.cpp' covers no file of the map; did you mean 'src/orders.cpp'?"));
}

TEST_F(Score, BadInputNamesThePlaceAndTheWayOut) {
  box.write("bad.json", "{\"structure\": 3}");
  box.write("foreign.rsf", "contain a nowhere.cpp\n");
  const std::vector<std::pair<std::vector<std::string>, std::string>> rows = {
      {{"score", "-o", "o", "--truth", "gone.json"}, "cannot read gone.json"},
      {{"score", "-o", "o", "--truth", "bad.json"}, "bad.json:1:1: error: neither a list"},
      {{"score", "-o", "o", "--truth", "foreign.rsf"}, "none of its files is in the map"},
      {{"score", "-o", "empty", "--truth", "truth.rsf"}, "no banyan.db in 'empty'"},
      {{"score", "-o", "o", "--truth", "truth.rsf", "--without", "texts"}, "did you mean 'text'?"},
      {{"score", "-o", "o"}, "--truth"}};
  for (const auto& [arguments, says] : rows) {
    const Finished done = box.run(arguments);
    EXPECT_EQ(done.status, 2) << says;
    EXPECT_THAT(done.err, HasSubstr(says));
    EXPECT_EQ(done.out, "");
  }
}

}  // namespace
}  // namespace banyan::cli::test
