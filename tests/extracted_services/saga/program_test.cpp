// Orders through the four real programs: what a customer, an operator and an auditor would see.
#include "tests/extracted_services/saga/shop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <random>
#include <thread>

namespace banyan::services_test {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

std::string status_of(const SagaShop& shop, std::int64_t saga) {
  return std::string(shop.get("orders", "/v1/sagas/" + std::to_string(saga)).at("status").as_string());
}

TEST(SagaPrograms, AnOrderIsHeldChargedConfirmedAndShipped) {
  SagaShop shop(100);
  const auto saga = shop.place("k1", 3, "tok_visa");
  ASSERT_GT(saga, 0);
  ASSERT_TRUE(shop.settle(20s));
  const auto view = shop.get("orders", "/v1/sagas/" + std::to_string(saga));
  EXPECT_EQ(view.at("status").as_string(), "completed");
  EXPECT_EQ(view.at("subject").as_string(), "order/1");
  EXPECT_TRUE(view.at("remaining").as_array().empty());
  EXPECT_EQ(shop.get("orders", "/v1/orders/1").at("status").as_string(), "shipped");
  EXPECT_EQ(shop.get("bank", "/v1/ledger").at("captured_cents").as_int64(), 3 * 2499);
  EXPECT_THAT(shop.violations(100), IsEmpty());
}

TEST(SagaPrograms, NoStockOrNoMoneyLeavesNothingBehind) {
  SagaShop shop(2);
  const auto too_many = shop.place("k1", 3, "tok_visa");
  const auto declined = shop.place("k2", 1, "tok_declined");
  ASSERT_TRUE(shop.settle(20s));
  EXPECT_EQ(status_of(shop, too_many), "compensated");
  EXPECT_EQ(status_of(shop, declined), "compensated");
  const auto why = shop.get("orders", "/v1/sagas/" + std::to_string(declined)).at("why").as_string();
  EXPECT_THAT(std::string(why), HasSubstr("card declined"));
  EXPECT_THAT(shop.violations(2), IsEmpty());
}

TEST(SagaPrograms, ARepeatedPlacementActsOnceHoweverManyComeTogether) {
  SagaShop shop(100);
  std::vector<std::thread> callers;
  for (int i = 0; i < 10; ++i) callers.emplace_back([&] { shop.place("same", 1, "tok_visa"); });
  for (auto& caller : callers) caller.join();
  ASSERT_GT(shop.place("same", 1, "tok_visa"), 0);
  ASSERT_TRUE(shop.settle(20s));
  EXPECT_EQ(shop.number("orders", "SELECT count(*) FROM orders"), 1);
  EXPECT_EQ(shop.get("bank", "/v1/ledger").at("charges").as_int64(), 1);
}

TEST(SagaPrograms, TheBankAnswersLateOrCutsAndIsAskedByKey) {
  SagaShop shop(100);
  shop.bank_fault("cut_after", 2);
  shop.bank_fault("cut_before", 1);
  shop.bank_fault("decline", 1);
  for (int i = 0; i < 5; ++i) shop.place("k" + std::to_string(i), 1, "tok_visa");
  ASSERT_TRUE(shop.settle(30s));
  EXPECT_THAT(shop.violations(100), IsEmpty());
  EXPECT_EQ(shop.number("orders", "SELECT count(*) FROM orders WHERE status = 'cancelled'"), 1);  // the decline
  EXPECT_EQ(shop.get("bank", "/v1/faults").at("suffered").as_int64(), 4);
}

// The bank has taken the money and says so too late: the saga has turned back, the money goes back too.
TEST(SagaPrograms, MoneyTakenAfterTheTurnIsGivenBack) {
  SagaShop shop(100);
  shop.bank_fault("delay_after", 1, 1500);
  const auto saga = shop.place("k", 2, "tok_visa");
  ASSERT_TRUE(support::eventually([&] { return shop.get("bank", "/v1/ledger").at("charges").as_int64() == 1; }));
  auto orders = shop.client("orders");
  const auto turned = orders.request("POST", "/v1/sagas/" + std::to_string(saga) + "/compensate", {},
                                     R"({"who":"ada","reason":"customer called"})");
  ASSERT_EQ(turned.status, 200) << turned.body;
  ASSERT_TRUE(shop.settle(20s));
  EXPECT_EQ(status_of(shop, saga), "compensated");
  const auto ledger = shop.get("bank", "/v1/ledger");
  EXPECT_EQ(ledger.at("captured_cents").as_int64(), 2 * 2499);
  EXPECT_EQ(ledger.at("refunded_cents").as_int64(), 2 * 2499);
  EXPECT_EQ(shop.get("payments", "/v1/payments/summary").at("refunded_cents").as_int64(), 2 * 2499);
  EXPECT_THAT(shop.violations(100), IsEmpty());
}

// The saga turns back before the charge has arrived: the charge never happens.
TEST(SagaPrograms, AChargeThatArrivesAfterItsCancellationIsRefused) {
  SagaShop shop(100);
  shop.bank_fault("delay_before", 1, 1500);
  const auto saga = shop.place("k", 2, "tok_visa");
  ASSERT_TRUE(support::eventually([&] { return shop.get("bank", "/v1/faults").at("suffered").as_int64() == 1; }));
  auto orders = shop.client("orders");
  orders.request("POST", "/v1/sagas/" + std::to_string(saga) + "/compensate", {}, R"({"who":"ada","reason":"no"})");
  ASSERT_TRUE(shop.settle(20s));
  EXPECT_EQ(status_of(shop, saga), "compensated");
  const std::string asked = "SELECT coalesce(sum(asked), 0) FROM charges WHERE status = 'voided'";
  ASSERT_TRUE(support::eventually([&] { return shop.number("bank", asked) == 2; })) << "the late charge";
  EXPECT_EQ(shop.get("bank", "/v1/ledger").at("charges").as_int64(), 0);
  EXPECT_THAT(shop.violations(100), IsEmpty());
}

// The refusals of a service that has not what it needs, and of wishes that cannot be.
TEST(SagaPrograms, RefusesWhatCannotBe) {
  SagaShop shop(10);
  auto orders = shop.client("orders");
  const auto post = [&](const std::string& body) { return orders.request("POST", "/v1/fulfilments", {}, body); };
  const std::string item = R"({"product_id":1,"sku":"S","name":"K","quantity":1,"unit_price_cents":5})";
  for (const auto& [body, pointer] : std::vector<std::pair<std::string, std::string>>{
           {R"({"payment":{"method":"card"}})", "/order"},
           {R"({"order":{"customer_id":1,"items":[]},"payment":{"method":"card"}})", "/order/items"},
           {R"({"order":{"customer_id":1,"items":[)" + item + R"(]},"payment":{"method":"cash"}})", "/payment/method"},
           {R"({"order":{"customer_id":1,"items":[)" + item + R"(]},"payment":{"method":"card"}})", "/payment/token"},
           {R"({"order":{"customer_id":1,"discount_cents":9,"items":[)" + item +
                R"(],"shipping_cents":9},"payment":{"method":"transfer"}})",
            "/order"}}) {
    const auto refused = post(body);
    EXPECT_EQ(refused.status, 400) << body;
    EXPECT_EQ(json::parse(refused.body).at("errors").at(0).at("pointer").as_string(), pointer) << refused.body;
  }
  EXPECT_EQ(shop.number("orders", "SELECT count(*) FROM sagas"), 0);
  EXPECT_EQ(shop.number("orders", "SELECT count(*) FROM orders"), 0);
}

TEST(SagaPrograms, TheConsoleShowsWhatIsHeldAndWhatAnOperatorDid) {
  SagaShop shop(100);
  shop.kill("payments");
  const auto saga = shop.place("k", 1, "tok_visa");
  const auto id = std::to_string(saga);
  ASSERT_TRUE(support::eventually([&] {
    const auto view = shop.get("orders", "/v1/sagas/" + id);
    return view.at("holds").as_array().size() == 3;
  }));
  const auto console = [&](std::vector<std::string> argv) {
    argv.insert(argv.begin(), {program("banyan-orders"), "saga"});
    argv.insert(argv.end(), {"--url", shop.url("orders")});
    return support::run(argv);
  };
  const auto listed = console({"list", "--status", "running"});
  EXPECT_EQ(listed.exit_code, 0);
  EXPECT_THAT(listed.out, HasSubstr("order/1\trunning\tcharge,confirm,commit,ship"));
  const auto shown = console({"show", id});
  EXPECT_THAT(shown.out, HasSubstr("inventory\thold"));
  EXPECT_THAT(shown.out, HasSubstr("payments\tcharge"));
  EXPECT_THAT(shown.out, HasSubstr("unknown"));
  // The order is locked for others until the saga has ended.
  auto orders = shop.client("orders");
  const auto locked = orders.request("POST", "/v1/orders/1/cancel", {}, "");
  EXPECT_EQ(locked.status, 409);
  EXPECT_THAT(locked.body, HasSubstr("order_locked"));
  const auto turned = console({"compensate", id, "--reason", "customer called", "--who", "ada"});
  EXPECT_EQ(turned.exit_code, 0) << turned.err;
  EXPECT_EQ(console({"compensate", id, "--reason", "again", "--who", "ada"}).exit_code, 1);
  ASSERT_TRUE(support::eventually([&] { return !shop.get("orders", "/v1/sagas/" + id).at("parked").is_null(); }));
  EXPECT_THAT(console({"list", "--parked"}).out, HasSubstr("failures in a row"));
  shop.start("payments");
  EXPECT_EQ(console({"retry", id, "--reason", "payments is back", "--who", "ada"}).exit_code, 0);
  ASSERT_TRUE(shop.settle(20s));
  const auto view = shop.get("orders", "/v1/sagas/" + id);
  EXPECT_EQ(view.at("status").as_string(), "compensated");
  ASSERT_EQ(view.at("acts").as_array().size(), 3u);
  EXPECT_EQ(view.at("acts").at(0).at("who").as_string(), "ada");
  EXPECT_THAT(console({"show", id}).out, HasSubstr("compensate by ada: customer called -> done"));
  EXPECT_EQ(console({"show", "4711"}).exit_code, 1);
  EXPECT_THAT(shop.violations(100), IsEmpty());
}

TEST(SagaPrograms, CheckSaysWhatIsWrongWithADefinition) {
  support::TempDir dir;
  support::write_file(dir / "s.json", R"({"saga":"s","steps":[{"name":"a","kind":"retriable","action":"x"},)"
                                      R"({"name":"b","kind":"compensatable","action":"x","compensation":"y"}]})");
  const auto checked = support::run({program("banyan-orders"), "saga", "check", (dir / "s.json").string()});
  EXPECT_EQ(checked.exit_code, 2);
  EXPECT_THAT(checked.err, HasSubstr("/steps/1/kind a compensatable step cannot follow a retriable one"));
  const auto run = support::run({program("banyan-orders"), "run", "--db", (dir / "o.db").string(), "--port", "0",
                                 "--saga-definition", (dir / "s.json").string()});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("/steps/1/kind"));
}

// Any of the four is killed at any moment while orders come in, the bank misbehaves, and the network between
// them cuts, stalls, delays, slices and flips bits.
TEST(SagaPrograms, KilledInMidSagaEveryOrderEndsAndEverythingAddsUp) {
  const int orders = std::getenv("BANYAN_SAGA_ORDERS") ? std::atoi(std::getenv("BANYAN_SAGA_ORDERS")) : 60;
  const int kills = std::getenv("BANYAN_SAGA_KILLS") ? std::atoi(std::getenv("BANYAN_SAGA_KILLS")) : 12;
  const unsigned seed = std::getenv("BANYAN_SEED") ? static_cast<unsigned>(std::atoi(std::getenv("BANYAN_SEED"))) : 1;
  const int units = 10'000 + 3 * orders;
  std::mt19937 dice(seed);
  SagaShop shop(units, {.faulty_network = true, .damaging = true, .seed = seed});
  const std::vector<std::string> victims{"payments", "payments", "orders", "inventory", "bank"};
  const std::vector<std::string> faults{"decline", "cut_before", "cut_after", "delay_before", "delay_after"};
  int acknowledged = 0, killed = 0;
  for (int i = 0; i < orders; ++i) {
    const std::string key = "order-" + std::to_string(i);
    const std::string token = dice() % 12 == 0 ? "tok_declined" : "tok_visa";
    const int quantity = 1 + static_cast<int>(dice() % 3);
    if (dice() % 4 == 0) shop.bank_fault(faults[dice() % faults.size()], 1, 1500);
    // A customer repeats until there is an answer: with one key.
    ASSERT_TRUE(support::eventually([&] { return shop.place(key, quantity, token) > 0; }, 20s));
    ++acknowledged;
    if (killed * orders < i * kills) {
      const auto& victim = victims[dice() % victims.size()];
      shop.kill(victim);
      ++killed;
      shop.start(victim);
    }
  }
  const int network_faults = shop.calm();
  ASSERT_TRUE(shop.settle(60s)) << "seed " << seed;
  EXPECT_THAT(shop.violations(units), IsEmpty()) << "seed " << seed;
  EXPECT_EQ(shop.number("orders", "SELECT count(*) FROM orders"), acknowledged);
  // The saga's time-out and, for what is left then, the pauses of a participant that has just come back.
  const auto longest = shop.number("orders", "SELECT max(changed_at - started_at) FROM sagas");
  EXPECT_LE(longest, 20'000 + 20'000);
  std::cout << "the longest saga took " << longest << " ms; ";
  std::cout << acknowledged << " orders, " << killed << " kills, " << network_faults << " faults of the network (" << shop.damaged()
            << " flipped bits), "
            << shop.number("orders", "SELECT count(*) FROM orders WHERE status = 'shipped'") << " shipped, "
            << shop.number("orders", "SELECT count(*) FROM orders WHERE status = 'cancelled'") << " cancelled, bank: "
            << json::serialize(shop.get("bank", "/v1/ledger")) << "\n";
}

}  // namespace
}  // namespace banyan::services_test
