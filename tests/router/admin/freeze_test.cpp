// A freeze forbids every way forward and no way back.
#include "router/admin/api.hpp"
#include "router/admin/views.hpp"
#include "tests/router/admin/fixture.hpp"

namespace banyan::admin {
namespace {

using cutover::Verb;
const std::string everything = cutover::every_cutover;

TEST(Freeze, ForbidsGoingOnAndNeverGoingBack) {
  Shop shop;
  auto control = shop.open();
  ASSERT_TRUE(control->command("orders", command(Verb::set_weight, 2500), ada));
  ASSERT_TRUE(control->freeze("orders", "", ada));
  auto force = command(Verb::promote_full);
  force.force = true;
  for (const auto& forbidden : {command(Verb::promote), force, command(Verb::set_weight, 2501)}) {
    const auto refused = control->command("orders", forbidden, ada);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().what.find("frozen by ada until it is thawed: a test"), std::string::npos) << refused.error().what;
  }
  EXPECT_TRUE(control->command("stock", command(Verb::promote), ada)) << "another cutover is not frozen";
  EXPECT_TRUE(control->command("orders", command(Verb::hold), ada));
  EXPECT_TRUE(control->command("orders", command(Verb::resume), ada));
  EXPECT_TRUE(control->command("orders", command(Verb::set_weight, 100), ada)) << "less is not forward";
  EXPECT_TRUE(control->command("orders", command(Verb::rollback), ada));
  EXPECT_FALSE(control->command("orders", command(Verb::promote), ada)) << "still frozen";
}

TEST(Freeze, OfAllHoldsOverARestartUntilItIsThawed) {
  Shop shop;
  auto control = shop.open();
  ASSERT_TRUE(control->freeze(everything, "2199-01-01T00:00:00Z", ada));
  control.reset();
  control = shop.open();
  EXPECT_FALSE(control->command("orders", command(Verb::promote), ada));
  const auto blocks = control->own_blocks("stock");
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_EQ(blocks[0].kind, cutover::Blocker::Kind::frozen);
  EXPECT_EQ(blocks[0].words, "every cutover is frozen by ada until 2199-01-01T00:00:00Z: a test");
  const auto wrong = control->thaw("stock", ada);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().hint, "every cutover is frozen: banyan-router thaw --all");
  ASSERT_TRUE(control->thaw(everything, ada));
  EXPECT_TRUE(control->command("orders", command(Verb::promote), ada));
  EXPECT_TRUE(control->rollback_all(ada).front().changed);
}

TEST(Freeze, NeedsAReasonAndAnEndThatIsToCome) {
  Shop shop;
  auto control = shop.open();
  EXPECT_FALSE(control->freeze("orders", "", {"ada", ""}));
  EXPECT_FALSE(control->freeze("orders", "2001-01-01T00:00:00Z", ada));
  EXPECT_FALSE(control->freeze("orders", "next week", ada));
  EXPECT_FALSE(control->freeze("orders", "9999-01-01T00:00:00Z", ada)) << "beyond the clock";
  const auto unknown = control->freeze("order", "", ada);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().hint, "did you mean 'orders'?");
  EXPECT_TRUE(control->freezes().empty());
}

TEST(Freeze, IsOverWhenItsTimeHasCome) {
  using namespace std::chrono_literals;
  const auto now = std::chrono::system_clock::now();
  const cutover::Freeze freeze{"ada", "why", "", cutover::format_time(now + 1h)};
  EXPECT_TRUE(in_force(freeze, now));
  EXPECT_TRUE(in_force(freeze, now + 59min));
  EXPECT_FALSE(in_force(freeze, now + 61min));
  EXPECT_TRUE(cutover::in_force({"ada", "why", "", "unreadable"}, now));
}

TEST(Freeze, ShowsInTheApiWithWhoWhyAndUntil) {
  Shop shop;
  auto control = shop.open();
  Sources sources;
  sources.readiness = [&](const std::string& name) {
    return cutover::assess(control->live().snapshot()->config->cutovers[0].plan, {{}, 0, {}, {}, control->own_blocks(name)});
  };
  const Api api(*control, sources, {{"", Role::operate, "secret-token-0123456789"}});
  const auto post = [&](const std::string& path, const std::string& body) {
    return api.handle({"POST", "/api/v1" + path, "Bearer secret-token-0123456789", body, "127.0.0.1"});
  };
  EXPECT_EQ(post("/cutovers/orders/freeze", R"({"who":"ada"})").status, 400) << "no reason";
  EXPECT_EQ(post("/cutovers/orders/freeze", R"({"who":"ada","why":"audit","until":"2h"})").status, 200);
  EXPECT_EQ(post("/freeze", R"({"who":"bob","why":"sales"})").status, 200);
  EXPECT_EQ(post("/cutovers/orders/promote", "").status, 409);
  const auto row = boost::json::parse(api.handle({"GET", "/api/v1/cutovers/orders", "", "", ""}).body);
  EXPECT_EQ(row.at("freeze").at("why").as_string(), "audit");
  EXPECT_TRUE(row.at("freeze").at("until").is_string());
  ASSERT_EQ(row.at("blockers").as_array().size(), 1u);
  EXPECT_EQ(row.at("blockers").at(0).at("kind").as_string(), "frozen");
  EXPECT_FALSE(row.at("blockers").at(0).at("forceable").as_bool());
  const auto status = boost::json::parse(api.handle({"GET", "/api/v1/status", "", "", ""}).body);
  EXPECT_EQ(status.at("freeze").at("why").as_string(), "sales");
  EXPECT_EQ(post("/thaw", "").status, 200);
  EXPECT_EQ(post("/thaw", "").status, 409);
  EXPECT_EQ(post("/cutovers/orders/thaw", "").status, 200);
  EXPECT_EQ(post("/cutovers/orders/promote", "").status, 200);
}

}  // namespace
}  // namespace banyan::admin
