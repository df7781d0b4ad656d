// Three real routers and a real etcd. B reaches it through a relay that can be cut.
#include "tests/fleet/etcd_server.hpp"
#include "tests/fleet/relay.hpp"
#include "tests/router/cli/named_upstream.hpp"
#include "tests/support/http_client.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <map>
#include <thread>

namespace banyan::fleet {
namespace {

namespace json = boost::json;
using cli::has;
using support::eventually;
using Clock = std::chrono::steady_clock;

constexpr auto at_most = std::chrono::seconds(60);
constexpr std::chrono::milliseconds watched{240'000};  // a relist that no test waits for

class RouterProcess {
 public:
  RouterProcess(std::filesystem::path folder, const std::string& binary, const std::string& yaml)
      : folder_(std::move(folder)), binary_(BANYAN_BINARY_DIR "/bin/" + binary) {
    std::filesystem::create_directories(folder_);
    support::write_file(config(), yaml);
    start();
  }
  void start() {
    process_ = std::make_unique<support::Process>(std::vector<std::string>{binary_, "run", "-c", config()}, folder_ / ("run" + std::to_string(++starts_) + ".log"));
    listen_ = process_->wait_for_line("listening on http://");
    admin_ = process_->wait_for_line("admin on http://");
    process_->wait_for_line("status: ");
  }
  void stop() { process_->stop(); }
  void kill_hard() { process_->kill_hard(); }

  support::Output cli(std::vector<std::string> words) const {
    words.insert(words.begin(), cli::program);
    words.insert(words.end(), {"-c", config()});
    return support::run(words);
  }
  std::string get(const std::string& target) const { return support::HttpClient(admin_).get(target).body; }
  json::value status() const { return json::parse(get("/api/v1/status")); }
  std::string stage(const std::string& cutover = "orders") const {
    return std::string(json::parse(get("/api/v1/cutovers/" + cutover)).at("state").at("text").as_string());
  }
  bool comes_to(const std::string& text, const std::string& cutover = "orders") const {
    return eventually([&] { return stage(cutover) == text; }, at_most);
  }
  bool in_step() const { return status().at("fleet").at("in_step").as_bool(); }
  bool comes_into_step(bool wanted = true) const {
    return eventually([&] { return in_step() == wanted; }, at_most);
  }
  // Who answers a caller of the cutover.
  std::string answered_by() const { return support::HttpClient(listen_).get("/orders/1", {{"X-Id", "7"}}).body; }
  std::string log() const { return process_->log_text(); }

 private:
  std::string config() const { return (folder_ / "router.yaml").string(); }

  std::filesystem::path folder_;
  std::string binary_, listen_, admin_;
  int starts_ = 0;
  std::unique_ptr<support::Process> process_;
};

class Fleet : public testing::Test {
 protected:
  void SetUp() override {
    if (etcd_program().empty()) GTEST_SKIP();
    etcd_ = std::make_unique<EtcdServer>(dir_.path());
    relay_ = std::make_unique<Relay>(etcd_->port());
  }

  void start(std::chrono::milliseconds relist = watched, std::chrono::milliseconds timeout = std::chrono::seconds(3)) {
    a_ = router("a", "banyan-router-uring", etcd_->port(), relist, timeout);
    b_ = router("b", "banyan-router", relay_->port(), relist, timeout);
    c_ = router("c", "banyan-router", etcd_->port(), relist, timeout);
    for (const auto* each : {&a_, &b_, &c_}) ASSERT_TRUE((*each)->comes_into_step()) << (*each)->log();
  }

  std::unique_ptr<RouterProcess> router(const std::string& name, const std::string& binary, std::uint16_t port, std::chrono::milliseconds relist,
                                        std::chrono::milliseconds timeout) {
    return std::make_unique<RouterProcess>(
        dir_ / name, binary,
        "version: 1\n"
        "static:\n"
        "  listen: \"127.0.0.1:0\"\n"
        "  admin: \"127.0.0.1:0\"\n"
        "  state: \"etcd://127.0.0.1:" + std::to_string(port) + "/shop\"\n"
        "  fleet: { router: edge-" + name + ", journal: state.db, relist: " + std::to_string(relist.count()) + "ms, timeout: " + std::to_string(timeout.count()) + "ms }\n"
        "cohort: { key: [ \"header:X-Id\" ], salt: \"s\" }\n"
        "upstreams:\n"
        "  monolith: { endpoints: [ \"" + legacy_.address() + "\" ] }\n"
        "  orders: { endpoints: [ \"" + fresh_.address() + "\" ] }\n"
        "cutovers:\n"
        "  - { name: orders, match: { methods: [ GET ], path: \"/orders/**\" }, to: orders, plan: [ { stage: canary, percent: 25 }, { stage: live }, { stage: retired } ] }\n"
        "  - { name: stock, match: { methods: [ GET ], path: \"/stock/**\" }, to: orders, plan: [ { stage: canary, percent: 25 }, { stage: live } ] }\n");
  }

  void promote_everywhere() {
    ASSERT_EQ(a_->cli({"promote", "orders"}).exit_code, 0);
    for (const auto* each : {&a_, &b_, &c_}) ASSERT_TRUE((*each)->comes_to("canary 25 %")) << (*each)->log();
  }

  // What the journals say of the fleet's entries: number -> who, cutover, next state.
  std::map<std::int64_t, std::string> entries_of(const RouterProcess& router) const {
    std::map<std::int64_t, std::string> out;
    const json::value audit = json::parse(router.get("/api/v1/audit?limit=0"));
    EXPECT_TRUE(audit.at("ok").as_bool()) << audit;
    for (const json::value& record : audit.at("list").as_array()) {
      const auto* fleet = record.at("evidence").as_object().if_contains("fleet");
      if (!fleet || !fleet->as_object().contains("seq")) continue;
      out[fleet->at("seq").as_int64()] += json::serialize(record.at("who")) + json::serialize(record.at("why")) + json::serialize(record.at("cutover")) +
                                          json::serialize(record.at("next")) + json::serialize(fleet->at("router")) + json::serialize(fleet->at("hash"));
    }
    return out;
  }

  support::TempDir dir_;
  cli::NamedUpstream legacy_{"legacy"}, fresh_{"new"};
  std::unique_ptr<EtcdServer> etcd_;
  std::unique_ptr<Relay> relay_;
  std::unique_ptr<RouterProcess> a_, b_, c_;
};

TEST_F(Fleet, F12_APromoteOnOneRouterActsOnAll) {
  start();
  ASSERT_EQ(a_->cli({"promote", "orders", "--full", "--why", "known to be good"}).exit_code, 0);
  const auto begun = Clock::now();
  for (const auto* each : {&b_, &c_}) {
    EXPECT_TRUE((*each)->comes_to("live")) << (*each)->log();
    EXPECT_EQ((*each)->answered_by(), "new");
  }
  RecordProperty("all_have_it_after_ms", static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun).count()));
  ASSERT_EQ(c_->cli({"freeze", "stock", "--why", "release week"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return a_->cli({"promote", "stock"}).exit_code == 1; }, at_most)) << "a freeze binds all";
  const auto all = entries_of(*a_);
  EXPECT_TRUE(eventually([&] { return entries_of(*b_) == all && entries_of(*c_) == all; }, at_most)) << "each journal has each entry";
  EXPECT_TRUE(has(all.at(1), "known to be good")) << all.at(1);
  EXPECT_TRUE(has(all.at(1), "edge-a")) << all.at(1);
}

TEST_F(Fleet, F12_OfTwoConflictingCommandsTheSecondHearsWhoWasFirst) {
  start();
  promote_everywhere();
  relay_->mute_watches();  // B does not know what A does now
  ASSERT_EQ(a_->cli({"promote", "orders", "--why", "mine"}).exit_code, 0);
  const auto late = b_->cli({"hold", "orders"});
  EXPECT_EQ(late.exit_code, 1) << late.out << late.err;
  EXPECT_TRUE(has(late.err, "somebody else was first (entry 2)")) << late.err;
  EXPECT_TRUE(has(late.err, "on edge-a")) << late.err;
  EXPECT_TRUE(has(late.err, "promote 'orders' to live")) << late.err;
  EXPECT_EQ(b_->stage(), "live") << "and it knows now";
  ASSERT_EQ(a_->cli({"promote", "stock"}).exit_code, 0);
  EXPECT_EQ(b_->cli({"hold", "orders"}).exit_code, 0) << "another cutover's command is no conflict";
  EXPECT_TRUE(a_->comes_to("held (live)"));
  EXPECT_EQ(b_->stage("stock"), "canary 25 %");
}

TEST_F(Fleet, F12_ARaceLeavesAllRoutersWithTheSameStagesAndEntries) {
  start();
  const auto race = [](const RouterProcess& router, int from) {
    for (int i = 0; i < 6; ++i) router.cli({"set-weight", "orders", std::to_string(from + i) + "%"});
  };
  std::thread one([&] { race(*a_, 10); }), two([&] { race(*b_, 40); }), three([&] { race(*c_, 70); });
  one.join(), two.join(), three.join();
  EXPECT_TRUE(eventually([&] {
    const auto all = entries_of(*a_);
    return !all.empty() && entries_of(*b_) == all && entries_of(*c_) == all;
  }, at_most));
  EXPECT_EQ(a_->stage(), b_->stage());
  EXPECT_EQ(a_->stage(), c_->stage());
  for (const auto* each : {&a_, &b_, &c_}) EXPECT_EQ((*each)->cli({"audit"}).exit_code, 0);
}

TEST_F(Fleet, F12_ARouterThatLosesEtcdServesOnSaysSoAndRefusesToPromote) {
  start();
  promote_everywhere();
  relay_->cut();
  ASSERT_TRUE(b_->comes_into_step(false));
  ASSERT_EQ(a_->cli({"promote", "orders"}).exit_code, 0);
  const auto refused = b_->cli({"promote", "orders"});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_TRUE(has(refused.err, "out of step with its fleet")) << refused.err;
  EXPECT_EQ(b_->stage(), "canary 25 %");
  EXPECT_TRUE(has(b_->get("/readyz"), "ready\nwarning: ")) << b_->get("/readyz");
  EXPECT_TRUE(has(b_->get("/readyz"), "out of step")) << b_->get("/readyz");
  EXPECT_TRUE(has(b_->get("/metrics"), "banyan_router_fleet_in_step 0"));
  EXPECT_TRUE(has(b_->cli({"status"}).out, "out of step"));
  EXPECT_TRUE(has(b_->log(), "OUT OF STEP WITH THE FLEET")) << b_->log();
  relay_->heal();
  EXPECT_TRUE(b_->comes_to("live")) << b_->log();
  EXPECT_TRUE(eventually([&] { return has(b_->get("/metrics"), "banyan_router_fleet_in_step 1"); }, at_most));
}

TEST_F(Fleet, F12_ARollbackWithoutEtcdActsInASecondAndWinsOverAPromoteElsewhere) {
  start();
  promote_everywhere();
  relay_->swallow();  // whoever asked etcd would wait for three seconds
  const auto begun = Clock::now();
  const auto back = b_->cli({"rollback", "orders", "--why", "errors"});
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
  EXPECT_EQ(back.exit_code, 0) << back.err;
  EXPECT_EQ(b_->stage(), "rolled_back");
  EXPECT_EQ(b_->answered_by(), "legacy");
  EXPECT_LT(took, std::chrono::seconds(1));
  RecordProperty("rollback_ms", static_cast<int>(took.count()));
  ASSERT_EQ(a_->cli({"promote", "orders"}).exit_code, 0) << "A cannot know";
  ASSERT_TRUE(c_->comes_to("live"));
  EXPECT_EQ(b_->stage(), "rolled_back");
  relay_->cut();  // the swallowed connections end
  ASSERT_TRUE(b_->comes_into_step(false));
  relay_->heal();
  for (const auto* each : {&a_, &c_}) EXPECT_TRUE((*each)->comes_to("rolled_back")) << (*each)->log();
  EXPECT_TRUE(eventually([&] { return b_->status().at("fleet").at("untold_rollbacks").as_array().empty(); }, at_most));
  EXPECT_EQ(b_->stage(), "rolled_back");
  ASSERT_EQ(c_->cli({"promote", "orders"}).exit_code, 0) << "whoever promotes now knows of it";
  EXPECT_TRUE(b_->comes_to("canary 25 %")) << b_->log();
}

TEST_F(Fleet, F12_ARollbackInAPartitionSurvivesTheRouter) {
  start();
  promote_everywhere();
  relay_->cut();
  ASSERT_TRUE(b_->comes_into_step(false));
  ASSERT_EQ(b_->cli({"rollback", "orders"}).exit_code, 0);
  ASSERT_EQ(b_->cli({"rollback", "stock"}).exit_code, 0);  // which B sees at legacy
  b_->kill_hard();
  ASSERT_EQ(a_->cli({"promote", "orders"}).exit_code, 0);
  ASSERT_EQ(a_->cli({"promote", "stock"}).exit_code, 0);
  b_->start();
  EXPECT_EQ(b_->stage(), "rolled_back");
  relay_->heal();
  EXPECT_TRUE(a_->comes_to("rolled_back")) << a_->log();
  EXPECT_TRUE(a_->comes_to("rolled_back", "stock")) << a_->log();
}

TEST_F(Fleet, F12_WithoutEtcdARestartGoesOnFromTheJournal) {
  start();
  promote_everywhere();
  etcd_->kill_hard();
  c_->stop();
  c_->start();
  EXPECT_EQ(c_->stage(), "canary 25 %");
  EXPECT_TRUE(has(c_->get("/readyz"), "ready\nwarning: ")) << c_->get("/readyz");
  auto fourth = router("d", "banyan-router", etcd_->port(), watched, std::chrono::seconds(1));
  EXPECT_TRUE(has(fourth->get("/readyz"), "not ready: the stages of the fleet are not known yet")) << "silence is no stage";
  etcd_->start();
  for (const RouterProcess* each : {a_.get(), b_.get(), c_.get(), fourth.get()}) ASSERT_TRUE(each->comes_into_step()) << each->log();
  EXPECT_EQ(fourth->stage(), "canary 25 %");
  ASSERT_EQ(fourth->cli({"promote", "orders"}).exit_code, 0);
  for (const auto* each : {&a_, &b_, &c_}) EXPECT_TRUE((*each)->comes_to("live"));
}

TEST_F(Fleet, F12_CompactionAndALostWatchCostNothing) {
  start(std::chrono::milliseconds(500));
  promote_everywhere();
  const auto revision = json::parse(etcd_->post("/v3/maintenance/status", "{}")).at("header").at("revision").as_string();
  etcd_->compact(std::stoll(std::string(revision)));
  relay_->mute_watches();
  ASSERT_EQ(a_->cli({"promote", "orders"}).exit_code, 0);
  for (const auto* each : {&b_, &c_}) EXPECT_TRUE((*each)->comes_to("live")) << (*each)->log();
  EXPECT_TRUE(b_->in_step());
}

TEST_F(Fleet, F12_StagesDoNotGoBackWhenEtcdLosesItsData) {
  start(std::chrono::milliseconds(500));
  promote_everywhere();
  etcd_->kill_hard();
  etcd_->lose_data();
  etcd_->start();
  EXPECT_TRUE(eventually([&] { return has(a_->get("/readyz"), "etcd does not hold entry 1"); }, at_most)) << a_->get("/readyz");
  for (const auto* each : {&a_, &b_, &c_}) EXPECT_EQ((*each)->stage(), "canary 25 %");
  EXPECT_NE(a_->cli({"promote", "orders"}).exit_code, 0);
}

TEST_F(Fleet, F12_TheFirstRouterBringsItsStagesAndTheNextTakesThem) {
  a_ = router("a", "banyan-router-uring", etcd_->port(), watched, std::chrono::seconds(3));
  ASSERT_EQ(a_->cli({"promote", "orders"}).exit_code, 0);
  a_->stop();
  etcd_->kill_hard();
  etcd_->lose_data();
  etcd_->start();
  std::string yaml = support::read_file(dir_ / "a/router.yaml");
  yaml.replace(yaml.find("/shop\""), 6, "/next\"");  // a new record for the same journal
  support::write_file(dir_ / "a/router.yaml", yaml);
  a_->start();
  ASSERT_TRUE(a_->comes_into_step()) << a_->log();
  EXPECT_EQ(a_->stage(), "canary 25 %");
  std::filesystem::create_directories(dir_ / "c");
  yaml.replace(yaml.find("edge-a"), 6, "edge-c");
  c_ = std::make_unique<RouterProcess>(dir_ / "c", "banyan-router", yaml);
  EXPECT_TRUE(c_->comes_to("canary 25 %")) << c_->log();
}

TEST_F(Fleet, F12_AKillFileOnOneRouterKeepsAllBack) {
  start();
  promote_everywhere();
  support::write_file(dir_ / "b" / "state.db.kill", "");
  for (const auto* each : {&a_, &b_, &c_}) EXPECT_TRUE((*each)->comes_to("rolled_back")) << (*each)->log();
  ASSERT_TRUE(eventually([&] { return b_->status().at("fleet").at("untold_rollbacks").as_array().empty(); }, at_most));
  ASSERT_EQ(a_->cli({"promote", "orders"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return a_->stage() == "rolled_back" && c_->stage() == "rolled_back"; }, at_most)) << a_->log();
  EXPECT_EQ(b_->stage(), "rolled_back");
}

}  // namespace
}  // namespace banyan::fleet
