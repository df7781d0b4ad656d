// Gates and the tripwire in the real program.
#include "tests/router/cli/named_upstream.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace banyan::cli {
namespace {

using support::eventually;

class GatesInTheProgram : public testing::Test {
 protected:
  void start(const std::string& plan) {
    support::write_file(dir_ / "router.yaml",
                        "version: 1\n"
                        "static: { listen: \"127.0.0.1:0\", admin: \"127.0.0.1:0\", state: state.db }\n"
                        "cohort: { key: [ \"header:X-Id\" ], salt: \"s\" }\n"
                        "upstreams:\n"
                        "  monolith: { endpoints: [ \"" + legacy_.address() + "\" ] }\n"
                        "  orders: { endpoints: [ \"" + fresh_.address() + "\" ] }\n"
                        "gates:\n"
                        "  healthy: { min_samples: 200, error_rate: { worse_than_baseline: 5pp } }\n"
                        "cutovers:\n"
                        "  - name: orders\n"
                        "    match: { methods: [ GET ], path: \"/orders/**\" }\n"
                        "    to: orders\n"
                        "    plan: " + plan + "\n");
    run();
  }
  void run() {
    router_ = std::make_unique<support::Process>(std::vector<std::string>{program, "run", "-c", config()},
                                                 dir_ / ("run" + std::to_string(++starts_) + ".log"));
    listen_ = router_->wait_for_line("listening on http://");
    router_->wait_for_line("status: ");
  }
  support::Output cli(std::vector<std::string> words) const {
    words.insert(words.begin(), program);
    words.insert(words.end(), {"-c", config()});
    return support::run(words);
  }
  void ask(int callers) {
    support::HttpClient client(listen_);
    for (int i = 0; i < callers; ++i) client.get("/orders/1", {{"X-Id", std::to_string(next_++)}});
  }
  std::string config() const { return (dir_ / "router.yaml").string(); }

  support::TempDir dir_;
  NamedUpstream legacy_{"legacy"}, fresh_{"new"};
  std::unique_ptr<support::Process> router_;
  std::string listen_;
  int starts_ = 0, next_ = 0;
};

TEST_F(GatesInTheProgram, F16_NoPromotionOnNoData) {
  start("[ { stage: canary, percent: 50, gate: healthy }, { stage: live } ]");
  ASSERT_EQ(cli({"promote", "orders"}).exit_code, 0);
  ask(6);
  const auto refused = cli({"promote", "orders"});
  EXPECT_EQ(refused.exit_code, 1) << refused.out << refused.err;
  EXPECT_TRUE(has(refused.err, "gate healthy, error_rate.worse_than_baseline: insufficient")) << refused.err;
  EXPECT_TRUE(has(refused.err, "of 200 requests on the new side so far")) << refused.err;
  const auto status = cli({"status"});
  EXPECT_TRUE(has(status.out, "waits: gate healthy")) << status.out;
  EXPECT_TRUE(has(status.out, "orders: canary 50 %")) << status.out;
  EXPECT_EQ(cli({"promote", "orders", "--force"}).exit_code, 2) << "a reason is needed";
  const auto forced = cli({"promote", "orders", "--force", "--why", "known to be good"});
  EXPECT_EQ(forced.exit_code, 0) << forced.err;
  EXPECT_TRUE(has(forced.out, "forced: gate healthy")) << forced.out;
  const auto audit = cli({"audit", "--format", "json"});
  EXPECT_EQ(audit.exit_code, 0);
}

TEST_F(GatesInTheProgram, PromotesByItselfOnlyWhereThePlanSaysAuto) {
  start("[ { stage: canary, percent: 50, gate: healthy, auto: true }, { stage: canary, percent: 60, gate: healthy }, { stage: live } ]");
  ASSERT_EQ(cli({"promote", "orders"}).exit_code, 0);
  ASSERT_TRUE(eventually([&] {
    ask(200);
    return has(cli({"status"}).out, "orders: canary 60 %");
  }, std::chrono::seconds(60)));
  EXPECT_TRUE(eventually([&] {
    ask(200);
    return has(cli({"status"}).out, "ready for the next step");
  }, std::chrono::seconds(60)));
  EXPECT_TRUE(has(cli({"status"}).out, "orders: canary 60 %")) << "the second step does not say auto";
  EXPECT_TRUE(has(cli({"audit"}).out, "by gate-engine"));
}

TEST_F(GatesInTheProgram, ABadReleaseIsRolledBackInThePathWithItsEvidence) {
  start("[ { stage: canary, percent: 50, gate: healthy }, { stage: live } ]");
  ASSERT_EQ(cli({"promote", "orders"}).exit_code, 0);
  ask(100);
  fresh_.fail(true);
  const int before = fresh_.failed();
  ask(300);
  EXPECT_LE(fresh_.failed() - before, 20) << "callers that saw an error";
  EXPECT_TRUE(eventually([&] { return has(cli({"audit"}).out, "by tripwire"); }));
  EXPECT_TRUE(has(cli({"status"}).out, "orders: rolled_back"));
  router_.reset();
  run();
  EXPECT_TRUE(has(cli({"status"}).out, "orders: rolled_back")) << "the journal has it";
}

TEST_F(GatesInTheProgram, ApprovalsAreAskedForRecordedAndOutliveARestart) {
  start("[ { stage: live, hold: 1h }, { stage: retired, approve: [ team-orders ] } ]");
  ASSERT_EQ(cli({"promote", "orders"}).exit_code, 0);
  auto refused = cli({"promote", "orders"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_TRUE(has(refused.err, "approval of team-orders is missing")) << refused.err;
  EXPECT_TRUE(has(refused.err, "hold: 60 min of 60 min left") || has(refused.err, "hold: 59 min of 60 min left")) << refused.err;
  EXPECT_EQ(cli({"promote", "orders", "--force", "--why", "in a hurry"}).exit_code, 1) << "no force stands in for an approval";
  EXPECT_EQ(cli({"approve", "orders", "--as", "somebody"}).exit_code, 1);
  EXPECT_EQ(cli({"approve", "orders", "--as", "team-orders"}).exit_code, 0);
  router_.reset();
  run();
  refused = cli({"promote", "orders"});
  EXPECT_FALSE(has(refused.err, "approval")) << refused.err;
  EXPECT_TRUE(has(refused.err, "hold: ")) << refused.err;
  EXPECT_EQ(cli({"promote", "orders", "--force", "--why", "in a hurry"}).exit_code, 0);
}

TEST_F(GatesInTheProgram, SaysAllThatBlocksAndWhatAFreezeForbids) {
  start("[ { stage: canary, percent: 50, gate: healthy, hold: 1h }, { stage: live, approve: [ team-orders ] } ]");
  EXPECT_EQ(cli({"promote", "orders", "--dry-run"}).exit_code, 0);
  EXPECT_TRUE(has(cli({"status"}).out, "orders: legacy")) << "a dry run moves nothing";
  ASSERT_EQ(cli({"promote", "orders"}).exit_code, 0);
  EXPECT_EQ(cli({"freeze", "--all"}).exit_code, 2) << "a reason is needed";
  const auto frozen = cli({"freeze", "--all", "--until", "12h", "--who", "ada", "--why", "black friday"});
  EXPECT_EQ(frozen.exit_code, 0) << frozen.err;
  EXPECT_TRUE(has(frozen.out, "to reverse: banyan-router thaw --all")) << frozen.out;
  for (const std::vector<std::string>& words : {std::vector<std::string>{"explain", "orders"}, {"promote", "orders", "--dry-run"}}) {
    const auto said = cli(words);
    EXPECT_EQ(said.exit_code, 1) << said.err;
    for (const char* part : {"next: live", "waits: every cutover is frozen by ada@", ": black friday", "waits: hold: ",
                             "waits: gate healthy, error_rate.worse_than_baseline: insufficient (0 of 200 requests",
                             "waits: approval of team-orders is missing\n"})
      EXPECT_TRUE(has(said.out, part)) << part << "\n" << said.out;
  }
  EXPECT_TRUE(has(cli({"explain", "orders", "--format", "json"}).out, R"("have":0,"need":200)"));
  EXPECT_EQ(cli({"explain", "order"}).exit_code, 2);
  const auto refused = cli({"promote", "orders", "--force", "--why", "now"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_TRUE(has(refused.err, "thaw --all; rollback is never frozen")) << refused.err;
  EXPECT_TRUE(has(cli({"status"}).out, "every cutover is frozen by ada@"));
  EXPECT_EQ(cli({"rollback", "orders"}).exit_code, 0);
  EXPECT_EQ(cli({"thaw", "--all"}).exit_code, 0);
  EXPECT_EQ(cli({"promote", "orders"}).exit_code, 0);
  const auto audit = cli({"audit"});
  EXPECT_TRUE(has(audit.out, "*  frozen until ")) << audit.out;
  EXPECT_TRUE(has(audit.out, "*  thawed")) << audit.out;
}

}  // namespace
}  // namespace banyan::cli
