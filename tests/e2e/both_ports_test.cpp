// The monolith with its inventory and its payments taken out together: whoever is killed, at whichever moment of an
// order, afterwards orders, stock, money and the bank's own ledger add up.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <algorithm>
#include <exception>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <thread>

#include "extracted_services/store/connection.hpp"
#include "tests/e2e/answer_relay.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/process.hpp"

namespace banyan::e2e {
namespace {

namespace json = boost::json;
using support::eventually;

const std::string bin_dir = BANYAN_BINARY_DIR "/bin/";
constexpr auto long_enough = std::chrono::seconds(90);

json::object get_json(const std::string& address, const std::string& target) {
  return json::parse(support::HttpClient(address).get(target).body).as_object();
}

// A program that comes back where it was.
struct Program {
  std::string name;
  std::function<std::vector<std::string>()> arguments;
  std::filesystem::path log;
  std::string address;
  std::optional<support::Process> process;

  void start() {
    const std::string port = address.empty() ? "0" : address.substr(address.rfind(':') + 1);
    std::vector<std::string> argv{bin_dir + name};
    std::ranges::copy(arguments(), std::back_inserter(argv));
    argv.insert(argv.end(), {"--port", port});
    process.emplace(argv, log);
    const auto line = process->wait_for_line("listening on ");
    address = line.substr(0, line.find_first_of(" \r,"));
  }
  void kill() { process->kill_hard(); }
};

class BothPorts : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(support::run({bin_dir + "banyan-shop", "--db", file("shop.db"), "--seed-only"}).exit_code, 0);
    for (const std::string name : {"inventory", "payments"}) {
      const auto made =
          support::run({bin_dir + "banyan-" + name, "import", "--from", file("shop.db"), "--db", file(name + ".db")});
      ASSERT_EQ(made.exit_code, 0) << made.err;
    }
    for (auto* program : {&bank_, &inventory_, &payments_}) program->start();
    to_inventory_.emplace(inventory_.address);
    to_payments_.emplace(payments_.address);
    shop_.start();
    last_order_before_ = number("shop.db", "SELECT max(id) FROM orders");
    last_payment_before_ = number("payments.db", "SELECT max(id) FROM payments");
    stock_before_ = stock();
  }

  std::string file(const std::string& name) const { return (dir_ / name).string(); }

  support::HttpResponse order(const std::string& token = "tok_visa") const {
    const std::string body =
        R"({"items":[{"product_id":7,"quantity":2}],"payment":{"method":"card","token":")" + token + "\"}}";
    return support::HttpClient(shop_.address)
        .request("POST", "/api/orders", {{"X-Account-Id", "5"}, {"Content-Type", "application/json"}}, body);
  }
  bool is_placed() const {
    return eventually([&] { return order().status == 201; }, long_enough);
  }

  std::int64_t number(const std::string& db_name, const std::string& sql) const {
    const auto db = store::open_reader(file(db_name));
    auto row = db->query(sql);
    row.next();
    return row.integer(0);
  }
  using ByOrder = std::map<std::int64_t, std::int64_t>;
  ByOrder sums(const std::string& db_name, const std::string& sql, std::int64_t after) const {
    const auto db = store::open_reader(file(db_name));
    auto row = db->query(sql, after);
    ByOrder found;
    while (row.next())
      if (row.integer(1) != 0) found[row.integer(0)] = row.integer(1);
    return found;
  }
  json::object stock() const { return get_json(inventory_.address, "/v1/inventory/7"); }
  // Of product 7, since the test began.
  std::int64_t moved(const char* what) const { return stock().at(what).as_int64() - stock_before_.at(what).as_int64(); }

  // Keys in a log of intents that nobody has decided on.
  std::size_t open_intents(const std::string& name) const {
    std::ifstream in(file(name));
    std::map<char, std::size_t> lines;
    for (std::string line; std::getline(in, line);) ++lines[line.at(0)];
    return lines['+'] - lines['-'];
  }

  // What does not add up; empty: all does.
  std::string wrong() const {
    const auto owed = sums("shop.db", "SELECT id, total_cents - refunded_cents FROM orders WHERE id > ?1 AND payment_id > 0",
                           last_order_before_);
    const auto paid = sums("payments.db",
                           "SELECT order_id, sum(amount_cents - refunded_cents) FROM payments WHERE id > ?1 GROUP BY order_id",
                           last_payment_before_);
    if (owed != paid) return "orders and payments differ, of " + std::to_string(owed.size()) + " and " + std::to_string(paid.size());
    std::int64_t cents = 0;
    for (const auto& [id, sum] : paid) cents += sum;
    const auto bank = get_json(bank_.address, "/v1/ledger");
    if (bank.at("net_cents").as_int64() != cents || bank.at("charged_twice").as_int64() != 0)
      return "the bank has " + json::serialize(bank) + ", the payments " + std::to_string(cents);
    const auto sold = number("shop.db",
                             std::string("SELECT coalesce(sum(quantity), 0) FROM order_items JOIN orders ON id = order_id") +
                             " WHERE status = 'paid' AND id > " + std::to_string(last_order_before_));
    if (moved("on_hand") != -sold || moved("sold") != sold || moved("reserved") != 0)
      return std::to_string(sold) + " were sold, the stock is " + json::serialize(stock());
    if (open_intents("shop.db.holds") + open_intents("shop.db.charges") != 0) return "intents are open";
    const auto unsettled = get_json(payments_.address, "/v1/refunds/unsettled").at("refunds");
    return unsettled.as_array().empty() ? "" : "the bank has not paid back " + json::serialize(unsettled);
  }
  bool adds_up() const {
    return eventually([&] { return wrong().empty(); }, long_enough);
  }

  // Kills it while an order is under way, brings it back, and looks whether all adds up: then, and with more orders.
  void kill_during_an_order(Program& victim, const std::function<bool()>& is_the_moment) {
    std::thread customer([&] {
      try {
        order();
      } catch (const std::exception&) {  // nobody answers
      }
    });
    EXPECT_TRUE(eventually(is_the_moment, long_enough));
    victim.kill();
    to_inventory_->keep_answers_back(false);
    to_payments_->keep_answers_back(false);
    customer.join();
    victim.start();
    EXPECT_TRUE(adds_up()) << wrong();
    EXPECT_TRUE(is_placed());
    EXPECT_EQ(order("tok_declined").status, 402);
    EXPECT_TRUE(adds_up()) << wrong();
  }
  void kill_at_every_moment(Program& victim) {
    to_inventory_->keep_answers_back(true);
    kill_during_an_order(victim, [&] { return to_inventory_->is_keeping_back(); });  // the goods are held
    to_payments_->keep_answers_back(true);
    kill_during_an_order(victim, [&] { return to_payments_->is_keeping_back(); });  // the charge is asked for
    const auto charges = [&] { return get_json(bank_.address, "/v1/ledger").at("charges").as_int64(); };
    const auto before = charges();
    support::HttpClient(bank_.address).request("POST", "/v1/faults", {}, R"({"kind":"delay_after","count":1,"delay_ms":1500})");
    kill_during_an_order(victim, [&] { return charges() > before; });  // the bank has paid, and has not said so
  }

  support::TempDir dir_;
  Program bank_{"banyan-bank", [this] { return std::vector<std::string>{"run", "--db", file("bank.db")}; }, file("bank.log"), {}, {}};
  Program inventory_{"banyan-inventory",
                     [this] { return std::vector<std::string>{"run", "--db", file("inventory.db")}; },
                     file("inventory.log"), {}, {}};
  Program payments_{"banyan-payments",
                    [this] { return std::vector<std::string>{"run", "--db", file("payments.db"), "--bank", bank_.address}; },
                    file("payments.log"), {}, {}};
  Program shop_{"banyan-shop",
                [this] {
                  return std::vector<std::string>{"--db", file("shop.db"), "--inventory", "http://" + to_inventory_->address(),
                                                  "--payments", "http://" + to_payments_->address()};
                },
                file("shop.log"), {}, {}};
  std::optional<AnswerRelay> to_inventory_, to_payments_;
  std::int64_t last_order_before_ = 0, last_payment_before_ = 0;
  json::object stock_before_;
};

TEST_F(BothPorts, OrdersAndCancellationsAddUp) {
  const auto placed = order();
  ASSERT_EQ(placed.status, 201) << placed.body;
  EXPECT_EQ(order("tok_declined").status, 402);
  EXPECT_TRUE(adds_up()) << wrong();
  const auto id = std::to_string(json::parse(placed.body).at("id").as_int64());
  EXPECT_EQ(support::HttpClient(shop_.address).request("POST", "/api/orders/" + id + "/cancel", {}, "").status, 200);
  ASSERT_TRUE(is_placed());
  EXPECT_TRUE(adds_up()) << wrong();
  EXPECT_EQ(moved("sold"), 2);
}

TEST_F(BothPorts, TheBankRefusesCutsOffAndHangs) {
  for (const std::string kind : {"decline", "cut_before", "cut_after", "delay_before", "delay_after"}) {
    support::HttpClient(bank_.address).request("POST", "/v1/faults", {}, R"({"kind":")" + kind + R"(","count":1,"delay_ms":2500})");
    const auto answer = order();
    EXPECT_TRUE(answer.status == 201 || answer.status == 402 || answer.status == 503) << kind << " " << answer.body;
    EXPECT_TRUE(adds_up()) << kind << ": " << wrong();
    EXPECT_TRUE(is_placed()) << kind;
    EXPECT_TRUE(adds_up()) << kind << ": " << wrong();
  }
}

// The bank has paid a part back and has not said so when somebody is killed.
TEST_F(BothPorts, APartIsPaidBackOnceWhoeverIsKilled) {
  const auto placed = order();
  ASSERT_EQ(placed.status, 201) << placed.body;
  const auto payment = std::to_string(json::parse(placed.body).at("payment_id").as_int64());
  const auto paid_back = [&] { return get_json(bank_.address, "/v1/ledger").at("refunded_cents").as_int64(); };
  for (auto* victim : {&payments_, &bank_}) {
    const auto before = paid_back();
    support::HttpClient(bank_.address).request("POST", "/v1/faults", {}, R"({"kind":"delay_after","count":1,"delay_ms":1500})");
    const auto answer = support::HttpClient(shop_.address)
                            .request("POST", "/api/payments/" + payment + "/refund", {}, R"({"amount_cents":100})");
    EXPECT_EQ(answer.status, 201) << answer.body;
    EXPECT_TRUE(eventually([&] { return paid_back() == before + 100; }, long_enough));
    victim->kill();
    victim->start();
    EXPECT_TRUE(adds_up()) << wrong();
  }
  const auto id = std::to_string(json::parse(placed.body).at("id").as_int64());
  EXPECT_EQ(support::HttpClient(shop_.address).request("POST", "/api/orders/" + id + "/cancel", {}, "").status, 200);
  EXPECT_TRUE(adds_up()) << wrong();
  EXPECT_EQ(paid_back(), json::parse(placed.body).at("total_cents").as_int64());
}

TEST_F(BothPorts, TheShopIsKilledAtEveryMoment) { kill_at_every_moment(shop_); }
TEST_F(BothPorts, ThePaymentsAreKilledAtEveryMoment) { kill_at_every_moment(payments_); }
TEST_F(BothPorts, TheInventoryIsKilledAtEveryMoment) { kill_at_every_moment(inventory_); }
TEST_F(BothPorts, TheBankIsKilledAtEveryMoment) { kill_at_every_moment(bank_); }

}  // namespace
}  // namespace banyan::e2e
