// The real programs: `banyan-router` (either event back end) as a user starts and steers it.
#include "tests/router/cli/named_upstream.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <signal.h>

#include <memory>
#include <sqlite3.h>
#include <stdexcept>

namespace banyan::cli {
namespace {

namespace json = boost::json;
using Clock = std::chrono::steady_clock;
using support::eventually;

// A router with its two upstreams, steered through the command line.
class Site {
 public:
  explicit Site(std::string io = "") : io_(std::move(io)) {
    support::write_file(dir_ / "router.yaml", yaml());
    start();
  }

  std::string yaml() const {
    return "version: 1\n"
           "static: { listen: \"127.0.0.1:0\", admin: \"127.0.0.1:0\", state: state.db, timeouts: { drain: "
           "2s } }\n"
           "cohort: { key: [ \"header:X-Id\" ], salt: \"s\" }\n"
           "upstreams:\n"
           "  monolith: { endpoints: [ \"" +
           legacy_.address() +
           "\" ] }\n"
           "  orders: { endpoints: [ \"" +
           fresh_.address() +
           "\" ] }\n"
           "cutovers:\n"
           "  - { name: orders, match: { methods: [ GET ], path: \"/orders/**\" }, to: orders }\n";
  }
  void start() {
    std::vector<std::string> environment;
    if (!io_.empty()) environment.push_back("BANYAN_IO=" + io_);
    router_ =
        std::make_unique<support::Process>(std::vector<std::string>{program, "run", "-c", config()},
                                           dir_ / ("run" + std::to_string(++starts_) + ".log"), environment);
    listen_ = router_->wait_for_line("listening on http://");
    admin_ = router_->wait_for_line("admin on http://");
    router_->wait_for_line("status: ");  // everything is up when this is said
  }
  support::Output cli(std::vector<std::string> words) const {
    words.insert(words.begin(), program);
    words.insert(words.end(), {"-c", config()});
    return support::run(words);
  }
  std::string answer(const std::string& target, const std::string& id = "7") const {
    return support::HttpClient(listen_).get(target, {{"X-Id", id}}).body;
  }

  std::string config() const { return (dir_ / "router.yaml").string(); }
  std::string state() const { return (dir_ / "state.db").string(); }
  const std::string& listen() const { return listen_; }
  const std::string& admin() const { return admin_; }
  support::Process& router() { return *router_; }
  const support::TempDir& dir() const { return dir_; }

 private:
  std::string io_;
  support::TempDir dir_;
  NamedUpstream legacy_{"legacy"}, fresh_{"new"};
  std::unique_ptr<support::Process> router_;
  std::string listen_, admin_;
  int starts_ = 0;
};

// Holds the state file the way another program with a transaction open would.
class Lock {
 public:
  explicit Lock(const std::string& path) {
    if (sqlite3_open(path.c_str(), &db_) != SQLITE_OK ||
        sqlite3_exec(db_, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr) != SQLITE_OK)
      throw std::runtime_error("cannot lock");
  }
  ~Lock() { sqlite3_close(db_); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  sqlite3* db_ = nullptr;
};

class Router : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(BothBackEnds, Router, testing::Values("", "uring"),
                         [](const auto& io) { return io.param.empty() ? std::string("chosen") : io.param; });

// The newest record of the journal without what no two records share.
json::object newest_record(const Site& site) {
  const auto answer = support::HttpClient(site.admin()).get("/api/v1/audit");
  json::object record = json::parse(answer.body).at("list").as_array().back().as_object();
  for (const char* own : {"seq", "time", "hash", "via"}) record.erase(own);
  record["evidence"].as_object().erase("via");
  return record;
}

TEST_P(Router, TheApiLeavesWhatTheCommandLineLeaves) {
  Site site(GetParam());
  const std::string token = support::read_file(site.state() + ".token");
  std::vector<json::object> left;
  for (const bool by_api : {false, true}) {
    if (by_api) {
      const auto said = support::HttpClient(site.admin()).request(
          "POST", "/api/v1/cutovers/orders/hold", {{"Authorization", "Bearer " + token.substr(0, token.find('\n'))}},
          R"({"who": "ada", "why": "a look"})");
      ASSERT_EQ(said.status, 200) << said.body;
    } else {
      ASSERT_EQ(site.cli({"hold", "orders", "--who", "ada", "--why", "a look"}).exit_code, 0);
    }
    left.push_back(newest_record(site));
    ASSERT_EQ(site.cli({"resume", "orders"}).exit_code, 0);
  }
  EXPECT_EQ(left[0], left[1]) << json::serialize(left[0]) << json::serialize(left[1]);
  EXPECT_EQ(left[0].at("who").as_string(), "ada@127.0.0.1");
  const auto listed = site.cli({"audit"});
  EXPECT_TRUE(has(listed.out, "by ada@127.0.0.1 (cli)")) << listed.out;
  EXPECT_TRUE(has(listed.out, "by ada@127.0.0.1 (api)")) << listed.out;
}

TEST_P(Router, WalksACutoverAndBack) {
  Site site(GetParam());
  EXPECT_EQ(site.answer("/orders/1"), "legacy");
  auto said = site.cli({"promote", "orders", "--full", "--why", "a test"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_TRUE(has(said.out, "orders: legacy -> live\n")) << said.out;
  EXPECT_TRUE(has(said.out, "to reverse: banyan-router rollback orders")) << said.out;
  EXPECT_EQ(site.answer("/orders/1"), "new");
  EXPECT_EQ(site.answer("/other"), "legacy");
  said = site.cli({"explain", "GET", "/orders/1", "-H", "X-Id: 7"});
  EXPECT_TRUE(has(said.out, "stage live")) << said.out << said.err;
  said = site.cli({"rollback", "orders"});
  EXPECT_EQ(said.exit_code, 0);
  EXPECT_EQ(site.answer("/orders/1"), "legacy");
  said = site.cli({"audit"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_TRUE(has(said.out, "OK: 2 records, chain intact")) << said.out;
  EXPECT_TRUE(has(said.out, "\"a test\"")) << said.out;
  EXPECT_EQ(site.cli({"status"}).exit_code, 0);
}

TEST_P(Router, RollsBackUnderLoadWithTheStateFileLockedAndRemembersAfterKill) {
  Site site(GetParam());
  ASSERT_EQ(site.cli({"promote", "orders", "--full"}).exit_code, 0);
  std::atomic<bool> stop{false}, acknowledged{false};
  std::atomic<int> answers{0}, late{0}, failed{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i)
    callers.emplace_back([&, i] {
      support::HttpClient client(site.listen());
      while (!stop) {
        const bool after = acknowledged;
        try {
          const auto body = client.get("/orders/1", {{"X-Id", std::to_string(i)}}).body;
          ++answers;
          if (after && body != "legacy") ++late;
        } catch (const std::runtime_error&) {
          ++failed;
        }
      }
    });
  EXPECT_TRUE(eventually([&] { return answers > 200; }, std::chrono::seconds(30)));
  {
    const Lock lock(site.state());
    const auto before = Clock::now();
    const auto said = site.cli({"rollback", "--all"});
    const auto took = Clock::now() - before;
    acknowledged = true;
    EXPECT_EQ(said.exit_code, 0) << said.err;
    EXPECT_LT(took, std::chrono::seconds(1));
    const int then = answers;
    EXPECT_TRUE(eventually([&] { return answers > then + 200; }, std::chrono::seconds(30)));
    site.router().kill_hard();
  }
  stop = true;
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(late, 0);
  site.start();
  EXPECT_EQ(site.answer("/orders/1"), "legacy");
  const auto said = site.cli({"audit"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_TRUE(has(said.out, "live -> rolled_back")) << said.out;
}

TEST_P(Router, StageSurvivesKillNine) {
  Site site(GetParam());
  ASSERT_EQ(site.cli({"set-weight", "orders", "100"}).exit_code, 0);
  for (int round = 0; round < 5; ++round) {  // each finds the addresses that the last one had
    site.router().kill_hard();
    site.start();
    EXPECT_EQ(site.answer("/orders/1"), "new");
  }
}

TEST_P(Router, KillSwitchesWorkBySignalAndFile) {
  Site site(GetParam());
  ASSERT_EQ(site.cli({"promote", "orders", "--full"}).exit_code, 0);
  site.router().send(SIGUSR2);
  EXPECT_TRUE(eventually([&] { return site.answer("/orders/1") == "legacy"; }));
  ASSERT_EQ(site.cli({"promote", "orders", "--full"}).exit_code, 0);
  support::write_file(site.state() + ".kill", "");
  EXPECT_TRUE(eventually([&] { return site.answer("/orders/1") == "legacy"; }));
  EXPECT_EQ(site.cli({"promote", "orders"}).exit_code, 1);
}

TEST_P(Router, ReloadsByFileAndKeepsTheLastGoodOne) {
  Site site(GetParam());
  support::write_file(site.config(), site.yaml() + "wieght: 1\n");
  EXPECT_TRUE(eventually([&] { return site.cli({"status"}).exit_code == 1; }));
  EXPECT_EQ(site.answer("/orders/1"), "legacy");
  const auto said = site.cli({"rollback", "orders"});  // works while the file is broken
  EXPECT_EQ(said.exit_code, 0) << said.err;
  const auto refused = site.cli({"reload"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_TRUE(has(refused.err, "unknown key 'wieght'")) << refused.err;
  support::write_file(site.config(), site.yaml());
  site.router().send(SIGHUP);
  EXPECT_TRUE(eventually([&] { return site.cli({"status"}).exit_code == 0; }));
}

TEST_P(Router, DrainsOnTermination) {
  Site site(GetParam());
  EXPECT_EQ(site.answer("/x"), "legacy");
  site.router().send(SIGTERM);
  EXPECT_EQ(site.router().wait(), 0);
  EXPECT_EQ(site.cli({"status"}).exit_code, 2);
}

TEST(CommandLine, ExplainsOfflineFromConfigurationAndJournal) {
  Site site;
  ASSERT_EQ(site.cli({"set-weight", "orders", "100"}).exit_code, 0);
  site.router().stop();
  const auto said = site.cli({"explain", "GET", "/orders/1", "-H", "X-Id: 7"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_TRUE(has(said.out, "stage canary 100 %")) << said.out;
  EXPECT_TRUE(has(said.out, "upstream: orders")) << said.out;
}

TEST(CommandLine, RefusesASecondRouterOnTheSameState) {
  Site site;
  const auto said = support::run({program, "run", "-c", site.config()});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_TRUE(has(said.err, "another router uses")) << said.err;
}

TEST(CommandLine, BanyanIoChoosesTheBackEnd) {
  const auto says = [](const std::string& io) {
    const Site site;
    const auto said = support::run({program, "run", "-c", site.config()}, std::chrono::seconds(60), {"BANYAN_IO=" + io});
    EXPECT_EQ(said.exit_code, 2);  // the state is in use; that much is found out after the choice
    return said.err;
  };
  EXPECT_TRUE(has(says("uring"), "BANYAN_IO=uring; starting banyan-router-uring\n"));
  EXPECT_FALSE(has(says("epoll"), "starting"));
  const auto unknown = says("kqueue");
  EXPECT_TRUE(has(unknown, "error: BANYAN_IO is 'kqueue'")) << unknown;
  EXPECT_FALSE(has(unknown, "another router"));
}

TEST(CommandLine, HelpsWithTypos) {
  const auto exit_and_error = [](std::vector<std::string> words) {
    words.insert(words.begin(), program);
    const auto said = support::run(words);
    return std::to_string(said.exit_code) + " " + said.err;
  };
  EXPECT_TRUE(
      has(exit_and_error({"promot", "x"}), "2 error: unknown command 'promot'\n  did you mean 'promote'?"));
  EXPECT_TRUE(has(exit_and_error({"promote", "--ful", "x"}), "did you mean '--full'?"));
  EXPECT_TRUE(exit_and_error({}).starts_with("2 "));
  EXPECT_TRUE(exit_and_error({"rollback"}).starts_with("2 "));
  EXPECT_TRUE(
      exit_and_error({"check", "-c", "/nowhere.yaml"}).starts_with("2 /nowhere.yaml: error: cannot read"));
  for (const char* verb : {"run", "check", "explain", "status", "promote", "rollback", "hold", "resume",
                           "set-weight", "audit", "reload", "init"})
    EXPECT_EQ(support::run({program, verb, "--help"}).exit_code, 0) << verb;
}

TEST(CommandLine, InitWritesAFileThatPassesCheck) {
  const support::TempDir dir;
  const std::string file = (dir / "router.yaml").string();
  ASSERT_EQ(support::run({program, "init", "--upstream", "http://127.0.0.1:8081/", "-c", file}).exit_code, 0);
  const auto said = support::run({program, "check", "-c", file});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_TRUE(has(said.out, "OK: 1 upstream")) << said.out;
  EXPECT_EQ(support::run({program, "init", "--upstream", "127.0.0.1:8081", "-c", file}).exit_code, 2);
}

}  // namespace
}  // namespace banyan::cli
