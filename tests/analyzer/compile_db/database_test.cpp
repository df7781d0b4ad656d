#include "analyzer/compile_db/compile_db.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace banyan::compile_db {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class Database_ : public testing::Test {
 protected:
  Database_() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(testing::TempDir()) / (std::string("banyan_db_") + test->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    options_.working_directory = folder_.string();
    options_.resource_dir = "/resources";
  }
  ~Database_() override { fs::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& content) {
    const fs::path path = folder_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << content;
    return path.string();
  }

  // The message with the folder's own path taken out.
  std::string problem(const auto& result) const {
    const auto* found = std::get_if<Problem>(&result);
    if (found == nullptr) return "no problem";
    std::string text = found->message;
    for (std::size_t at = text.find(folder_.string()); at != std::string::npos;
         at = text.find(folder_.string()))
      text.replace(at, folder_.string().size(), "DIR");
    return text;
  }

  Database load(const std::string& json) {
    auto result = load_database(write("build/compile_commands.json", json), options_);
    EXPECT_EQ(problem(result), "no problem");
    return std::get<Database>(result);
  }

  fs::path folder_;
  Options options_;
};

TEST_F(Database_, MissingSaysWhereItLookedAndHowToGetOne) {
  EXPECT_EQ(problem(find_database(options_)),
            "error: no compile_commands.json found\n"
            "  looked in: . , build* , build*/* , out/* , cmake-build-*  (and parents of .)\n"
            "  This file tells the analyzer how each source is compiled. Get one with:\n"
            "    CMake   cmake -S . -B build -DCMAKE_EXPORT_COMPILE_COMMANDS=ON\n"
            "    Meson   meson setup build               (writes build/compile_commands.json)\n"
            "    Make    make clean && bear -- make      (Debian: apt install bear)\n"
            "  or pass files and flags yourself:  banyan-analyze map src/a.cpp -- -std=c++20 -Iinclude");
}

TEST_F(Database_, IsFoundUpwardsAndInBuildFolders) {
  const std::string path = write("build/release/compile_commands.json", "[]");
  EXPECT_EQ(std::get<std::string>(find_database(options_)), path);
  const std::string above = write("compile_commands.json", "[]");
  options_.working_directory = (folder_ / "src/deep").string();
  fs::create_directories(options_.working_directory);
  EXPECT_EQ(std::get<std::string>(find_database(options_)), above);
}

TEST_F(Database_, TwoCandidatesAreListedAndNeitherIsTaken) {
  write("build-a/compile_commands.json", "[]");
  write("out/b/compile_commands.json", "[]");
  EXPECT_EQ(
      problem(find_database(options_)),
      "error: several compile databases found; say which with -p\n    -p DIR/build-a\n    -p DIR/out/b");
}

TEST_F(Database_, GivenFolderMustHoldOne) {
  fs::create_directories(folder_ / "empty");
  options_.build_path = "empty";
  EXPECT_EQ(problem(find_database(options_)),
            "error: no compile_commands.json in 'empty'\n"
            "  The folder exists but holds no database. With CMake: cmake -DCMAKE_EXPORT_COMPILE_COMMANDS=ON "
            "empty");
  options_.build_path = "none";
  EXPECT_THAT(problem(find_database(options_)), HasSubstr("There is no such file or folder."));
}

TEST_F(Database_, BrokenJsonIsNamedByLineAndColumn) {
  const std::string path = write("compile_commands.json", "[\n  {\"file\": \"a.cpp\",\n");
  EXPECT_THAT(problem(load_database(path, options_)),
              testing::StartsWith("DIR/compile_commands.json:3:1: error: not valid JSON"));
}

TEST_F(Database_, AnotherDocumentIsNotADatabase) {
  const std::string path = write("compile_commands.json", "{}");
  EXPECT_EQ(problem(load_database(path, options_)),
            "DIR/compile_commands.json:1:1: error: expected an array of compile commands\n"
            "  The file is valid JSON but not a compile database.");
}

TEST_F(Database_, EmptyExplainsIncrementalBuilds) {
  const std::string path = write("compile_commands.json", "[]");
  EXPECT_EQ(problem(load_database(path, options_)),
            "error: DIR/compile_commands.json holds no commands\n"
            "  An incremental build under Bear records only what it compiled: make clean && bear -- make\n"
            "  With CMake it is filled at configure time: cmake -DCMAKE_EXPORT_COMPILE_COMMANDS=ON DIR");
}

TEST_F(Database_, AllStaleSuggestsPathMap) {
  const std::string path =
      write("compile_commands.json",
            R"([{"directory": "/there", "file": "/there/a.cpp", "command": "g++ -c /there/a.cpp"}])");
  EXPECT_EQ(problem(load_database(path, options_)),
            "error: none of the 1 sources in DIR/compile_commands.json exist\n"
            "  first: /there/a.cpp\n"
            "  The database is stale (run cmake again), or was made elsewhere, for example in a container:\n"
            "  --path-map /path/there=/path/here");
  write("a.cpp", "");
  options_.path_map = {{"/there", folder_.string()}};
  const auto mapped = std::get<Database>(load_database(path, options_));
  ASSERT_EQ(mapped.commands.size(), 1U);
  EXPECT_EQ(mapped.commands[0].file, (folder_ / "a.cpp").string());
}

TEST_F(Database_, CommandsAreSplitCountedAndDeduplicated) {
  write("a.cpp", "");
  write("b.cpp", "");
  write("s.S", "");
  const Database database = load(R"([
    {"directory": "..", "file": "a.cpp", "command": "g++ -fconcepts -c a.cpp b.cpp"},
    {"directory": "..", "file": "a.cpp", "arguments": ["g++", "-fconcepts", "-c", "a.cpp"]},
    {"directory": "..", "file": "a.cpp", "arguments": ["g++", "-DOTHER", "-c", "a.cpp"]},
    {"directory": "..", "file": "gone.cpp", "command": "g++ -c gone.cpp"},
    {"directory": "..", "file": "s.S", "command": "gcc -c s.S"},
    {"directory": ".."}])");
  ASSERT_EQ(database.commands.size(), 3U);
  EXPECT_EQ(database.commands[0].file, (folder_ / "a.cpp").string());
  EXPECT_EQ(database.commands[2].file, (folder_ / "b.cpp").string());
  EXPECT_EQ(database.entries, 5U);
  EXPECT_EQ(database.split, 1U);
  EXPECT_EQ(database.duplicates, 1U);
  EXPECT_EQ(database.dropped.at("-fconcepts"), 2);
  ASSERT_EQ(database.stale.size(), 1U);
  EXPECT_EQ(database.unsupported.size(), 2U);
}

TEST_F(Database_, ResponseFilesAreReadWhereTheCommandRuns) {
  write("a.cpp", "");
  write("obj/flags.rsp", "-DFROM_FILE -I'with space' @more.rsp");
  write("obj/more.rsp", "-DNESTED");
  const Database database =
      load(R"([{"directory": "../obj", "file": "../a.cpp", "command": "g++ @flags.rsp -c ../a.cpp"}])");
  ASSERT_EQ(database.commands.size(), 1U);
  EXPECT_THAT(database.commands[0].arguments,
              testing::IsSupersetOf({"-DFROM_FILE", "-Iwith space", "-DNESTED"}));
}

TEST_F(Database_, EveryCommandToleratesOldBoostAndKnowsItsHeaders) {
  write("a.cpp", "");
  options_.extra_args = {"-DLATE"};
  options_.extra_args_before = {"-DEARLY"};
  const Database database = load(R"([{"directory": "..", "file": "a.cpp", "command": "g++ -DX -c a.cpp"}])");
  const auto& arguments = database.commands.at(0).arguments;
  EXPECT_THAT(arguments, testing::IsSupersetOf({"-Wno-enum-constexpr-conversion", "-resource-dir=/resources",
                                                "-fsyntax-only"}));
  const auto at = [&](const char* flag) {
    return std::find(arguments.begin(), arguments.end(), flag) - arguments.begin();
  };
  EXPECT_LT(at("-DEARLY"), at("-DX"));
  EXPECT_LT(at("-DX"), at("-DLATE"));
}

TEST_F(Database_, MissingForcedIncludesAreTold) {
  write("a.cpp", "");
  const Database database =
      load(R"([{"directory": "..", "file": "a.cpp", "command": "g++ -include gen/pch.hxx -c a.cpp"}])");
  EXPECT_THAT(database.missing_includes, testing::ElementsAre((folder_ / "gen/pch.hxx").string()));
}

TEST_F(Database_, FixedFlagsNeedFiles) {
  EXPECT_THAT(problem(fixed_database({}, {"-DX"}, options_)), HasSubstr("no files were named"));
  EXPECT_EQ(problem(fixed_database({"none.cpp"}, {}, options_)), "error: no such file: DIR/none.cpp");
}

TEST(PathMap, WantsAnEqualsSign) {
  EXPECT_EQ(parse_path_map("/a=/b"), (std::pair<std::string, std::string>("/a", "/b")));
  EXPECT_FALSE(parse_path_map("/a"));
  EXPECT_FALSE(parse_path_map("=/b"));
}

}  // namespace
}  // namespace banyan::compile_db
