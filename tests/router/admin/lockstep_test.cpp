// Groups that move together: one transaction of the journal, one rollback for all.
#include "router/admin/gatekeeper.hpp"
#include "router/cutover/audit.hpp"
#include "router/routing/explain.hpp"
#include "tests/router/admin/fixture.hpp"

namespace banyan::admin {
namespace {

using cutover::Verb;

std::string group_yaml(const std::string& cart_extra, const std::string& order_extra) {
  const std::string plan = "plan: [ { stage: canary, percent: 25, gate: [ healthy ] }, { stage: live } ]";
  return "version: 1\n"
         "static: { state: \"state.db\" }\n"
         "cohort: { key: [ \"header:X-Id\" ], salt: \"s\" }\n"
         "upstreams: { monolith: { endpoints: [ \"a:1\" ] }, shop: { endpoints: [ \"b:1\" ] } }\n"
         "gates: { healthy: { min_samples: 50, error_rate: { max: 20% } } }\n"
         "cutovers:\n"
         "  - { name: carts, match: { methods: [ GET ], path: \"/carts/**\" }, to: shop, " + cart_extra + plan + " }\n"
         "  - { name: orders, match: { methods: [ GET ], path: \"/orders/**\" }, to: shop, " + order_extra + plan + " }\n"
         "  - { name: stock, match: { methods: [ GET ], path: \"/stock/**\" }, to: shop }\n";
}
const std::string grouped = group_yaml("lockstep: checkout, ", "lockstep: checkout, ");
const std::string apart = group_yaml("", "");

std::string both(Control& control) { return stage(control, "carts") + ", " + stage(control, "orders"); }

std::vector<std::string> in_journal(const std::string& state) {
  std::vector<std::string> names;
  cutover::audit_file(state, std::chrono::seconds(1), [&](const cutover::Record& record) { names.push_back(record.cutover); });
  return names;
}

TEST(Lockstep, MovesAllMembersAndNobodyElse) {
  Shop shop(grouped);
  auto control = shop.open();
  const auto changed = control->command("orders", command(Verb::promote), ada);
  ASSERT_TRUE(changed) << changed.error().what;
  EXPECT_EQ(changed->together_with, std::vector<std::string>{"carts"});
  EXPECT_EQ(both(*control), "canary 25 %, canary 25 %");
  EXPECT_EQ(stage(*control, "stock"), "legacy");
  EXPECT_EQ(in_journal(shop.state()), (std::vector<std::string>{"orders", "carts"}));
  ASSERT_TRUE(control->command("carts", command(Verb::hold), ada));
  EXPECT_EQ(both(*control), "held (canary 25 %), held (canary 25 %)");
  ASSERT_TRUE(control->command("orders", command(Verb::resume), ada));
  ASSERT_TRUE(control->command("orders", command(Verb::set_weight, 5000), ada));
  EXPECT_EQ(both(*control), "canary 50 %, canary 50 %");
  control.reset();
  control = shop.open();
  EXPECT_EQ(both(*control), "canary 50 %, canary 50 %");
}

TEST(Lockstep, TheSameCallersAreMovedAtEveryMember) {
  Shop shop(grouped);
  auto control = shop.open();
  ASSERT_TRUE(control->command("orders", command(Verb::promote), ada));
  const auto snapshot = control->live().snapshot();
  int moved = 0;
  for (int caller = 0; caller < 1000; ++caller) {
    const auto side = [&](const std::string& path) {
      return routing::explain(*snapshot, {"GET", path, {{"X-Id", std::to_string(caller)}}, ""}).decision.side;
    };
    EXPECT_EQ(side("/carts/1"), side("/orders/1")) << caller;
    moved += side("/carts/1") == routing::Side::new_side;
  }
  EXPECT_NEAR(moved, 250, 60);
}

TEST(Lockstep, ARollbackOfOneRollsAllBackWhateverAsksForIt) {
  Shop shop(grouped);
  auto control = shop.open();
  ASSERT_TRUE(control->command("orders", command(Verb::promote_full), ada));
  const auto back = control->command("carts", command(Verb::rollback), ada);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->together_with, std::vector<std::string>{"orders"});
  EXPECT_EQ(both(*control), "rolled_back, rolled_back");
  ASSERT_TRUE(control->command("orders", command(Verb::promote), ada));
  control->trip("orders", {"tripwire", "errors", ""});
  EXPECT_EQ(both(*control), "rolled_back, rolled_back") << "before any disk knows of it";
  control->tick();
  control.reset();
  control = shop.open();
  EXPECT_EQ(both(*control), "rolled_back, rolled_back");
  EXPECT_EQ(in_journal(shop.state()).size(), 8u);
}

TEST(Lockstep, ARollbackThatOnlyOneLineBesideTheJournalTellsOfHoldsForTheGroup) {
  Shop shop(grouped);
  ASSERT_TRUE(shop.open()->command("orders", command(Verb::promote_full), ada));
  cutover::Sidecar sidecar(shop.state());  // as a crash after the first of two lines leaves it
  ASSERT_TRUE(sidecar.reserve());
  ASSERT_TRUE(sidecar.add({"17", "orders", {"wrong", "ada", "2026-11-30T10:00:00.000Z"}}));
  auto control = shop.open();
  EXPECT_EQ(both(*control), "rolled_back, rolled_back");
  EXPECT_EQ(control->unfolded_rollbacks(), 0u);
}

TEST(Lockstep, AGroupThatIsUnderWayStaysAsItIs) {
  Shop shop(grouped);
  auto control = shop.open();
  shop.write(apart);
  EXPECT_TRUE(control->reload(ada).ok) << "nobody has moved yet";
  shop.write(grouped);
  ASSERT_TRUE(control->reload(ada).ok);
  ASSERT_TRUE(control->command("orders", command(Verb::promote), ada));
  shop.write(apart);
  const auto refused = control->reload(ada);
  EXPECT_FALSE(refused.ok);
  EXPECT_NE(refused.errors.find("its lockstep group would change"), std::string::npos) << refused.errors;
  EXPECT_EQ(both(*control), "canary 25 %, canary 25 %");
  control.reset();
  EXPECT_THROW(shop.open(), std::runtime_error) << "a restart would move callers as well";
  shop.write(grouped);
  control = shop.open();
  ASSERT_TRUE(control->command("orders", command(Verb::rollback), ada));
  shop.write(apart);
  EXPECT_TRUE(control->reload(ada).ok);
}

TEST(Lockstep, ANewMemberWaitsUntilTheGroupIsBack) {
  Shop shop(apart);
  auto control = shop.open();
  ASSERT_TRUE(control->command("orders", command(Verb::promote), ada));
  shop.write(grouped);
  EXPECT_FALSE(control->reload(ada).ok);
  control.reset();
  EXPECT_THROW(shop.open(), std::runtime_error);
}

// Numbers as the data plane would give them, steered by the test.
struct Watched {
  explicit Watched(const std::string& yaml) : shop(yaml), control(shop.open()) {
    control->set_gatekeeper(
        [this](const std::string& name) {
          auto seen = gates.look(name);
          return Control::Opinion{cutover::judged(seen.readiness.blocks, false), seen.evidence};
        },
        [this](const std::string& name, const cutover::State& state) { gates.moved(name, state); });
  }
  void answer(const std::string& name, std::uint64_t requests, std::uint64_t errors) {
    numbers[name].fresh.requests += requests;
    numbers[name].fresh.upstream_errors += errors;
  }
  Shop shop;
  std::unique_ptr<Control> control;
  std::map<std::string, cutover::Numbers> numbers;
  Gatekeeper gates{*control, {[this] { return numbers; }, [](std::size_t i) { return std::uint64_t{i + 1}; }, {}}};
};

TEST(Lockstep, GatesOfEveryMemberBlockTheGroup) {
  Watched w(grouped);
  ASSERT_TRUE(w.control->command("orders", command(Verb::promote), ada));
  w.answer("orders", 500, 0);
  const auto refused = w.control->command("orders", command(Verb::promote), ada);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find("in lockstep with 'carts': gate healthy, error_rate.max: insufficient"), std::string::npos)
      << refused.error().what;
  const auto blocks = w.gates.look("orders").readiness.blocks;
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_EQ(blocks[0].mate, "carts");
  EXPECT_EQ(blocks[0].have, 0u);
  EXPECT_EQ(blocks[0].need, 50u);
  w.answer("carts", 500, 0);
  EXPECT_TRUE(w.control->command("orders", command(Verb::promote), ada));
  EXPECT_EQ(both(*w.control), "live, live");
}

TEST(Lockstep, AFailingMemberTakesTheGroupBack) {
  Watched w(grouped);
  ASSERT_TRUE(w.control->command("orders", command(Verb::promote), ada));
  w.gates.tick();
  w.answer("orders", 500, 0);
  w.answer("carts", 500, 400);
  w.gates.tick();
  EXPECT_EQ(both(*w.control), "rolled_back, rolled_back");
}

TEST(Lockstep, GoesOnByItselfOneStepAndOnlyWhenEveryMemberMay) {
  std::string yaml = grouped;
  const auto make_auto = [&yaml](const std::string& name) {
    const auto at = yaml.find("percent: 25,", yaml.find("name: " + name));
    yaml.insert(at, "auto: true, ");
  };
  make_auto("orders");
  {
    Watched w(yaml);
    ASSERT_TRUE(w.control->command("orders", command(Verb::promote), ada));
    for (const char* name : {"orders", "carts"}) w.answer(name, 500, 0);
    w.gates.tick();
    EXPECT_EQ(both(*w.control), "canary 25 %, canary 25 %") << "carts does not say auto";
  }
  make_auto("carts");
  Watched w(yaml);
  ASSERT_TRUE(w.control->command("orders", command(Verb::promote), ada));
  for (const char* name : {"orders", "carts"}) w.answer(name, 500, 0);
  w.gates.tick();
  EXPECT_EQ(both(*w.control), "live, live");
  EXPECT_EQ(in_journal(w.shop.state()).size(), 4u);
}

}  // namespace
}  // namespace banyan::admin
