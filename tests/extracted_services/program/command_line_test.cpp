#include "tests/extracted_services/program/fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::services_test {
namespace {

using support::run;
using testing::HasSubstr;

class CommandLine : public testing::TestWithParam<const char*> {
 protected:
  std::string binary_ = program(std::string("banyan-") + GetParam());
  support::TempDir dir_;
};
INSTANTIATE_TEST_SUITE_P(Services, CommandLine, testing::Values("inventory", "orders", "payments"));

TEST_P(CommandLine, HelpHasExamplesAndSucceeds) {
  const auto help = run({binary_, "--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, HasSubstr("import --from shop.db"));
  EXPECT_THAT(run({binary_, "run", "--help"}).out, HasSubstr("--require-idempotency-key"));
}

TEST_P(CommandLine, MistypedWordsGetASuggestionAndExit2) {
  const auto command = run({binary_, "rum"});
  EXPECT_EQ(command.exit_code, 2);
  EXPECT_THAT(command.err, HasSubstr("did you mean run?"));
  const auto option = run({binary_, "run", "--db", "x.db", "--prot", "1"});
  EXPECT_EQ(option.exit_code, 2);
  EXPECT_THAT(option.err, HasSubstr("did you mean --port?"));
  EXPECT_EQ(run({binary_}).exit_code, 2);
  EXPECT_EQ(run({binary_, "run"}).exit_code, 2);
  EXPECT_EQ(run({binary_, "run", "--db", "x.db", "--port", "70000"}).exit_code, 2);
}

TEST_P(CommandLine, BadFilesAreNamedAndExit2) {
  support::write_file(dir_ / "text.db", std::string(5000, 'x'));
  const auto text = run({binary_, "run", "--db", (dir_ / "text.db").string(), "--port", "0"});
  EXPECT_EQ(text.exit_code, 2);
  EXPECT_THAT(text.err, HasSubstr("text.db"));
  const auto absent =
      run({binary_, "import", "--from", (dir_ / "no.db").string(), "--db", (dir_ / "own.db").string()});
  EXPECT_EQ(absent.exit_code, 2);
  EXPECT_THAT(absent.err, HasSubstr("no.db"));
}

TEST_P(CommandLine, ASecondProcessOnTheFileIsRefused) {
  const auto first = run_service(GetParam(), dir_ / "own.db", dir_ / "log");
  const auto second = run({binary_, "run", "--db", (dir_ / "own.db").string(), "--port", "0"});
  EXPECT_EQ(second.exit_code, 2);
  EXPECT_THAT(second.err, HasSubstr("process " + std::to_string(first->process().pid()) + " already writes"));
}

TEST_P(CommandLine, ATakenPortIsSaidInWords) {
  const auto first = run_service(GetParam(), dir_ / "own.db", dir_ / "log");
  const auto second =
      run({binary_, "run", "--db", (dir_ / "other.db").string(), "--port", std::to_string(first->port())});
  EXPECT_EQ(second.exit_code, 2);
  EXPECT_THAT(second.err, HasSubstr("cannot listen on 127.0.0.1:" + std::to_string(first->port())));
}

}  // namespace
}  // namespace banyan::services_test
