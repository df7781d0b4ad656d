// A router of a fleet whose etcd is not there: nothing listens on its port.
#include "router/admin/control.hpp"
#include "tests/router/admin/fixture.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace banyan::admin {
namespace {

using cutover::Verb;

std::string in_a_fleet(std::uint16_t port) {
  std::string yaml = shop_yaml;
  const std::string alone = "static: { state: \"state.db\" }";
  yaml.replace(yaml.find(alone), alone.size(),
               "static: { state: \"etcd://127.0.0.1:" + std::to_string(port) + "/shop\", fleet: { router: edge-a, journal: state.db, timeout: 200ms } }");
  return yaml;
}

// A journal that the router has written while it was in a fleet... or before it joined one.
void at_canary(Shop& shop) {
  shop.write(shop_yaml);
  auto control = shop.open();
  ASSERT_TRUE(control->command("orders", command(Verb::set_weight, 2500), ada));
}

TEST(WithoutItsFleet, F12_StartsWithTheLastKnownStagesAndRefusesToPromote) {
  Shop shop;
  at_canary(shop);
  shop.write(in_a_fleet(support::free_port()));
  auto control = shop.open();
  EXPECT_EQ(stage(*control, "orders"), "canary 25 %");
  const auto refused = control->command("orders", command(Verb::set_weight, 5000), ada);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ControlError::Kind::fleet);
  EXPECT_NE(refused.error().what.find("out of step with its fleet"), std::string::npos) << refused.error().what;
  EXPECT_FALSE(control->freeze("orders", "", ada)) << "a freeze that binds nobody else is none";
  EXPECT_EQ(stage(*control, "orders"), "canary 25 %");
  ASSERT_FALSE(control->own_blocks("orders").empty());
  EXPECT_EQ(control->own_blocks("orders").front().kind, cutover::Blocker::Kind::fleet);
}

TEST(WithoutItsFleet, F12_ARollbackActsAtOnceAndIsNotForgottenByARestart) {
  Shop shop;
  at_canary(shop);
  shop.write(in_a_fleet(support::free_port()));
  {
    auto control = shop.open();
    int woken = 0;
    control->set_fleet_wake([&woken] { ++woken; });
    const auto back = control->command("orders", command(Verb::rollback), ada);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->persisted, "journal");
    EXPECT_EQ(stage(*control, "orders"), "rolled_back");
    EXPECT_EQ(control->fleet_status()->untold, std::vector<std::string>{"orders"});
    EXPECT_EQ(woken, 1);
  }
  auto control = shop.open();
  EXPECT_EQ(stage(*control, "orders"), "rolled_back");
  EXPECT_EQ(control->fleet_status()->untold, std::vector<std::string>{"orders"}) << "the fleet still has to hear of it";
}

TEST(WithoutItsFleet, F12_ARollbackCountsWhereNothingSeemsToHaveBegun) {
  Shop shop;
  shop.write(in_a_fleet(support::free_port()));
  auto control = shop.open();
  ASSERT_TRUE(control->command("stock", command(Verb::rollback), ada));
  EXPECT_EQ(control->fleet_status()->untold, std::vector<std::string>{"stock"}) << "the others may have promoted it";
}

TEST(WithoutItsFleet, F12_ATripwireIsToldLater) {
  Shop shop;
  at_canary(shop);
  shop.write(in_a_fleet(support::free_port()));
  {
    auto control = shop.open();
    control->trip("orders", {"tripwire", "errors"});
    control->tick();
  }
  EXPECT_EQ(shop.open()->fleet_status()->untold, std::vector<std::string>{"orders"});
}

TEST(WithoutItsFleet, F12_ANewRouterDoesNotTakeSilenceForStages) {
  Shop shop;
  shop.write(in_a_fleet(support::free_port()));
  auto control = shop.open();
  EXPECT_FALSE(control->fleet_status()->stages_known);
  EXPECT_FALSE(control->fleet_status()->report.in_step);
}

TEST(WithoutItsFleet, AnotherFleetDoesNotInheritARollback) {
  Shop shop;
  at_canary(shop);
  const auto port = support::free_port();
  shop.write(in_a_fleet(port));
  ASSERT_TRUE(shop.open()->command("orders", command(Verb::rollback), ada));
  std::string other = in_a_fleet(port);
  other.replace(other.find("/shop\""), 6, "/next\"");
  shop.write(other);
  EXPECT_TRUE(shop.open()->fleet_status()->untold.empty());
}

TEST(WithoutItsFleet, TheFleetCannotBeChangedByAReload) {
  Shop shop;
  const auto port = support::free_port();
  shop.write(in_a_fleet(port));
  auto control = shop.open();
  std::string other = in_a_fleet(port);
  other.replace(other.find("edge-a"), 6, "edge-b");
  shop.write(other);
  EXPECT_NE(control->reload(ada).errors.find("static.fleet needs a restart"), std::string::npos);
  shop.write(shop_yaml);
  EXPECT_NE(control->reload(ada).errors.find("static.state needs a restart"), std::string::npos);
}

}  // namespace
}  // namespace banyan::admin
