// Evidence from beside the code: history, access log, vocabulary; and each source left out on its own.
#include "analyzer/evidence/history.hpp"
#include "analyzer/evidence/traffic.hpp"
#include "analyzer/evidence/vocabulary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck.h>

namespace banyan::evidence::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Strings = std::vector<std::string>;

std::string commit(const std::string& hash, const Strings& records) {
  std::string text = '\x01' + hash + '\0' + '\n';
  for (const std::string& record : records) text += record + '\0';
  return text;
}
std::string changed(const std::string& path) { return "1\t2\t" + path; }
std::string renamed(const std::string& from, const std::string& to) {
  return std::string("0\t0\t") + '\0' + from + '\0' + to;
}

TEST(History, ReadsWhatGitWrites) {
  const auto commits = parse_history(commit("aa", {changed("b.cpp"), "-\t-\tlogo.png", changed("a b\n.cpp")}) +
                                     commit("bb", {}) + commit("cc", {changed("x")}));
  ASSERT_EQ(commits.size(), 3U);
  EXPECT_EQ(commits[0].hash, "aa");
  EXPECT_THAT(commits[0].files, ElementsAre("a b\n.cpp", "b.cpp", "logo.png"));
  EXPECT_THAT(commits[1].files, IsEmpty());
  EXPECT_THAT(commits[2].files, ElementsAre("x"));
}

TEST(History, ARenamedFileKeepsItsPast) {
  const auto commits = parse_history(commit("3", {changed("new.cpp"), changed("x.cpp")}) +
                                     commit("2", {renamed("mid.cpp", "new.cpp")}) +
                                     commit("1", {renamed("old.cpp", "mid.cpp"), changed("x.cpp")}) +
                                     commit("0", {changed("old.cpp"), changed("x.cpp")}));
  Evidence evidence;
  find_co_changes(commits, {"new.cpp", "x.cpp"}, evidence);
  ASSERT_EQ(evidence.co_changes.size(), 1U);
  EXPECT_EQ(evidence.co_changes[0].a, "new.cpp");
  EXPECT_EQ(evidence.co_changes[0].commits, 3U);
  EXPECT_EQ(evidence.co_changes[0].newest, "3");
}

TEST(History, LargeCommitsAreDampedAndHugeOnesOnlyCounted) {
  Strings many, huge;
  std::set<std::string> program;
  for (int i = 0; i < 60; ++i) {
    const std::string file = "f" + std::to_string(100 + i) + ".cpp";
    program.insert(file);
    huge.push_back(changed(file));
    if (i < 11) many.push_back(changed(file));
  }
  std::string log;
  for (int i = 0; i < 2; ++i) log += commit("m" + std::to_string(i), many) + commit("h" + std::to_string(i), huge);
  for (int i = 0; i < 2; ++i) log += commit("p" + std::to_string(i), {changed("f100.cpp"), changed("f159.cpp")});
  log += commit("once", {changed("f120.cpp"), changed("f121.cpp"), changed("not-ours.txt")});
  Evidence evidence;
  find_co_changes(parse_history(log), program, evidence);
  EXPECT_EQ(evidence.history.commits, 7U);
  EXPECT_EQ(evidence.history.large, 2U);
  EXPECT_FALSE(evidence.history.usable) << "seven commits prove nothing";
  EXPECT_EQ(evidence.co_changes.size(), 11U * 10U / 2U + 1U) << "once is chance";
  for (const CoChange& pair : evidence.co_changes)
    EXPECT_NEAR(pair.weight, pair.b == "f159.cpp" ? 2.0 : 0.2, 1e-9) << pair.a << " " << pair.b;
}

// Two teams, each in its own files, and some noise: the early half of the history foretells the late one.
TEST(History, ForetellsLaterChanges) {
  std::uint32_t state = 1;
  const auto random = [&](std::uint32_t below) { return (state = state * 1664525 + 1013904223) / 65536 % below; };
  std::set<std::string> program;
  std::vector<std::string> logs(2);
  for (int i = 0; i < 400; ++i) {
    const bool noise = random(10) == 0;
    const std::uint32_t team = random(2);
    Strings files;
    for (int n = 0; n < 3; ++n) {
      const std::uint32_t of = noise ? random(2) : team;
      files.push_back((of == 0 ? "orders" : "stock") + std::to_string(random(8)) + ".cpp");
      program.insert(files.back());
    }
    for (std::string& file : files) file = changed(file);
    logs[i < 200 ? 0 : 1] += commit(std::to_string(i), files);
  }
  Evidence early, late;
  find_co_changes(parse_history(logs[0]), program, early);
  find_co_changes(parse_history(logs[1]), program, late);
  ASSERT_TRUE(early.history.usable);
  std::map<std::pair<std::string, std::string>, double> later;
  for (const CoChange& pair : late.co_changes) later[{pair.a, pair.b}] = pair.weight;
  double found = 0, all = 0;
  for (const auto& [pair, weight] : later) all += weight;
  for (const CoChange& pair : early.co_changes) found += later[{pair.a, pair.b}];
  const double pairs = static_cast<double>(program.size() * (program.size() - 1)) / 2;
  const double named = static_cast<double>(early.co_changes.size());
  ASSERT_LT(named, 0.75 * pairs) << "whoever names every pair foretells nothing";
  EXPECT_GT(found / named, 2 * (all - found) / (pairs - named));
}

TEST(History, AnyBytesAreRead) {
  rc::check("no output of git crashes the reader", [](const std::string& text) {
    Evidence evidence;
    find_co_changes(parse_history('\x01' + text), {"a"}, evidence);
    parse_history(text);
  });
}

std::string line(const std::string& method, const std::string& target, int status = 200, int us = 100) {
  return R"({"time":"2026-01-01T00:00:00.000Z","client":"1.2.3.4","method":")" + method + R"(","target":")" + target +
         R"(","status":)" + std::to_string(status) + R"(,"bytes_in":0,"bytes_out":10,"duration_us":)" +
         std::to_string(us) + "}\n";
}

Evidence routed() {
  Evidence evidence;
  for (const auto& [method, path] : std::vector<std::pair<std::string, std::string>>{{"GET", "/"},
                                                                                      {"GET", "/orders/{id}"},
                                                                                      {"GET", "/orders/open"},
                                                                                      {"*", "/orders/{id}"},
                                                                                      {"GET", "/files/**"}}) {
    Route route;
    route.method = method;
    route.path = path;
    evidence.routes.push_back(route);
  }
  return evidence;
}

TEST(Traffic, EachRequestCountsForTheRouteThatFitsBest) {
  Evidence evidence = routed();
  const AccessLog log{"a.log", line("GET", "/") + line("GET", "/orders/7?x=/y", 200, 300) + line("HEAD", "/orders/8") +
                                   line("DELETE", "/orders/7", 503) + line("GET", "/orders/open") +
                                   line("GET", "/files/a/b/c.txt") + line("GET", "/orders/7", 0) +
                                   line("GET", "/carts/12345/items") + line("GET", "/carts/99/items") +
                                   "not json\n" + "[1]\n" + R"({"method":"GET"})" + "\n\n"};
  weigh_routes({log}, evidence);
  Strings seen;
  for (const Traffic& one : evidence.traffic)
    seen.push_back((one.route == no_route ? "? " : std::to_string(one.route) + " ") + one.method + " " + one.path +
                   " " + std::to_string(one.requests) + "/" + std::to_string(one.failures));
  EXPECT_THAT(seen, ElementsAre("0 GET / 1/0", "1 GET /orders/{id} 3/1", "2 GET /orders/open 1/0",
                                "3 * /orders/{id} 1/1", "4 GET /files/** 1/0", "? GET /carts/{id}/items 2/0"));
  EXPECT_EQ(evidence.traffic[1].microseconds, 500U);
  EXPECT_EQ(evidence.traffic[1].bytes, 30U);
  EXPECT_EQ(evidence.traffic_totals.requests, 9U);
  EXPECT_EQ(evidence.traffic_totals.unreadable, 3U);
}

TEST(Traffic, PathsMatchSegmentBySegment) {
  const std::vector<std::tuple<std::string, std::string, bool>> rows = {
      {"/a/{x}", "/a/1", true},     {"/a/{x}", "/a", false},    {"/a/{x}", "/a/", false},  {"/a/{x}", "/a/1/b", false},
      {"/a/**", "/a/1/b", true},    {"/a/**", "/a/", true},     {"/a", "/a", true},        {"/a", "/ab", false},
      {"/", "/", true},             {"/", "/a", false},         {"/a/", "/a", false},      {"/{x}", "/", false},
      {"/{a}/{b}", "/1/2", true},   {"/a/b", "/a", false}};
  for (const auto& [route, path, expected] : rows) {
    std::size_t fixed = 0;
    EXPECT_EQ(matches_route(route, path, fixed), expected) << route << " " << path;
  }
  EXPECT_EQ(folded_path("/v1/users/42/f81d4fae-7dec-11d0-a765-00a0c91e6bf6/x"), "/v1/users/{id}/{id}/x");
}

TEST(Traffic, AnyLinesAreRead) {
  rc::check("no log crashes the reader", [](const std::string& text, const std::string& target) {
    Evidence evidence = routed();
    weigh_routes({{"a", text + "\n" + R"({"method":"GET","target":"/)" + target + "\"}\n"}}, evidence);
  });
}

facts::Program two_files() {
  facts::Program program;
  program.files.resize(5);
  const std::vector<Strings> words = {{"cart", "cart", "order", "the"}, {"cart", "the", "unique"},
                                      {"stock", "the"},                 {"stock", "shelf", "the"},
                                      {"shelf"}};
  for (std::size_t i = 0; i < words.size(); ++i) {
    program.files[i].path = std::string(1, static_cast<char>('a' + i)) + ".cpp";
    program.files[i].words = words[i];
  }
  return program;
}

TEST(Vocabulary, TheRareAndTheCommonSayNothing) {
  Strings seen;
  for (const FileWord& word : find_vocabulary(two_files()))
    seen.push_back(word.file + " " + word.word + " " + std::to_string(word.count));
  EXPECT_THAT(seen, ElementsAre("a.cpp cart 2", "b.cpp cart 1", "c.cpp stock 1", "d.cpp shelf 1", "d.cpp stock 1",
                                "e.cpp shelf 1"));
}

// A program in which every source finds something.
facts::Program everything() {
  facts::Program program = two_files();
  facts::FileFacts& file = program.files[0];
  facts::StringValue sql;
  sql.at = {"a.cpp", 3, 1};
  sql.in_usr = "c:@F@f#";
  sql.callee_name = "sqlite3_exec";
  sql.argument = 1;
  sql.pieces = {{true, "DELETE FROM cart WHERE id = 1"}};
  file.strings.push_back(sql);
  facts::Registration route;
  route.at = {"a.cpp", 5, 1};
  route.callee_name = "httplib::Server::Get";
  route.object_type = "httplib::Server";
  route.arguments = {"/cart", "f"};
  route.argument_is_string = {true, false};
  route.callables = {"c:@F@f#"};
  route.callable_names = {"f"};
  file.registrations.push_back(route);
  file.guards.push_back({{"a.cpp", 2, 1}, 4, "c:@F@f#", "Transaction", "c:@S@Transaction", ""});
  facts::StringValue env;
  env.at = {"a.cpp", 6, 1};
  env.callee_name = "getenv";
  env.argument = 0;
  env.pieces = {{true, "MODE"}};
  file.strings.push_back(env);
  return program;
}

Settings everything_on() {
  Settings settings;
  settings.sql_files = {{"s.sql", "CREATE TABLE cart(id INTEGER);"}};
  for (int i = 0; i < 30; ++i)
    settings.history += commit(std::to_string(i), {changed("a.cpp"), changed("b.cpp")});
  settings.access_logs = {{"log", line("GET", "/cart")}};
  return settings;
}

TEST(Sources, EachCanBeLeftOutAlone) {
  const facts::Program program = everything();
  const Evidence whole = collect(program, everything_on());
  ASSERT_EQ(whole.sources.size(), source_names().size());
  for (const Source& source : whole.sources) {
    EXPECT_TRUE(source.used) << source.name;
    EXPECT_GT(source.rows, 0U) << source.name;
  }
  for (const std::string& name : source_names()) {
    Settings settings = everything_on();
    settings.without = {name};
    const Evidence evidence = collect(program, settings);
    for (std::size_t i = 0; i < evidence.sources.size(); ++i) {
      const Source& source = evidence.sources[i];
      EXPECT_EQ(source.used, source.name != name);
      if (source.name == name) {
        EXPECT_EQ(source.rows, 0U) << name;
        EXPECT_THAT(source.note, HasSubstr("left out"));
      } else {
        EXPECT_EQ(source.rows, whole.sources[i].rows) << source.name << " without " << name;
      }
    }
  }
}

}  // namespace
}  // namespace banyan::evidence::testing
