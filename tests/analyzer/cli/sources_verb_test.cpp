// map with evidence from beside the code: history, access log, and sources left out.
#include "tests/analyzer/cli/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace banyan::cli::test {
namespace {

using testing::HasSubstr;
using testing::Not;

Sandbox shop_sandbox() { return Sandbox(testing::UnitTest::GetInstance()->current_test_info()->name()); }

std::string ask(const Sandbox& box, const std::string& query) {
  const Finished result = box.run({"query", query, "-o", "o", "--format", "csv"});
  EXPECT_EQ(result.status, 0) << result.err;
  return result.out;
}

void git(const Sandbox& box, const std::string& command) {
  const std::string line = "cd '" + box.folder.string() +
                           "' && git -c user.name=t -c user.email=t@t -c commit.gpgsign=false " + command +
                           " >git.txt 2>&1";
  ASSERT_EQ(std::system(line.c_str()), 0) << box.read("git.txt");
}

TEST(Sources, AMisspeltSourceIsNamed) {
  const Sandbox box = shop_sandbox();
  const Finished result = box.run({"map", "-o", "o", "--without", "sql,rutes"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("--without does not know 'rutes'"));
  EXPECT_THAT(result.err, HasSubstr("did you mean 'routes'?"));
}

TEST(Sources, WithoutLeavesOutAndSaysSo) {
  const Sandbox box = shop_sandbox();
  ASSERT_EQ(box.run({"map", "-o", "o"}).status, 0);
  EXPECT_THAT(ask(box, "accesses"), HasSubstr("stock"));
  EXPECT_THAT(ask(box, "sources"), HasSubstr("sql,1,"));
  ASSERT_EQ(box.run({"map", "-o", "o", "--without", "sql", "--without", "routes,vocabulary"}).status, 0);
  EXPECT_THAT(ask(box, "accesses"), Not(HasSubstr("stock")));
  EXPECT_THAT(ask(box, "sources"), HasSubstr("sql,0,0,left out"));
  EXPECT_THAT(ask(box, "sources"), HasSubstr("vocabulary,0,0,left out"));
}

TEST(Sources, AnAccessLogThatCannotBeReadStopsTheRun) {
  const Sandbox box = shop_sandbox();
  const Finished result = box.run({"map", "-o", "o", "--access-log", "nowhere.log"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("cannot read the access log"));
}

TEST(Sources, TheAccessLogIsCounted) {
  const Sandbox box = shop_sandbox();
  box.write("access.log", R"({"method":"GET","target":"/nobody/17","status":200,"bytes_out":1,"duration_us":5})"
                          "\nbroken\n");
  ASSERT_EQ(box.run({"map", "-o", "o", "--access-log", "access.log"}).status, 0);
  EXPECT_THAT(ask(box, "traffic"), HasSubstr("GET,/nobody/{id},1,0,5,1"));
  EXPECT_THAT(ask(box, "sources"), HasSubstr("1 requests, 1 lines not readable"));
}

TEST(Sources, HistoryComesFromGitWhereThereIsOne) {
  const Sandbox box = shop_sandbox();
  ASSERT_EQ(std::system("git --version >/dev/null 2>&1"), 0);
  git(box, "init -q .");
  git(box, "add src");
  git(box, "commit -qm 0");
  for (int i = 1; i < 4; ++i) {
    for (const char* file : {"src/orders.cpp", "src/stock.cpp"})
      box.write(file, box.read(file) + "// " + std::to_string(i) + "\n");
    git(box, "commit -qam " + std::to_string(i));
  }
  ASSERT_EQ(box.run({"map", "-o", "o"}).status, 0);
  EXPECT_THAT(ask(box, "co-change"), HasSubstr("src/orders.cpp,src/stock.cpp,4,"));
  EXPECT_THAT(ask(box, "sources"), HasSubstr("4 commits touch the program"));
  ASSERT_EQ(box.run({"map", "-o", "o", "--without", "cochange"}).status, 0);
  EXPECT_THAT(ask(box, "co-change"), Not(HasSubstr("stock")));
}

}  // namespace
}  // namespace banyan::cli::test
