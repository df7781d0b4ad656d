// The monolith and the services side by side: same request, same status, same bytes.
#include "extracted_services/store/connection.hpp"
#include "tests/extracted_services/program/shop_fixture.hpp"

namespace banyan::services_test {
namespace {

class CompatTest : public ShopTest {
 protected:
  void SetUp() override {
    ShopTest::SetUp();
    for (const std::string name : {"inventory", "orders", "payments"}) {
      const auto imported = import(name);
      ASSERT_EQ(imported.exit_code, 0) << imported.err;
      start(name);
    }
  }

  // Ids that exist, that do not, and that are none.
  static std::vector<std::string> ids(int last) {
    std::vector<std::string> all{"-1",
                                 "x",
                                 "1.5",
                                 "007",
                                 "+7",
                                 "%37",
                                 "%",
                                 "1%20",
                                 "99999999999999999999",
                                 "9223372036854775807",
                                 "1,2",
                                 "7/",
                                 "\xc3\xa4"};
    for (int i = 0; i <= last; ++i) all.push_back(std::to_string(i));
    return all;
  }

  void same(const std::string& service, const std::string& method, const std::string& target,
            const support::HttpHeaders& headers = {}, const std::string& body = {}) {
    auto& monolith = clients_.try_emplace("shop", shop_->client()).first->second;
    auto& extracted = clients_.try_emplace(service, services_.at(service)->client()).first->second;
    const auto expected = monolith.request(method, target, headers, body);
    const auto answered = extracted.request(method, target, headers, body);
    ++compared_;
    EXPECT_EQ(answered.status, expected.status) << method << " " << target << " " << body;
    EXPECT_EQ(answered.body, expected.body) << method << " " << target << " " << body;
    EXPECT_EQ(answered.header("Content-Type"), expected.header("Content-Type")) << target;
  }
  void same_reads(const std::string& service, const std::vector<std::string>& targets,
                  const support::HttpHeaders& headers = {}) {
    for (const auto& target : targets) same(service, "GET", target, headers);
  }

  std::vector<std::string> reservations_of(const std::string& order_ref) {
    const auto db = store::open_reader(own_db("inventory"));
    auto row = db->query("SELECT id FROM reservations WHERE order_ref = ?1 ORDER BY id", order_ref);
    std::vector<std::string> found;
    while (row.next()) found.push_back(row.text(0));
    return found;
  }

  int compared_ = 0;
  std::map<std::string, support::HttpClient> clients_;
};

const std::vector<std::string> pages{
    "",         "?limit=1",         "?limit=100", "?limit=0",      "?limit=101",
    "?limit=",  "?limit=x",         "?offset=3",  "?offset=99999", "?offset=-1",
    "?offset=", "?limit=2&limit=5", "?unknown=1", "?limit=%31%30", "?limit=5&offset=5"};

std::vector<std::string> with(const std::string& path, const std::vector<std::string>& ends) {
  std::vector<std::string> all;
  for (const auto& end : ends) all.push_back(path + end);
  return all;
}

TEST_F(CompatTest, InventoryReads) {
  same_reads("inventory", with("/api/inventory", pages));
  same_reads("inventory",
             with("/api/inventory", {"?low=1", "?low=true", "?low=yes", "?low=", "?warehouse=BER",
                                     "?warehouse=", "?warehouse=b%27r", "?low=1&warehouse=MUC&limit=2"}));
  same_reads("inventory", {"/api/warehouses", "/api/warehouses/", "/api/inventory/reservations"});
  for (const auto& id : ids(70)) {
    same("inventory", "GET", "/api/inventory/" + id);
    same("inventory", "GET", "/api/inventory/" + id + "/movements");
    same("inventory", "GET", "/api/inventory/reservations/" + id);
    same("inventory", "GET", "/api/inventory/reservations?order_ref=" + id);
  }
  for (const auto& page : pages) same("inventory", "GET", "/api/inventory/7/movements" + page);
  for (int i = 1; i < 30; ++i)
    same("inventory", "GET", "/api/inventory/reservations?order_ref=SO-0000" + std::to_string(10 + i));
  EXPECT_GT(compared_, 300);
}

TEST_F(CompatTest, OrderReads) {
  same_reads("orders", with("/api/orders", pages));
  same_reads("orders",
             with("/api/orders", {"?status=pending", "?status=paid", "?status=shipped", "?status=delivered",
                                  "?status=cancelled", "?status=", "?status=PAID", "?status=x%27",
                                  "?customer_id=5&status=paid", "?customer_id=", "?customer_id=0",
                                  "?customer_id=x&status=nope&limit=0", "?status=nope&limit=0"}));
  for (const std::string account : {"5", "0", "x", "-1", "99999"}) {
    const support::HttpHeaders headers{{"X-Account-Id", account}};
    same("orders", "GET", "/api/orders", headers);
    same("orders", "GET", "/api/orders?customer_id=7", headers);
    same("orders", "GET", "/api/orders?status=nope", headers);
  }
  for (const auto& id : ids(125)) {
    same("orders", "GET", "/api/orders/" + id);
    same("orders", "GET", "/api/orders/" + id + "/items");
    same("orders", "GET", "/api/orders/" + id + "/events");
    same("orders", "GET", "/api/orders?customer_id=" + id);
  }
  EXPECT_GT(compared_, 500);
}

TEST_F(CompatTest, PaymentReads) {
  same_reads("payments", with("/api/payments", pages));
  same("payments", "GET", "/api/payments/summary");
  for (const auto& id : ids(125)) {
    same("payments", "GET", "/api/payments/" + id);
    same("payments", "GET", "/api/payments/" + id + "/refunds");
    same("payments", "GET", "/api/payments?order_id=" + id);
  }
  EXPECT_GT(compared_, 350);
}

TEST_F(CompatTest, HeadAndWrongMethodsAndUnknownPaths) {
  same("inventory", "HEAD", "/api/inventory/7");
  for (const char* method : {"PUT", "PATCH", "DELETE"}) {
    same("inventory", method, "/api/inventory/7");
    same("orders", method, "/api/orders/7");
    same("payments", method, "/api/payments/summary");
  }
  for (const char* path :
       {"/api/inventory/7/nothing", "/api/inventory/7/", "/api//inventory", "/api/nothing"})
    same("inventory", "GET", path);
}

// The same writes on both sides in the same order give the same answers and leave the same stock.
TEST_F(CompatTest, InventoryWrites) {
  const auto write = [&](const std::string& method, const std::string& target, const std::string& body = {}) {
    same("inventory", method, target, {}, body);
  };
  for (const char* body :
       {R"({"quantity":20,"reference":"PO-7"})", R"({"quantity":1})", R"({"quantity":0})",
        R"({"quantity":100001})", R"({"quantity":"1"})", R"({"quantity":1.5})", R"({"quantity":null})",
        R"({"quantity":1,"reference":7})", R"({"quantity":1,"reference":null})", "{}", "[]", "", "{",
        R"({"quantity":1} x)", R"({"x":1,"quantity":2})"}) {
    write("POST", "/api/inventory/7/receive", body);
    write("POST", "/api/inventory/9999/receive", body);
    write("POST", "/api/inventory/x/receive", body);
  }
  for (const char* body : {R"({"delta":-3,"reason":"breakage"})", R"({"delta":0,"reason":"x"})",
                           R"({"delta":-1000000,"reason":"x"})", R"({"delta":-1000001,"reason":"x"})",
                           R"({"delta":1000001})", R"({"delta":5})", R"({"delta":5,"reason":5})",
                           R"({"reason":"x"})", R"({"delta":0})", R"({"delta":2,"reason":"\u00e4\n\"/"})"}) {
    write("POST", "/api/inventory/8/adjust", body);
    write("POST", "/api/inventory/9999/adjust", body);
  }
  for (const char* body :
       {R"({"order_ref":"WEB-1","product_id":9,"quantity":2})",
        R"({"order_ref":"WEB-1","product_id":9,"quantity":3})",
        R"({"order_ref":"WEB-2","product_id":9,"quantity":4})",
        R"({"order_ref":"WEB-1","product_id":9,"quantity":999})",
        R"({"order_ref":"WEB-1","product_id":9999,"quantity":1})",
        R"({"order_ref":"WEB-1","product_id":0,"quantity":1})",
        R"({"order_ref":"WEB-1","product_id":9,"quantity":0})",
        R"({"order_ref":1,"product_id":9,"quantity":1})", R"({"product_id":9,"quantity":1})",
        R"({"order_ref":"","product_id":9,"quantity":1})"})
    write("POST", "/api/inventory/reservations", body);
  const auto next = reservations_of("WEB-1");
  ASSERT_GE(next.size(), 2u);
  for (const auto& id : {next[0], next[1], std::string("999999"), std::string("x")}) {
    write("POST", "/api/inventory/reservations/" + id + "/commit");
    write("POST", "/api/inventory/reservations/" + id + "/commit");
    write("DELETE", "/api/inventory/reservations/" + id);
  }
  write("DELETE", "/api/inventory/reservations/" + reservations_of("WEB-2").at(0));
  for (const char* product : {"7", "8", "9"}) {
    same("inventory", "GET", std::string("/api/inventory/") + product);
    same("inventory", "GET", std::string("/api/inventory/") + product + "/movements?limit=100");
  }
  same("inventory", "GET", "/api/warehouses");
}

}  // namespace
}  // namespace banyan::services_test
