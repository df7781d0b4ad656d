// The monolith with its inventory taken out: real processes, killed, stopped and cut off from each other.
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/json.hpp>

#include <algorithm>
#include <optional>

#include "extracted_services/store/connection.hpp"
#include "tests/e2e/answer_relay.hpp"
#include "tests/e2e/shop_requests.hpp"
#include "tests/support/process.hpp"

namespace banyan::e2e {
namespace {

namespace json = boost::json;
using support::eventually;

const std::string bin = BANYAN_BINARY_DIR "/bin/";

class ExtractedInventory : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(support::run({bin + "banyan-shop", "--db", file("shop.db"), "--seed-only"}).exit_code, 0);
    const auto imported =
        support::run({bin + "banyan-inventory", "import", "--from", file("shop.db"), "--db", file("inventory.db")});
    ASSERT_EQ(imported.exit_code, 0) << imported.err;
    start_inventory();
    relay_.emplace(inventory_address_);
    start_shop();
    before_ = stock();
    tables_before_ = stock_tables();
  }

  void start_inventory() {
    const std::string port = inventory_address_.empty() ? "0" : inventory_address_.substr(inventory_address_.rfind(':') + 1);
    inventory_.emplace(std::vector<std::string>{bin + "banyan-inventory", "run", "--db", file("inventory.db"), "--port", port},
                       file("inventory.log"));
    const auto line = inventory_->wait_for_line("listening on ");
    inventory_address_ = line.substr(0, line.find_first_of(" \r,"));
  }
  void start_shop() {
    shop_.emplace(std::vector<std::string>{bin + "banyan-shop", "--db", file("shop.db"), "--port", "0", "--inventory",
                                           "http://" + relay_->address()},
                  file("shop.log"));
    const auto line = shop_->wait_for_line("listening on ");
    shop_address_ = line.substr(0, line.find_first_of(" \r,"));
  }

  std::filesystem::path file(const std::string& name) const { return dir_ / name; }

  support::HttpResponse order(int product, int quantity, const std::string& token = "tok_visa", const std::string& trace = {}) {
    support::HttpClient client(shop_address_);
    support::HttpHeaders headers{{"X-Account-Id", "5"}, {"Content-Type", "application/json"}};
    if (!trace.empty()) headers.emplace_back("traceparent", trace);
    return client.request("POST", "/api/orders", headers,
                          R"({"items":[{"product_id":)" + std::to_string(product) + R"(,"quantity":)" + std::to_string(quantity) +
                              R"(}],"payment":{"method":"card","token":")" + token + "\"}}");
  }
  support::HttpResponse ask_shop(const std::string& method, const std::string& target, const std::string& body = {}) {
    return support::HttpClient(shop_address_).request(method, target, {}, body);
  }

  // Product 7 at the service.
  json::object stock() {
    return json::parse(support::HttpClient(inventory_address_).get("/v1/inventory/7").body).as_object();
  }
  std::int64_t units(const char* what) { return stock().at(what).as_int64(); }
  std::int64_t units_before(const char* what) const { return before_.at(what).as_int64(); }
  bool becomes(std::int64_t on_hand_less, std::int64_t sold_more) {
    return eventually(
        [&] {
          const auto now = stock();
          return now.at("on_hand").as_int64() == units_before("on_hand") - on_hand_less &&
                 now.at("reserved").as_int64() == units_before("reserved") &&
                 now.at("sold").as_int64() == units_before("sold") + sold_more;
        },
        std::chrono::seconds(60));
  }

  std::int64_t number(const std::string& sql) const {
    const auto db = store::open_reader(file("shop.db"));
    auto row = db->query(sql);
    row.next();
    return row.integer(0);
  }
  std::int64_t orders() const { return number("SELECT count(*) FROM orders"); }
  // Everything in the tables that the monolith has given up.
  std::string stock_tables() const {
    const auto db = store::open_reader(file("shop.db"));
    std::string all;
    for (const char* sql : {"SELECT group_concat(product_id || ':' || on_hand || ':' || reserved || ':' || sold) FROM stock",
                            "SELECT count(*) || '/' || max(id) FROM stock_movements",
                            "SELECT group_concat(id || status) FROM reservations"}) {
      auto row = db->query(sql);
      row.next();
      all += row.text(0) + "\n";
    }
    return all;
  }

  // Of the last hold that the shop has asked for.
  std::string asked_hold_key() const {
    std::string key;
    for (const auto& request : relay_->requests())
      if (request.starts_with("POST /v1/inventory/holds HTTP"))
        key = json::parse(request.substr(request.find("\r\n\r\n") + 4)).at("key").as_string().c_str();
    return key;
  }
  std::string hold_status(std::string key) {
    key.replace(key.find('/'), 1, "%2F");
    const auto hold = support::HttpClient(inventory_address_).get("/v1/inventory/holds?key=" + key);
    return hold.status == 200 ? std::string(json::parse(hold.body).at("status").as_string()) : std::to_string(hold.status);
  }

  support::TempDir dir_;
  std::optional<support::Process> inventory_, shop_;
  std::optional<AnswerRelay> relay_;
  std::string inventory_address_, shop_address_;
  json::object before_;
  std::string tables_before_;
};

std::string code_of(const support::HttpResponse& response) {
  return std::string(json::parse(response.body).at("error").at("code").as_string());
}

TEST_F(ExtractedInventory, AnOrderTakesItsGoodsAtTheServiceAndNotHere) {
  const auto placed = order(7, 2);
  ASSERT_EQ(placed.status, 201) << placed.body;
  EXPECT_EQ(json::parse(placed.body).at("status").as_string(), "paid");
  EXPECT_TRUE(becomes(2, 2)) << json::serialize(stock());
  EXPECT_EQ(stock_tables(), tables_before_);
  // The monolith's own reads of the inventory come from there too.
  const auto seen = json::parse(ask_shop("GET", "/api/inventory/7").body);
  EXPECT_EQ(seen.at("sold").as_int64(), units_before("sold") + 2);
}

TEST_F(ExtractedInventory, AnswersHaveTheBytesOfAShopWithoutServices) {
  support::Process whole({bin + "banyan-shop", "--db", file("whole.db"), "--port", "0", "--seed"}, file("whole.log"));
  support::HttpClient expected(whole.wait_for_line("listening on "));
  support::HttpClient asked(shop_address_);
  int compared = 0;
  for (const auto& request : shop_requests()) {
    if (!request.inventory && request.target.rfind("/api/orders", 0) != 0) continue;
    const auto want = play(expected, request);
    auto got = play(asked, request);
    // What an order gives back is told after its answer; what reads or is refused may be asked again.
    if (request.method == "GET" || want.status >= 400) eventually([&] { return got.body == want.body || (got = play(asked, request)).body == want.body; });
    EXPECT_EQ(want.status, got.status) << request.method << " " << request.target << "\n" << got.body;
    EXPECT_EQ(want.body, got.body) << request.method << " " << request.target;
    ++compared;
  }
  EXPECT_GT(compared, 25);
}

TEST_F(ExtractedInventory, AnOrderThatFailsGivesItsGoodsBack) {
  const auto refused = order(7, 3, "tok_declined");
  EXPECT_EQ(refused.status, 402) << refused.body;
  EXPECT_TRUE(becomes(0, 0)) << json::serialize(stock());
  const auto too_many = order(7, 900);
  EXPECT_EQ(too_many.status, 409) << too_many.body;
  EXPECT_EQ(code_of(too_many), "out_of_stock");
  EXPECT_TRUE(becomes(0, 0)) << json::serialize(stock());
}

TEST_F(ExtractedInventory, CancelledOrdersGiveTheirGoodsBackOldOnesToo) {
  const auto placed = json::parse(order(7, 2).body);
  EXPECT_TRUE(becomes(2, 2));
  const auto id = std::to_string(placed.at("id").as_int64());
  EXPECT_EQ(ask_shop("POST", "/api/orders/" + id + "/cancel").status, 200);
  EXPECT_TRUE(becomes(0, 0)) << json::serialize(stock());
  // An order of the time before the move: the service knows its reservations by the order's number only.
  const auto old = number("SELECT id FROM orders WHERE status = 'paid' ORDER BY id LIMIT 1");
  const auto product = number("SELECT product_id FROM order_items WHERE line = 1 AND order_id = " + std::to_string(old));
  const auto at = [&] {
    return json::parse(support::HttpClient(inventory_address_).get("/v1/inventory/" + std::to_string(product)).body).at("sold").as_int64();
  };
  const auto sold = at();
  EXPECT_EQ(ask_shop("POST", "/api/orders/" + std::to_string(old) + "/cancel").status, 200);
  EXPECT_TRUE(eventually([&] { return at() < sold; }, std::chrono::seconds(60)));
  EXPECT_EQ(stock_tables(), tables_before_);
}

TEST_F(ExtractedInventory, WithoutTheServiceOrdersAreRefusedAndNothingStays) {
  const auto orders_before = orders();
  inventory_->kill_hard();
  for (int i = 0; i < 5; ++i) {
    const auto refused = order(7, 1);
    EXPECT_EQ(refused.status, 503) << refused.body;
    EXPECT_EQ(code_of(refused), "inventory_unavailable");
  }
  EXPECT_EQ(orders(), orders_before);
  EXPECT_EQ(ask_shop("GET", "/api/orders/2").status, 200) << "what needs no inventory goes on";
  start_inventory();
  ASSERT_TRUE(eventually([&] { return order(7, 1).status == 201; }, std::chrono::seconds(60)));
  EXPECT_TRUE(becomes(1, 1)) << json::serialize(stock());
  EXPECT_EQ(orders(), orders_before + 1);
}

TEST_F(ExtractedInventory, ALostAnswerIsAskedAgainAndTheServiceActsOnce) {
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  relay_->lose_answers(2);
  const auto placed = order(7, 2, "tok_visa", trace);
  ASSERT_EQ(placed.status, 201) << placed.body;
  EXPECT_TRUE(becomes(2, 2)) << json::serialize(stock());
  const auto seen = relay_->requests();
  EXPECT_GE(std::count_if(seen.begin(), seen.end(), [](const auto& r) { return r.starts_with("POST /v1/inventory/holds HTTP"); }), 3);
  for (const auto& request : seen) EXPECT_NE(request.find("traceparent: " + trace), std::string::npos) << request;
}

// The service stands still: the order is refused in time, and the hold that arrives after all is given back.
TEST_F(ExtractedInventory, AHoldThatArrivesTooLateIsGivenBack) {
  const auto orders_before = orders();
  inventory_->send(SIGSTOP);
  const auto refused = order(7, 4);
  EXPECT_EQ(refused.status, 503) << refused.body;
  const std::string key = asked_hold_key();
  ASSERT_FALSE(key.empty());
  inventory_->send(SIGCONT);
  // Closed for ever, whichever of the two came first.
  EXPECT_TRUE(eventually([&] { return hold_status(key) == "released"; }, std::chrono::seconds(60))) << hold_status(key);
  EXPECT_TRUE(becomes(0, 0)) << json::serialize(stock());
  EXPECT_EQ(orders(), orders_before);
}

// Killed when the service has taken the goods and before the order is stored: after the next start they are given back.
TEST_F(ExtractedInventory, TheMonolithKilledBetweenHoldAndCommitGivesBackWhenItReturns) {
  const auto orders_before = orders();
  relay_->keep_answers_back(true);
  std::thread customer([&] {
    try {
      order(7, 5);
    } catch (const std::runtime_error&) {  // nobody answers
    }
  });
  EXPECT_TRUE(eventually([&] { return relay_->is_keeping_back(); }));
  EXPECT_EQ(units("reserved"), units_before("reserved") + 5);
  shop_->kill_hard();
  customer.join();
  relay_->keep_answers_back(false);
  start_shop();
  EXPECT_TRUE(becomes(0, 0)) << json::serialize(stock());
  EXPECT_EQ(orders(), orders_before);
  EXPECT_EQ(order(7, 1).status, 201);
  EXPECT_TRUE(becomes(1, 1)) << json::serialize(stock());
}

TEST_F(ExtractedInventory, ABadAddressIsAnErrorAtStart) {
  for (const char* address : {"http://somewhere", "127.0.0.1:99999", "https://127.0.0.1:1", "x"}) {
    const auto run = support::run({bin + "banyan-shop", "--db", file("other.db"), "--port", "0", "--inventory", address});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_NE(run.err.find("expected http://127.0.0.1:8091"), std::string::npos) << run.err;
  }
}

}  // namespace
}  // namespace banyan::e2e
