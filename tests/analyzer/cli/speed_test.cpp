// map in pieces: shards, kills at several moments, random edits, runs in which nothing changed, the cache verb.
//
// BANYAN_EDITS=200 makes the series of edits longer (default: 12).
#include "tests/analyzer/cli/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <sys/wait.h>
#include <thread>

namespace banyan::cli::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kOutputs[] = {"banyan.db", "contexts.json", "report.html", "router.yaml"};

Sandbox sandbox() { return Sandbox(std::string("speed_") + testing::UnitTest::GetInstance()->current_test_info()->name()); }

std::map<std::string, std::string> outputs(const Sandbox& box, const std::string& folder) {
  std::map<std::string, std::string> out;
  for (const char* name : kOutputs) out[name] = box.read(folder + "/" + name);
  return out;
}

void expect_same(const Sandbox& box, const std::string& a, const std::string& b) {
  const auto first = outputs(box, a);
  const auto second = outputs(box, b);
  for (const char* name : kOutputs) {
    EXPECT_FALSE(first.at(name).empty()) << name;
    EXPECT_TRUE(first.at(name) == second.at(name)) << a << "/" << name << " and " << b << "/" << name << " differ";
  }
}

// A generated tree: `sources` units over `headers` headers, each function named after where it is.
class Tree {
 public:
  Tree(const Sandbox& box, std::size_t sources, std::size_t headers, unsigned seed)
      : box_(box), random_(seed), functions_(sources), header_functions_(headers) {
    for (std::size_t h = 0; h < headers; ++h) write_header(h);
    for (std::size_t s = 0; s < sources; ++s) {
      for (int i = 0; i < 3; ++i) functions_[s].push_back(fresh());
      uses_.push_back({s % headers, (s * 7 + 1) % headers});
      write_source(s);
    }
    std::vector<std::string> names;
    for (std::size_t s = 0; s < sources; ++s) names.push_back(source(s));
    box_.database(names);
  }

  // One random edit; the sources it concerns.
  std::set<std::size_t> edit() {
    const std::size_t s = random_() % functions_.size();
    switch (random_() % 6) {
      case 0:
        functions_[s].push_back(fresh());
        break;
      case 1:
        if (!functions_[s].empty()) functions_[s].erase(functions_[s].begin() + static_cast<long>(random_() % functions_[s].size()));
        break;
      case 2:
        if (!functions_[s].empty()) functions_[s][random_() % functions_[s].size()] = fresh();
        break;
      case 3:
        uses_[s].second = random_() % header_functions_.size();
        break;
      case 4:
        return touch(s);
      default:
        return edit_header(random_() % header_functions_.size());
    }
    write_source(s);
    return {s};
  }

 private:
  static std::string source(std::size_t s) { return "u" + std::to_string(s) + ".cpp"; }
  std::string fresh() { return "f" + std::to_string(next_++); }

  std::set<std::size_t> touch(std::size_t s) {
    const auto path = box_.folder / "src" / source(s);
    std::filesystem::last_write_time(path, std::filesystem::last_write_time(path) + std::chrono::milliseconds(1));
    return {s};
  }

  std::set<std::size_t> edit_header(std::size_t h) {
    header_functions_[h] = next_++;
    write_header(h);
    std::set<std::size_t> out;
    for (std::size_t s = 0; s < uses_.size(); ++s) {
      if (uses_[s].first == h || uses_[s].second == h) out.insert(s);
    }
    return out;
  }

  void write_header(std::size_t h) {
    const std::string n = std::to_string(h);
    box_.write("src/h" + n + ".h", "#pragma once\n#include \"shop.h\"\nstruct H" + n + " { int a" +
                                       std::to_string(header_functions_[h]) + " = 0; };\ninline int get" + n +
                                       "(const H" + n + "& h) { return h.a" + std::to_string(header_functions_[h]) + "; }\n");
  }

  void write_source(std::size_t s) {
    const std::string a = std::to_string(uses_[s].first);
    const std::string b = std::to_string(uses_[s].second);
    std::string code = "#include \"h" + a + ".h\"\n#include \"h" + b + ".h\"\n#define LIMIT " + std::to_string(s) +
                       "\nstatic int helper() { return LIMIT + get" + a + "({}) + get" + b + "({}); }\nnamespace {\nint hidden = 1;\n}\n";
    for (const std::string& name : functions_[s])
      code += "int " + name + "() { run(\"SELECT n FROM stock\"); return helper() + hidden; }\n";
    box_.write("src/" + source(s), code);
  }

  const Sandbox& box_;
  std::mt19937 random_;
  std::vector<std::vector<std::string>> functions_;
  std::vector<std::size_t> header_functions_;
  std::vector<std::pair<std::size_t, std::size_t>> uses_;
  std::size_t next_ = 100;
};

TEST(Speed, ASeriesOfRandomEditsEqualsAColdRunAndParsesOnlyWhatIsConcerned) {
  const Sandbox box = sandbox();
  Tree tree(box, 14, 5, 20261126);
  const char* wanted = std::getenv("BANYAN_EDITS");
  const int edits = wanted != nullptr ? std::atoi(wanted) : 12;
  ASSERT_EQ(box.run({"map", "-o", "o"}).status, 0);
  for (int i = 0; i < edits; ++i) {
    const std::set<std::size_t> concerned = tree.edit();
    const Finished incremental = box.run({"map", "-o", "o"});
    ASSERT_EQ(incremental.status, 0) << incremental.err;
    EXPECT_THAT(incremental.err, HasSubstr("\n" + std::to_string(concerned.size()) + " of 14 units parsed")) << "edit " << i;
    std::filesystem::remove_all(box.folder / "cold");
    const Finished cold = box.run({"map", "-o", "cold", i % 2 == 0 ? "--merge=64" : "--no-merge"});
    ASSERT_EQ(cold.status, 0) << cold.err;
    expect_same(box, "o", "cold");
    if (testing::Test::HasFailure()) FAIL() << "after edit " << i;
  }
}

TEST(Speed, MergedAndSingleParsesGiveTheSameBytes) {
  const Sandbox box = sandbox();
  Tree(box, 20, 4, 7);
  const Finished merged = box.run({"map", "-o", "merged", "-j", "1", "-v", "--merge", "64", "--verify", "20"});
  EXPECT_EQ(merged.status, 0) << merged.err;
  EXPECT_THAT(merged.err, HasSubstr("20 of 20 units in a parse with others"));
  EXPECT_THAT(merged.err, HasSubstr("20 units parsed again alone: equal facts"));
  ASSERT_EQ(box.run({"map", "-o", "single", "--no-merge"}).status, 0);
  ASSERT_EQ(box.run({"map", "-o", "few", "-j", "2", "--merge", "3", "--memory", "900"}).status, 0);
  expect_same(box, "merged", "single");
  expect_same(box, "merged", "few");
}

TEST(Speed, ShardsJoinedAreOneRun) {
  const Sandbox box = sandbox();
  Tree(box, 11, 3, 3);
  std::vector<std::string> join{"merge", "-o", "joined"};
  for (int k = 1; k <= 4; ++k) {
    const std::string folder = "shard" + std::to_string(k);
    const Finished shard = box.run({"map", "-o", folder, "--shard", std::to_string(k) + "/4"});
    EXPECT_EQ(shard.status, 0) << shard.err;
    EXPECT_TRUE(box.read(folder + "/report.html").empty());
    join.push_back(folder);
  }
  const Finished joined = box.run(join);
  EXPECT_EQ(joined.status, 0) << joined.err;
  EXPECT_THAT(joined.err, HasSubstr("\n0 of 11 units parsed"));
  ASSERT_EQ(box.run({"map", "-o", "whole"}).status, 0);
  expect_same(box, "joined", "whole");
}

TEST(Speed, AShardOfAnOlderSourceIsParsedAgain) {
  const Sandbox box = sandbox();
  ASSERT_EQ(box.run({"map", "-o", "one", "--shard", "1/1"}).status, 0);
  box.write("src/alone.cpp", "int alone() { return 2; }\nint more() { return 3; }\n");
  const Finished joined = box.run({"merge", "-o", "joined", "one"});
  EXPECT_THAT(joined.err, HasSubstr("one: 2 units"));
  EXPECT_THAT(joined.err, HasSubstr("1 of 3 units parsed"));
  ASSERT_EQ(box.run({"map", "-o", "whole"}).status, 0);
  expect_same(box, "joined", "whole");
}

TEST(Speed, WrongShardsAreRefused) {
  const Sandbox box = sandbox();
  for (const char* wrong : {"0/4", "5/4", "x", "1/", "/2"}) {
    const Finished result = box.run({"map", "-o", "o", "--shard", wrong});
    EXPECT_EQ(result.status, 2) << wrong;
    EXPECT_THAT(result.err, HasSubstr("--shard wants K/N"));
  }
  EXPECT_EQ(box.run({"merge", "-o", "o", "nowhere"}).status, 2);
}

// Runs map, and kills it when the store has grown by so many bytes, or when it is done.
bool killed_after(const Sandbox& box, std::uintmax_t bytes) {
  const pid_t process = box.start({"map", "-o", "o", "-j", "1", "--merge", "4"});
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  std::error_code missing;
  while (std::chrono::steady_clock::now() < deadline) {
    std::uintmax_t size = 0;
    for (const char* name : {"o/banyan.db", "o/banyan.db-wal", "o/report.html"}) {
      const auto part = std::filesystem::file_size(box.folder / name, missing);
      size += missing ? 0 : part;
    }
    siginfo_t ended{};
    waitid(P_PID, static_cast<id_t>(process), &ended, WEXITED | WNOHANG | WNOWAIT);
    if (size >= bytes || ended.si_pid != 0) break;
    std::this_thread::yield();
  }
  kill(process, SIGKILL);
  return box.wait(process).status == 128 + SIGKILL;
}

TEST(Speed, KilledAtSeveralMomentsTheNextRunEndsLikeACold) {
  const Sandbox box = sandbox();
  Tree(box, 16, 4, 11);
  int killed = 0;
  for (const std::uintmax_t bytes : {0UL, 1UL, 40'000UL, 60'000UL, 90'000UL, 140'000UL}) killed += killed_after(box, bytes) ? 1 : 0;
  EXPECT_GE(killed, 2) << "the run was over before it could be killed";
  const Finished last = box.run({"map", "-o", "o"});
  EXPECT_EQ(last.status, 0) << last.err;
  ASSERT_EQ(box.run({"map", "-o", "cold", "--no-merge"}).status, 0);
  expect_same(box, "o", "cold");
}

TEST(Speed, NothingIsComputedAgainWhenNothingChanged) {
  const Sandbox box = sandbox();
  ASSERT_EQ(box.run({"map", "-o", "o"}).status, 0);
  const auto before = outputs(box, "o");
  const Finished again = box.run({"map", "-o", "o"});
  EXPECT_EQ(again.status, 0);
  EXPECT_THAT(again.err, HasSubstr("nothing changed"));
  EXPECT_EQ(outputs(box, "o"), before);
  box.write("o/report.html", "damaged");
  EXPECT_THAT(box.run({"map", "-o", "o"}).err, Not(HasSubstr("nothing changed")));
  EXPECT_EQ(outputs(box, "o"), before);
  box.write("schema.sql", "CREATE TABLE orders(id INTEGER PRIMARY KEY, day TEXT);\nCREATE TABLE stock(n INTEGER);\n");
  EXPECT_THAT(box.run({"map", "-o", "o"}).err, Not(HasSubstr("nothing changed")));
  box.write("banyan.yaml", "version: 1\n");
  EXPECT_THAT(box.run({"map", "-o", "o"}).err, Not(HasSubstr("nothing changed")));
  EXPECT_THAT(box.run({"map", "-o", "o"}).err, HasSubstr("nothing changed"));
}

TEST(Speed, TheCacheVerbTellsAndForgets) {
  const Sandbox box = sandbox();
  EXPECT_EQ(box.run({"cache", "stats", "-o", "o"}).status, 2);
  ASSERT_EQ(box.run({"map", "-o", "o"}).status, 0);
  EXPECT_THAT(box.run({"cache", "stats", "-o", "o"}).out, HasSubstr("\nunits\t3\n"));
  EXPECT_EQ(box.run({"cache", "clear", "-o", "o"}).status, 0);
  EXPECT_FALSE(std::filesystem::exists(box.folder / "o/banyan.db"));
  EXPECT_THAT(box.run({"map", "-o", "o"}).err, HasSubstr("3 of 3 units parsed"));
}

}  // namespace
}  // namespace banyan::cli::test
