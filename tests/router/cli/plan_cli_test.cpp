// simulate, ledger, config and init as a user calls them; nothing is running.
#include "tests/router/cli/named_upstream.hpp"
#include "tests/support/process.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <filesystem>

namespace banyan::cli {
namespace {

namespace json = boost::json;

class PlanCommands : public testing::Test {
 protected:
  void SetUp() override {
    support::write_file(dir_ / "router.yaml",
                        "version: 1\n"
                        "static: { state: state.db, access_log: access.log, timeouts: { drain: 3s } }\n"
                        "cohort: { key: [ \"header:X-Id\" ], salt: \"s\" }\n"
                        "upstreams: { monolith: { endpoints: [ \"127.0.0.1:8081\" ] }, shop: { endpoints: [ \"127.0.0.1:8091\" ] } }\n"
                        "cutovers:\n"
                        "  - { name: orders, match: { methods: [ GET ], path: \"/orders/**\" }, to: shop, plan: [ { stage: canary, percent: 25 }, { stage: live } ] }\n");
    std::string log;
    for (int i = 0; i < 100; ++i)
      log += R"({"time":"2026-11-30T10:00:00.000Z","client":"10.0.0.1","method":"GET","target":"/orders/1","status":200,"cutover":"orders","side":"legacy","upstream":"monolith","caller":")" +
             std::to_string(i) + R"(","user_agent":"app/1"})" + "\n";
    log += "192.0.2.9 - - [30/Nov/2026:10:00:01 +0000] \"POST /login HTTP/1.1\" 200 5 \"-\" \"curl/8\"\n";
    support::write_file(dir_ / "access.log", log);
  }
  support::Output cli(std::vector<std::string> words) const {
    words.insert(words.begin(), program);
    words.insert(words.end(), {"-c", (dir_ / "router.yaml").string()});
    return support::run(words);
  }
  support::TempDir dir_;
};

TEST_F(PlanCommands, SimulateTellsWhoIsExposedAndWhatMoves) {
  auto said = cli({"simulate"});
  EXPECT_EQ(said.exit_code, 0) << said.err << said.out;
  EXPECT_TRUE(has(said.out, "101 requests from 2026-11-30T10:00:00Z")) << said.out;
  EXPECT_TRUE(has(said.out, "live: 100 requests of 100 callers on the new side")) << said.out;
  EXPECT_TRUE(has(said.out, "no cutover: 1 requests; most often POST /login (1)")) << said.out;
  said = cli({"simulate", "--at", "orders/live", "--json"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  const json::value result = json::parse(said.out);
  EXPECT_EQ(result.at("moved").at(0).at("requests").as_int64(), 100);
  EXPECT_EQ(result.at("load").at("shop").as_int64(), 100);
  said = cli({"simulate", "--at", "order/live"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_TRUE(has(said.err, "did you mean 'orders'?")) << said.err;
}

TEST_F(PlanCommands, SimulateFindsARuleThatSendsRequestsElsewhere) {
  const std::string line = R"({"time":"2026-11-30T10:00:00.000Z","client":"10.0.0.1","method":"GET","target":"/orders/1","status":200,"upstream":"shop"})";
  support::write_file(dir_ / "other.log", line + "\nnonsense\n");
  auto said = cli({"simulate", (dir_ / "other.log").string()});
  EXPECT_EQ(said.exit_code, 1) << said.out;
  EXPECT_TRUE(has(said.out, "would move: shop -> monolith: 1 requests of 1 callers, such as GET /orders/1")) << said.out;
  EXPECT_TRUE(has(said.err, "1 lines could not be read, the first is " + (dir_ / "other.log").string() + ":2")) << said.err;
  said = cli({"ledger", (dir_ / "other.log").string()});
  EXPECT_EQ(said.exit_code, 3) << said.err;
  support::write_file(dir_ / "other.log", "nonsense\n");
  EXPECT_EQ(cli({"simulate", (dir_ / "other.log").string()}).exit_code, 2);
  EXPECT_EQ(cli({"simulate", (dir_ / "none.log").string()}).exit_code, 2);
}

TEST_F(PlanCommands, LedgerNamesCallersAndShares) {
  auto said = cli({"ledger", "-n", "2"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_TRUE(has(said.out, "strangled: endpoints 0.0 % (0 of 1), requests 0.0 % (0 of 101), writes 0.0 % (0 of 1)")) << said.out;
  EXPECT_TRUE(has(said.out, "100 callers")) << said.out;
  EXPECT_TRUE(has(said.out, "\"app/1\", 1 requests")) << said.out;
  EXPECT_TRUE(has(said.out, "not everybody is on the new side")) << said.out;
  said = cli({"ledger", "--json"});
  EXPECT_EQ(json::parse(said.out).at("cutovers").at(0).at("callers").as_array().size(), 5u);
  EXPECT_EQ(cli({"ledger", "--silent-for", "soon"}).exit_code, 2);
}

TEST_F(PlanCommands, ConfigDumpTellsWhereEveryValueComesFrom) {
  const std::string file = (dir_ / "router.yaml").string();
  const auto said = cli({"config", "dump", "--origin"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  const auto line = [&](const std::string& key) {
    const auto start = said.out.find(key + ": ");
    return start == std::string::npos ? "no " + key : said.out.substr(start, said.out.find('\n', start) - start);
  };
  EXPECT_TRUE(has(line("static.timeouts.drain"), "3s") && has(line("static.timeouts.drain"), "# " + file + ":2")) << said.out;
  EXPECT_TRUE(has(line("static.timeouts.header"), "10000ms") && has(line("static.timeouts.header"), "# default")) << said.out;
  EXPECT_TRUE(has(line("static.state"), (dir_ / "state.db").string())) << "as it is found";
  EXPECT_TRUE(has(line("cutovers[0].plan[0].percent"), "25")) << said.out;
  EXPECT_TRUE(has(line("cutovers[0].from"), "monolith") && has(line("cutovers[0].from"), "# default")) << said.out;
  EXPECT_TRUE(has(line("default"), "monolith")) << said.out;
  EXPECT_TRUE(has(line("upstreams.shop.outlier.consecutive"), "3") && has(line("upstreams.shop.breaker"), "none")) << said.out;
  EXPECT_EQ(json::parse(cli({"config", "dump", "--json"}).out).as_array().size(),
            static_cast<std::size_t>(std::count(said.out.begin(), said.out.end(), '\n')));
  const auto typo = cli({"config", "dmup"});
  EXPECT_EQ(typo.exit_code, 2);
  EXPECT_TRUE(has(typo.err, "did you mean 'dump'?")) << typo.err;
}

TEST(PlanCommandLine, SchemaIsTheOneThatIsPublished) {
  const auto said = support::run({program, "config", "schema"});
  EXPECT_EQ(said.exit_code, 0);
  EXPECT_EQ(said.out, support::read_file(BANYAN_SOURCE_DIR "/docs/reference/router.schema.json"));
}

TEST(PlanCommandLine, InitTakesServicesAndRoutesAndNeverOverwrites) {
  const support::TempDir dir;
  const std::string file = (dir / "router.yaml").string(), contexts = (dir / "contexts.json").string();
  support::write_file(contexts, R"({"contexts":[{"id":"c1","name":"orders"}],"routes":[{"method":"GET","path":"/api/orders/{id}","context":"c1"}]})");
  const std::vector<std::string> words = {program, "init", "--upstream", "127.0.0.1:8081", "--service", "orders=127.0.0.1:8091",
                                          "--contexts", contexts, "--cohort", "cookie:sid", "-c", file};
  auto said = support::run(words);
  EXPECT_EQ(said.exit_code, 0) << said.err;
  said = support::run({program, "check", "-c", file});
  EXPECT_TRUE(has(said.out, "OK: 2 upstreams, 1 cutover, 1 rule, 1 expectation")) << said.out << said.err;
  EXPECT_EQ(support::run(words).exit_code, 2) << "it is there already";
  EXPECT_EQ(support::run({program, "init", "-c", (dir / "other.yaml").string()}).exit_code, 2) << "nobody to ask";
  EXPECT_EQ(support::run({program, "init", "--upstream", "127.0.0.1:1", "--path", "x=/y", "-c", (dir / "other.yaml").string()}).exit_code, 2);
  EXPECT_FALSE(std::filesystem::exists(dir / "other.yaml"));
}

TEST(PlanCommandLine, EveryVerbHasHelpWithExamplesAndHelpsWithTypos) {
  for (const char* verb : {"simulate", "ledger", "config", "init", "freeze"}) {
    const auto said = support::run({program, verb, "--help"});
    EXPECT_EQ(said.exit_code, 0) << verb;
    EXPECT_TRUE(has(said.out, "Examples:")) << verb << said.out;
  }
  EXPECT_TRUE(has(support::run({program, "simulat"}).err, "did you mean 'simulate'?"));
  EXPECT_TRUE(has(support::run({program, "ledger", "--silent-fr"}).err, "did you mean '--silent-for'?"));
}

}  // namespace
}  // namespace banyan::cli
