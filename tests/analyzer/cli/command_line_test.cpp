// What users type wrong, and what they read.
#include "tests/analyzer/cli/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::cli::test {
namespace {

using testing::HasSubstr;

struct Case {
  const char* name;
  std::vector<std::string> arguments;
  int status;
  const char* err;
};

class CommandLine : public testing::TestWithParam<Case> {};

TEST_P(CommandLine, SaysWhatIsWrong) {
  const Sandbox box(std::string("line_") + GetParam().name);
  const Finished result = box.run(GetParam().arguments);
  EXPECT_EQ(result.status, GetParam().status) << result.err;
  EXPECT_THAT(result.err, HasSubstr(GetParam().err));
  EXPECT_EQ(result.out, "") << "stdout is for data";
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, CommandLine,
    testing::Values(Case{"no_verb", {}, 2, "no verb given"},
                    Case{"unknown_verb", {"mapp"}, 2, "unknown verb 'mapp'\n  did you mean 'map'?"},
                    Case{"unknown_option",
                         {"map", "--samples", "3"},
                         2,
                         "unknown option '--samples' for map\n  did you mean '--sample'?"},
                    Case{"bad_value", {"map", "--progress=loud"}, 2, "--progress"},
                    Case{"no_database", {"map", "-p", "nowhere"}, 2, "no compile_commands.json in 'nowhere'"},
                    Case{"not_in_database", {"map", "src/none.cpp"}, 2, "'src/none.cpp' is not in"},
                    Case{"bad_path_map", {"map", "--path-map", "x"}, 2, "--path-map wants A=B"},
                    Case{"no_results", {"explain", "src/orders.cpp"}, 2, "banyan-analyze map -o banyan-out"},
                    Case{"query_without_question", {"query"}, 2, "query wants a name or --sql"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(Help, HasExamplesAndExitCodes) {
  const Sandbox box("help");
  const Finished result = box.run({"--help"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("banyan-analyze map -p build"));
  EXPECT_THAT(result.out, HasSubstr("Exit codes:"));
  EXPECT_THAT(box.run({"map", "--help"}).out, HasSubstr("Examples:"));
  EXPECT_THAT(box.run({"--version"}).out, HasSubstr("clang version 19"));
}

TEST(Config, MistakesStopTheRunWithTheirPlace) {
  const Sandbox box("config");
  box.write("banyan.yaml", "version: 1\nexclud: [src/]\n");
  const Finished result = box.run({"map", "-o", "o"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("banyan.yaml:2:1: error: unknown key 'exclud'"));
  EXPECT_EQ(box.run({"map", "-o", "o", "--no-config"}).status, 0);
}

TEST(Doctor, ChecksAndExplainsOneFile) {
  const Sandbox box("doctor");
  const Finished all = box.run({"doctor"});
  EXPECT_EQ(all.status, 0) << all.out;
  EXPECT_THAT(all.out, HasSubstr("ok  units parse: 3 of 3 sample units parse"));
  EXPECT_THAT(box.run({"doctor", "--json"}).out, HasSubstr("\"state\": \"ok\""));
  const Finished one = box.run({"doctor", "--file", "src/orders.cpp"});
  EXPECT_EQ(one.status, 0);
  EXPECT_THAT(one.out, HasSubstr("original:  g++ -std=c++20 -c src/orders.cpp"));
  box.write("src/orders.cpp", "#include \"gone.h\"\n");
  const Finished broken = box.run({"doctor", "--file", "src/orders.cpp"});
  EXPECT_EQ(broken.status, 1);
  EXPECT_THAT(broken.out, HasSubstr("'gone.h' file not found"));
  EXPECT_THAT(broken.out, HasSubstr("likely fix: the header is generated"));
}

TEST(Doctor, SaysWhatIsMissing) {
  const Sandbox box("doctor_missing");
  std::filesystem::remove_all(box.folder / "build");
  const Finished result = box.run({"doctor"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr("x   compile database: error: no compile_commands.json found"));
}

TEST(Init, WritesAConfigurationThatLoads) {
  const Sandbox box("init");
  EXPECT_EQ(box.run({"init"}).status, 0);
  EXPECT_THAT(box.read("banyan.yaml"), HasSubstr("3 units, c++20"));
  EXPECT_EQ(box.run({"init"}).status, 2) << "an existing file is kept";
  EXPECT_EQ(box.run({"init", "--yes"}).status, 0);
  EXPECT_EQ(box.run({"map", "-o", "o"}).status, 0);
}

TEST(Readers, AnswerFromTheDatabase) {
  const Sandbox box("readers");
  ASSERT_EQ(box.run({"map", "-o", "o"}).status, 0);
  EXPECT_THAT(box.run({"query", "-o", "o", "--sql", "SELECT DISTINCT table_name FROM table_access",
                       "--format", "csv"})
                  .out,
              HasSubstr("orders"));
  EXPECT_EQ(box.run({"explain", "-o", "o", "src/orders.cpp"}).status, 0);
  EXPECT_EQ(box.run({"router-config", "-o", "o"}).status, 0);
}

}  // namespace
}  // namespace banyan::cli::test
