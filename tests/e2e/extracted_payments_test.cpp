// The monolith with its payments taken out: real processes with a bank behind them, killed, stopped and cut off.
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/json.hpp>

#include <algorithm>
#include <future>
#include <optional>
#include <thread>

#include "extracted_services/store/connection.hpp"
#include "tests/e2e/answer_relay.hpp"
#include "tests/e2e/shop_requests.hpp"
#include "tests/support/process.hpp"

namespace banyan::e2e {
namespace {

namespace json = boost::json;
using support::eventually;

const std::string programs = BANYAN_BINARY_DIR "/bin/";
constexpr auto patience = std::chrono::seconds(60);

class ExtractedPayments : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(support::run({programs + "banyan-shop", "--db", file("shop.db"), "--seed-only"}).exit_code, 0);
    const auto imported =
        support::run({programs + "banyan-payments", "import", "--from", file("shop.db"), "--db", file("payments.db")});
    ASSERT_EQ(imported.exit_code, 0) << imported.err;
    bank_.emplace(std::vector<std::string>{programs + "banyan-bank", "run", "--db", file("bank.db"), "--port", "0"}, file("bank.log"));
    bank_address_ = listening(*bank_);
    start_payments();
    relay_.emplace(payments_address_);
    start_shop();
    before_ = summary();
    tables_before_ = own_tables();
  }

  static std::string listening(support::Process& process) {
    const auto line = process.wait_for_line("listening on ");
    return line.substr(0, line.find_first_of(" \r,"));
  }
  void start_payments() {
    const std::string port = payments_address_.empty() ? "0" : payments_address_.substr(payments_address_.rfind(':') + 1);
    payments_.emplace(std::vector<std::string>{programs + "banyan-payments", "run", "--db", file("payments.db"), "--port", port,
                                               "--bank", bank_address_},
                      file("payments.log"));
    payments_address_ = listening(*payments_);
  }
  void start_shop() {
    shop_.emplace(std::vector<std::string>{programs + "banyan-shop", "--db", file("shop.db"), "--port", "0", "--threads", "4", "--payments",
                                           "http://" + relay_->address()},
                  file("shop.log"));
    shop_address_ = listening(*shop_);
  }
  std::filesystem::path file(const std::string& name) const { return dir_ / name; }

  support::HttpResponse ask_shop(const std::string& method, const std::string& target, const std::string& body = {},
                                 support::HttpHeaders headers = {}) {
    if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
    return support::HttpClient(shop_address_).request(method, target, headers, body);
  }
  support::HttpResponse order(int quantity, const std::string& token = "tok_visa", const std::string& trace = {}) {
    support::HttpHeaders headers{{"X-Account-Id", "5"}};
    if (!trace.empty()) headers.emplace_back("traceparent", trace);
    return ask_shop("POST", "/api/orders",
                    R"({"items":[{"product_id":7,"quantity":)" + std::to_string(quantity) +
                        R"(}],"payment":{"method":"card","token":")" + token + "\"}}",
                    headers);
  }
  static std::string payment_of(const support::HttpResponse& order) {
    return std::to_string(json::parse(order.body).at("payment_id").as_int64());
  }
  support::HttpResponse refund_of(const support::HttpResponse& order, const std::string& body = {}) {
    return ask_shop("POST", "/api/payments/" + payment_of(order) + "/refund", body);
  }
  json::object get(const std::string& address, const std::string& target) const {
    return json::parse(support::HttpClient(address).get(target).body).as_object();
  }
  json::object summary() const { return get(payments_address_, "/v1/payments/summary"); }

  // Of the service, since the test began; the bank knows nothing older.
  std::int64_t taken() const { return summary().at("captured_cents").as_int64() - before_.at("captured_cents").as_int64(); }
  std::int64_t net() const { return summary().at("net_cents").as_int64() - before_.at("net_cents").as_int64(); }
  bool nets(std::int64_t cents) const {
    return eventually(
        [&] {
          const auto ledger = get(bank_address_, "/v1/ledger");
          return net() == cents && ledger.at("net_cents").as_int64() == cents && ledger.at("charged_twice").as_int64() == 0;
        },
        patience);
  }
  std::string sums() const { return json::serialize(summary()) + json::serialize(get(bank_address_, "/v1/ledger")); }

  std::int64_t number(const std::string& sql) const {
    const auto db = store::open_reader(file("shop.db"));
    auto row = db->query(sql);
    row.next();
    return row.integer(0);
  }
  std::int64_t orders() const { return number("SELECT count(*) FROM orders"); }
  // The tables that the monolith has given up.
  std::string own_tables() const {
    return std::to_string(number("SELECT count(*) * 1000000 + sum(refunded_cents) FROM payments")) + "/" +
           std::to_string(number("SELECT count(*) FROM refunds"));
  }
  // Of the last charge that the shop has asked for.
  std::string asked_key() const {
    std::string key;
    for (const auto& request : relay_->requests())
      if (request.starts_with("POST /v1/charges HTTP"))
        key = json::parse(request.substr(request.find("\r\n\r\n") + 4)).at("key").as_string().c_str();
    return key;
  }
  std::string charge_status(const std::string& key) const {
    const auto charge = support::HttpClient(payments_address_).get("/v1/charges?key=" + key);
    return charge.status == 200 ? std::string(json::parse(charge.body).at("status").as_string()) : std::to_string(charge.status);
  }

  support::TempDir dir_;
  std::optional<support::Process> bank_, payments_, shop_;
  std::optional<AnswerRelay> relay_;
  std::string bank_address_, payments_address_, shop_address_;
  json::object before_;
  std::string tables_before_;
};

std::string error_code_of(const support::HttpResponse& response) {
  return std::string(json::parse(response.body).at("error").at("code").as_string());
}

std::int64_t cents_of(const support::HttpResponse& order) { return json::parse(order.body).at("total_cents").as_int64(); }
std::string id_of(const support::HttpResponse& order) { return std::to_string(json::parse(order.body).at("id").as_int64()); }

TEST_F(ExtractedPayments, AnOrderIsPaidAtTheServiceAndNotHere) {
  const auto placed = order(2);
  ASSERT_EQ(placed.status, 201) << placed.body;
  EXPECT_EQ(json::parse(placed.body).at("status").as_string(), "paid");
  EXPECT_TRUE(nets(cents_of(placed))) << sums();
  EXPECT_EQ(own_tables(), tables_before_);
  // The monolith's own reads of payments come from there too.
  const auto listed = json::parse(ask_shop("GET", "/api/payments?order_id=" + id_of(placed)).body).at("payments").as_array();
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0].at("amount_cents").as_int64(), cents_of(placed));
  EXPECT_EQ(listed[0].at("status").as_string(), "captured");
}

TEST_F(ExtractedPayments, AnswersHaveTheBytesOfAShopWithoutServices) {
  support::Process whole({programs + "banyan-shop", "--db", file("whole.db"), "--port", "0", "--seed"}, file("whole.log"));
  support::HttpClient expected(whole.wait_for_line("listening on "));
  support::HttpClient asked(shop_address_);
  int compared = 0;
  for (const auto& request : shop_requests()) {
    if (request.target.rfind("/api/payments", 0) != 0 && request.target.rfind("/api/orders", 0) != 0) continue;
    const auto want = play(expected, request);
    auto got = play(asked, request);
    // What an order gives back is told after its answer; what reads or is refused may be asked again.
    if (request.method == "GET" || want.status >= 400) eventually([&] { return got.body == want.body || (got = play(asked, request)).body == want.body; });
    EXPECT_EQ(want.status, got.status) << request.method << " " << request.target << "\n" << got.body;
    EXPECT_EQ(want.body, got.body) << request.method << " " << request.target;
    ++compared;
  }
  EXPECT_GT(compared, 15);
}

TEST_F(ExtractedPayments, ADeclinedOrderLeavesNothing) {
  const auto orders_before = orders();
  const auto refused = order(3, "tok_declined");
  EXPECT_EQ(refused.status, 402) << refused.body;
  EXPECT_EQ(error_code_of(refused), "payment_declined");
  EXPECT_EQ(orders(), orders_before);
  EXPECT_TRUE(nets(0)) << sums();
  const auto placed = order(1);  // has the number that the refused one had
  ASSERT_EQ(placed.status, 201) << placed.body;
  EXPECT_TRUE(nets(cents_of(placed))) << sums();
}

TEST_F(ExtractedPayments, CancelledOrdersGetTheirMoneyBackOldOnesToo) {
  const auto placed = order(2);
  ASSERT_EQ(placed.status, 201) << placed.body;
  EXPECT_EQ(ask_shop("POST", "/api/orders/" + id_of(placed) + "/cancel").status, 200);
  EXPECT_TRUE(nets(0)) << sums();
  EXPECT_EQ(taken(), cents_of(placed));
  EXPECT_EQ(number("SELECT refunded_cents FROM orders WHERE id = " + id_of(placed)), cents_of(placed));
  // An order of the time before the move: no charge of the service's bank, so it stands in the ledger alone.
  const auto old = std::to_string(number("SELECT id FROM orders WHERE status = 'paid' ORDER BY id LIMIT 1"));
  const auto owed = number("SELECT total_cents - refunded_cents FROM orders WHERE id = " + old);
  EXPECT_EQ(ask_shop("POST", "/api/orders/" + old + "/cancel").status, 200);
  EXPECT_TRUE(eventually([&] { return net() == -owed; }, patience)) << sums();
  EXPECT_EQ(own_tables(), tables_before_);
}

TEST_F(ExtractedPayments, APartIsPaidBackOnceAndNeverMoreThanIsLeft) {
  const auto placed = order(2);
  ASSERT_EQ(placed.status, 201) << placed.body;
  relay_->lose_answers(1);  // of the payment that is looked at first
  const auto part = refund_of(placed, R"({"amount_cents":100,"reason":"late"})");
  ASSERT_EQ(part.status, 201) << part.body;
  EXPECT_EQ(json::parse(part.body).at("amount_cents").as_int64(), 100);
  EXPECT_TRUE(nets(cents_of(placed) - 100)) << sums();
  EXPECT_EQ(number("SELECT refunded_cents FROM orders WHERE id = " + id_of(placed)), 100);
  const auto more = refund_of(placed, R"({"amount_cents":)" + std::to_string(cents_of(placed)) + "}");
  EXPECT_EQ(more.status, 409) << more.body;
  EXPECT_EQ(error_code_of(more), "refund_exceeds_payment");
  EXPECT_EQ(ask_shop("POST", "/api/orders/" + id_of(placed) + "/cancel").status, 200);
  EXPECT_TRUE(nets(0)) << sums();
}

TEST_F(ExtractedPayments, ARefundWhoseAnswersAreLostIsMadeOnceAlsoByAShopThatWasKilled) {
  const auto placed = order(2);
  ASSERT_EQ(placed.status, 201) << placed.body;
  relay_->only_to("POST /v1/payments/");
  relay_->lose_answers(1'000'000);
  const auto part = refund_of(placed, R"({"amount_cents":100})");
  EXPECT_EQ(part.status, 202) << part.body;
  EXPECT_TRUE(json::parse(part.body).at("id").is_null()) << part.body;
  EXPECT_EQ(number("SELECT count(*) FROM owed_refunds WHERE told = 'nothing'"), 1);
  shop_->kill_hard();
  relay_->lose_answers(0);
  start_shop();
  EXPECT_TRUE(eventually([&] { return number("SELECT count(*) FROM owed_refunds WHERE told = 'done'") == 1; }, patience));
  EXPECT_TRUE(nets(cents_of(placed) - 100)) << sums();
  EXPECT_EQ(refund_of(placed).status, 201);
  EXPECT_TRUE(nets(0)) << sums();
}

// Somebody pays all back at the service before it has heard of what the shop has written down.
TEST_F(ExtractedPayments, ARefundThatTheServiceRefusesStandsInTheOrderWithItsReason) {
  const auto placed = order(2);
  ASSERT_EQ(placed.status, 201) << placed.body;
  const auto order_refunded = "SELECT refunded_cents FROM orders WHERE id = " + id_of(placed);
  relay_->only_to("POST /v1/payments/");
  relay_->drop_requests(true);
  EXPECT_EQ(refund_of(placed, R"({"amount_cents":100})").status, 202);
  EXPECT_EQ(number(order_refunded), 100);
  const auto all = support::HttpClient(payments_address_).request("POST", "/v1/payments/" + payment_of(placed) + "/refunds", {}, "");
  EXPECT_EQ(all.status, 201) << all.body;
  relay_->drop_requests(false);
  EXPECT_TRUE(eventually([&] { return number(order_refunded) == 0; }, patience));
  EXPECT_EQ(number("SELECT count(*) FROM owed_refunds WHERE told = 'refused'"), 1);
  EXPECT_NE(ask_shop("GET", "/api/orders/" + id_of(placed) + "/events").body.find("100 EUR cents: "), std::string::npos);
  EXPECT_TRUE(nets(0)) << sums();
}

TEST_F(ExtractedPayments, WithoutTheServiceOrdersAreRefusedAndNothingStays) {
  const auto orders_before = orders();
  payments_->kill_hard();
  for (int i = 0; i < 5; ++i) {
    const auto refused = order(1);
    EXPECT_EQ(refused.status, 503) << refused.body;
    EXPECT_EQ(error_code_of(refused), "payments_unavailable");
  }
  EXPECT_EQ(orders(), orders_before);
  EXPECT_EQ(ask_shop("GET", "/api/orders/2").status, 200) << "what needs no payments goes on";
  start_payments();
  std::int64_t cents = 0;
  ASSERT_TRUE(eventually(
      [&] {
        const auto placed = order(1);
        if (placed.status == 201) cents = cents_of(placed);
        return placed.status == 201;
      },
      patience));
  EXPECT_TRUE(nets(cents)) << sums();
  EXPECT_EQ(orders(), orders_before + 1);
}

TEST_F(ExtractedPayments, ALostAnswerIsAskedAgainAndNobodyPaysTwice) {
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  relay_->lose_answers(2);
  const auto placed = order(2, "tok_visa", trace);
  ASSERT_EQ(placed.status, 201) << placed.body;
  EXPECT_TRUE(nets(cents_of(placed))) << sums();
  const auto seen = relay_->requests();
  EXPECT_GE(std::count_if(seen.begin(), seen.end(), [](const auto& r) { return r.starts_with("POST /v1/charges HTTP"); }), 3);
  for (const auto& request : seen) EXPECT_NE(request.find("traceparent: " + trace), std::string::npos) << request;
}

// The bank takes longer than the shop waits: the order is refused, and what the bank takes after that goes back. The
// next order has the number of the refused one, and is paid all the same.
TEST_F(ExtractedPayments, MoneyThatIsTakenTooLateGoesBackAndTheNumberIsPaidByTheNextOrder) {
  const auto orders_before = orders();
  support::HttpClient(bank_address_).request("POST", "/v1/faults", {}, R"({"kind":"delay_after","count":1,"delay_ms":3000})");
  const auto refused = order(4);
  EXPECT_EQ(refused.status, 503) << refused.body;
  const auto key = asked_key();
  ASSERT_FALSE(key.empty());
  EXPECT_TRUE(eventually([&] { return charge_status(key) == "refunded"; }, patience)) << charge_status(key);
  EXPECT_TRUE(nets(0)) << sums();
  EXPECT_EQ(orders(), orders_before);
  const auto placed = order(1);
  ASSERT_EQ(placed.status, 201) << placed.body;
  EXPECT_TRUE(nets(cents_of(placed))) << sums();
}

// The service has the money of an order that got no answer, and the next orders, which have its number, come before that
// has gone back.
TEST_F(ExtractedPayments, WhoComesNextIsNotTakenForTheOneWhoGotNoAnswer) {
  relay_->keep_answers_back(true);
  auto first = std::async(std::launch::async, [&] { return order(4); });
  EXPECT_TRUE(eventually([&] { return relay_->is_keeping_back() && taken() > 0; }, patience));
  std::vector<std::future<support::HttpResponse>> others(3);
  for (auto& other : others) other = std::async(std::launch::async, [&] { return order(1); });
  EXPECT_EQ(first.get().status, 503);
  relay_->keep_answers_back(false);
  std::int64_t cents = 0;
  for (auto& other : others) {
    const auto answer = other.get();
    EXPECT_TRUE(answer.status == 201 || answer.status == 503) << answer.body;
    if (answer.status == 201) cents += cents_of(answer);
  }
  EXPECT_TRUE(nets(cents)) << sums();
}

// The service stands still: the charge that arrives after its cancellation is refused for ever.
TEST_F(ExtractedPayments, AChargeThatArrivesTooLateIsNeverMade) {
  payments_->send(SIGSTOP);
  const auto refused = order(4);
  EXPECT_EQ(refused.status, 503) << refused.body;
  const auto key = asked_key();
  ASSERT_FALSE(key.empty());
  payments_->send(SIGCONT);
  const auto is_over = [&] { return charge_status(key) == "cancelled" || charge_status(key) == "refunded"; };
  EXPECT_TRUE(eventually(is_over, patience)) << charge_status(key);
  EXPECT_TRUE(nets(0)) << sums();
}

// Killed when the bank has paid and before the order is stored: after the next start the money goes back.
TEST_F(ExtractedPayments, TheMonolithKilledBetweenChargeAndCommitGivesBackWhenItReturns) {
  const auto orders_before = orders();
  relay_->keep_answers_back(true);
  std::thread customer([&] {
    try {
      order(5);
    } catch (const std::runtime_error&) {  // nobody answers
    }
  });
  EXPECT_TRUE(eventually([&] { return relay_->is_keeping_back(); }));
  EXPECT_TRUE(eventually([&] { return taken() > 0; })) << sums();
  shop_->kill_hard();
  customer.join();
  relay_->keep_answers_back(false);
  start_shop();
  EXPECT_TRUE(nets(0)) << sums();
  EXPECT_EQ(orders(), orders_before);
  const auto placed = order(1);
  ASSERT_EQ(placed.status, 201) << placed.body;
  EXPECT_TRUE(nets(cents_of(placed))) << sums();
}

TEST_F(ExtractedPayments, ABadAddressIsAnErrorAtStart) {
  const auto run = support::run({programs + "banyan-shop", "--db", file("other.db"), "--port", "0", "--payments", "http://somewhere"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_NE(run.err.find("'http://somewhere' is no address of a service"), std::string::npos) << run.err;
}

}  // namespace
}  // namespace banyan::e2e
