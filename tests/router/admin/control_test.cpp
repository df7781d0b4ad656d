#include "router/cutover/audit.hpp"
#include "router/cutover/sqlite_file.hpp"
#include "tests/router/admin/fixture.hpp"

#include <atomic>
#include <filesystem>
#include <random>
#include <thread>

namespace banyan::admin {
namespace {

using cutover::Verb;
using Clock = std::chrono::steady_clock;

// Somebody else holds the state file.
class Locked {
 public:
  explicit Locked(const std::string& path) : db_(path, SQLITE_OPEN_READWRITE) {
    EXPECT_EQ(db_.run("BEGIN EXCLUSIVE"), SQLITE_OK) << db_.message();
  }
  ~Locked() { db_.run("ROLLBACK"); }

 private:
  cutover::SqliteFile db_;
};

TEST(Control, PromotesAlongThePlanAndRemembersAcrossARestart) {
  Shop shop;
  {
    const auto control = shop.open();
    EXPECT_EQ(stage(*control, "orders"), "legacy");
    ASSERT_TRUE(control->command("orders", command(Verb::promote), ada));
    const auto second = control->command("orders", command(Verb::promote), ada);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->note, "") << "without a gatekeeper nobody has an opinion";
    EXPECT_EQ(second->reverse, "banyan-router rollback orders");
    EXPECT_EQ(stage(*control, "orders"), "canary 25 %");
  }
  const auto again = shop.open();
  EXPECT_EQ(stage(*again, "orders"), "canary 25 %");
  EXPECT_EQ(stage(*again, "stock"), "legacy");
  EXPECT_EQ(shop.errors(), "");
}

TEST(Control, RollbackActsInUnderASecondWithTheStateFileLockedAndSurvivesARestart) {
  Shop shop;
  auto control = shop.open();
  ASSERT_TRUE(control->command("orders", command(Verb::promote_full), ada));
  {
    const Locked lock(shop.state());
    const auto before = Clock::now();
    const auto change = control->command("orders", command(Verb::rollback), ada);
    EXPECT_LT(Clock::now() - before, std::chrono::seconds(1));
    ASSERT_TRUE(change);
    EXPECT_EQ(change->persisted, "sidecar");
    EXPECT_EQ(stage(*control, "orders"), "rolled_back");
    const auto refused = control->command("stock", command(Verb::promote), ada);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ControlError::Kind::journal);
    EXPECT_EQ(stage(*control, "stock"), "legacy");
    control.reset();  // what kill -9 leaves: the journal still says live
  }
  EXPECT_EQ(cutover::Journal(shop.state(), cutover::Journal::Access::read_only, std::chrono::seconds(1))
                .states()
                .at("orders")
                .stage,
            cutover::Stage::live);
  control = shop.open();
  EXPECT_EQ(stage(*control, "orders"), "rolled_back");
  EXPECT_EQ(control->unfolded_rollbacks(), 0u);
  const cutover::Journal journal(shop.state(), cutover::Journal::Access::read_only, std::chrono::seconds(1));
  EXPECT_EQ(journal.states().at("orders").stage, cutover::Stage::rolled_back);
  EXPECT_TRUE(journal.verify().ok());
}

TEST(Control, FoldsTheSidecarOnceTheLockIsGoneAndNotTwice) {
  Shop shop;
  const auto control = shop.open();
  ASSERT_TRUE(control->command("orders", command(Verb::promote_full), ada));
  ASSERT_TRUE(control->command("stock", command(Verb::promote_full), ada));
  {
    const Locked lock(shop.state());
    EXPECT_EQ(control->rollback_all(ada).size(), 2u);
    control->tick();
    EXPECT_EQ(control->unfolded_rollbacks(), 1u);
  }
  control->tick();
  EXPECT_EQ(control->unfolded_rollbacks(), 0u);
  EXPECT_EQ(control->live().snapshot()->stages->states[1].stage, cutover::Stage::rolled_back);
  EXPECT_EQ(cutover::audit_file(shop.state(), std::chrono::seconds(1)).records, 4);
  control->tick();
  EXPECT_EQ(cutover::audit_file(shop.state(), std::chrono::seconds(1)).records, 4);
  ASSERT_TRUE(control->command("orders", command(Verb::promote), ada));
  EXPECT_EQ(stage(*shop.open(), "orders"), "shadow 20 %");
}

TEST(Control, ServesLegacyAndSaysSoWhenTheJournalIsGoneOrBroken) {
  Shop shop;
  ASSERT_TRUE(shop.open()->command("orders", command(Verb::promote_full), ada));
  std::filesystem::rename(shop.state(), shop.state() + ".away");
  {
    const auto control = shop.open();
    EXPECT_EQ(stage(*control, "orders"), "legacy");
    EXPECT_NE(shop.errors().find("CANNOT BE TRUSTED"), std::string::npos);
    EXPECT_FALSE(control->command("orders", command(Verb::promote), ada));
    EXPECT_TRUE(control->command("orders", command(Verb::rollback), ada));
  }
  support::write_file(shop.state(), "this is no database, but it is long enough to be read as one");
  EXPECT_EQ(stage(*shop.open(), "orders"), "legacy");
  std::filesystem::rename(shop.state() + ".away", shop.state());
  EXPECT_EQ(stage(*shop.open(), "orders"), "live");
}

TEST(Control, ASandboxNeverServesAndACanaryNeedsACohort) {
  Shop shop(
      "version: 1\n"
      "static: { state: state.db }\n"
      "upstreams: { monolith: { endpoints: [ \"a:1\" ] }, b: { endpoints: [ \"b:1\" ] },\n"
      "             practice: { endpoints: [ \"c:1\" ], sandbox: true } }\n"
      "cutovers:\n"
      "  - { name: pay, match: { methods: [ POST ], path: /pay }, to: practice, plan: [ { stage: shadow } ] "
      "}\n"
      "  - { name: read, match: { methods: [ GET ], path: /read }, to: b, plan: [ { stage: shadow }, { "
      "stage: live } ] }\n");
  const auto control = shop.open();
  EXPECT_FALSE(control->command("pay", command(Verb::promote_full), ada));
  EXPECT_FALSE(control->command("pay", command(Verb::set_weight, 100), ada));
  EXPECT_TRUE(control->command("pay", command(Verb::promote), ada));
  EXPECT_FALSE(control->command("read", command(Verb::set_weight, 100), ada));
  EXPECT_TRUE(control->command("read", command(Verb::promote_full), ada));
  EXPECT_EQ(stage(*control, "pay"), "shadow 100 %");
}

TEST(Control, TheKillFileRollsBackAndKeepsItThatWay) {
  Shop shop;
  const auto control = shop.open();
  ASSERT_TRUE(control->command("orders", command(Verb::promote_full), ada));
  support::write_file(shop.state() + ".kill", "");
  control->tick();
  EXPECT_EQ(stage(*control, "orders"), "rolled_back");
  EXPECT_FALSE(control->command("orders", command(Verb::promote), ada));
  std::filesystem::remove(shop.state() + ".kill");
  control->tick();
  EXPECT_TRUE(control->command("orders", command(Verb::promote), ada));
}

TEST(Control, ARollbackDuringPromotesAlwaysWins) {
  Shop shop;
  auto control = shop.open();
  for (int round = 0; round < 30; ++round) {
    std::atomic<bool> started{false};
    std::thread promoter([&] {
      started = true;
      (void)control->command("orders", command(Verb::promote_full), ada);
    });
    while (!started) std::this_thread::yield();
    const auto rolled = control->command("orders", command(Verb::rollback), ada);
    const std::string at_once = stage(*control, "orders");
    promoter.join();
    ASSERT_TRUE(rolled);
    if (rolled->changed) {
      ASSERT_EQ(at_once, "rolled_back");
      ASSERT_EQ(stage(*control, "orders"), "rolled_back") << "round " << round;
      control->tick();
      control.reset();
      control = shop.open();
      ASSERT_EQ(stage(*control, "orders"), "rolled_back") << "after a restart, round " << round;
    }
    (void)control->command("orders", command(Verb::rollback), ada);
  }
  EXPECT_TRUE(cutover::audit_file(shop.state(), std::chrono::seconds(1)).ok());
}

TEST(Control, ReloadNeverMovesTrafficAndKeepsTheLastGoodFile) {
  Shop shop;
  const auto control = shop.open();
  ASSERT_TRUE(control->command("orders", command(Verb::set_weight, 2500), ada));
  const auto config = control->live().snapshot()->config;
  shop.write(shop_yaml + "wieght: 1\n");
  const auto broken = control->reload(ada);
  EXPECT_FALSE(broken.ok);
  EXPECT_NE(broken.errors.find(":10:1: error: unknown key 'wieght'"), std::string::npos) << broken.errors;
  EXPECT_EQ(control->live().snapshot()->config, config);
  EXPECT_FALSE(control->config_status().last_reload_ok);

  std::string fine = shop_yaml;
  shop.write(fine.replace(fine.find("b:1"), 3, "b:2"));
  EXPECT_TRUE(control->reload(ada).ok);
  EXPECT_TRUE(control->config_status().last_reload_ok);
  EXPECT_EQ(stage(*control, "orders"), "canary 25 %");
  EXPECT_EQ(cutover::audit_file(shop.state(), std::chrono::seconds(1)).records, 1);

  std::string salted = shop_yaml;
  shop.write(salted.replace(salted.find("salt: \"s\""), 9, "salt: \"t\""));
  EXPECT_FALSE(control->reload(ada).ok);
}

TEST(Control, RefusesToStartWithAnotherSaltUnderAMovingCutover) {
  Shop shop;
  ASSERT_TRUE(shop.open()->command("orders", command(Verb::set_weight, 2500), ada));
  std::string salted = shop_yaml;
  shop.write(salted.replace(salted.find("salt: \"s\""), 9, "salt: \"t\""));
  EXPECT_THROW(shop.open(), std::runtime_error);
}

}  // namespace
}  // namespace banyan::admin
