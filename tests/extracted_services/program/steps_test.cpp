// The services' own steps below /v1, over real HTTP: what a saga will call.
#include "tests/extracted_services/program/fixture.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace banyan::services_test {
namespace {

namespace json = boost::json;

struct StepsTest : testing::Test {
  support::TempDir dir;
  std::unique_ptr<Running> service;
  void start(const std::string& name) { service = run_service(name, dir / "one.db", dir / "log"); }
  support::HttpResponse post(const std::string& path, const std::string& body) {
    return service->client().request("POST", path, {{"Idempotency-Key", path + std::to_string(++keys_)}},
                                     body);
  }
  json::object read(const std::string& path) {
    return json::parse(service->client().get(path).body).as_object();
  }

 private:
  int keys_ = 0;
};

TEST_F(StepsTest, AnOrderFromPendingToDelivered) {
  start("orders");
  const std::string body =
      R"({"customer_id":5,"items":[{"product_id":7,"sku":"S","name":"K","quantity":2,)"
      R"("unit_price_cents":2499}],)"
      R"("discount_cents":500,"tax_cents":855,"shipping_cents":990,"coupon_code":"WELCOME10"})";
  const auto made = post("/v1/orders", body);
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(
      made.body,
      R"({"id":1,"number":"SO-000001","customer_id":5,"status":"pending","currency":"EUR",)"
      R"("items":[{"line":1,"product_id":7,"sku":"S","name":"K","quantity":2,)"
      R"("unit_price_cents":2499,"line_total_cents":4998}],)"
      R"("subtotal_cents":4998,"discount_cents":500,"tax_cents":855,"shipping_cents":990,"total_cents":6343,)"
      R"("refunded_cents":0,"coupon_code":"WELCOME10","payment_id":null,"placed_on":"2026-01-01"})");
  EXPECT_EQ(post("/v1/orders/1/ship", R"({"shipment":"SH-1"})").status, 409);
  EXPECT_EQ(post("/v1/orders/1/confirm", R"({"payment_id":2,"payment_reference":"PAY-000002"})").status, 200);
  EXPECT_EQ(post("/v1/orders/1/ship", R"({"shipment":"SH-1"})").status, 200);
  EXPECT_EQ(post("/v1/orders/1/refunds", R"({"amount_cents":343})").status, 200);
  EXPECT_EQ(post("/v1/orders/1/deliver", R"({"shipment":"SH-1"})").status, 200);
  EXPECT_EQ(post("/v1/orders/1/cancel", "").status, 409);
  EXPECT_EQ(read("/api/orders/1").at("status").as_string(), "delivered");
  EXPECT_EQ(read("/v1/orders/1/events").at("events").as_array().size(), 5u);
}

TEST_F(StepsTest, OrdersRefuseWhatCannotBe) {
  start("orders");
  const auto item = [](const std::string& quantity) {
    return R"({"customer_id":5,"items":[{"product_id":7,"sku":"S","name":"K","quantity":)" + quantity +
           R"(,"unit_price_cents":1}]})";
  };
  for (const auto& [body, pointer] :
       std::vector<std::pair<std::string, std::string>>{{item("-1"), "/items/0/quantity"},
                                                        {item("1000"), "/items/0/quantity"},
                                                        {item("\"2\""), "/items/0/quantity"},
                                                        {R"({"customer_id":5,"items":[]})", "/items"},
                                                        {R"({"items":[]})", "/customer_id"}}) {
    const auto refused = post("/v1/orders", body);
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(json::parse(refused.body).at("errors").at(0).at("pointer").as_string(), pointer) << body;
  }
  EXPECT_EQ(post("/v1/orders/1/cancel", "").status, 404);
  // The monolith's cross-module write is not ours to answer.
  const auto foreign = service->client().request("POST", "/api/orders", {}, "{}");
  EXPECT_EQ(foreign.status, 405);
  EXPECT_EQ(foreign.header("Allow"), "GET");
}

TEST_F(StepsTest, APaymentFromAuthorisationToRefund) {
  start("payments");
  const auto wish = [](int order, const char* token, const char* capture) {
    return R"({"order_id":)" + std::to_string(order) + R"(,"amount_cents":1000,"method":"card","token":")" +
           token + R"(","capture":)" + capture + "}";
  };
  EXPECT_EQ(post("/v1/payments", wish(1, "tok_visa", "false")).status, 201);
  EXPECT_EQ(post("/v1/payments/1/capture", "").status, 200);
  EXPECT_EQ(post("/v1/payments", wish(1, "tok_visa", "true")).status, 409);
  EXPECT_EQ(post("/v1/payments/1/refunds", R"({"amount_cents":400})").status, 201);
  EXPECT_EQ(post("/v1/payments/1/refunds", R"({"amount_cents":601})").status, 409);
  EXPECT_EQ(post("/v1/payments/1/refunds", "").status, 201);
  EXPECT_EQ(json::serialize(read("/api/payments/summary")),
            R"({"payments":1,"captured_cents":1000,"refunded_cents":1000,"net_cents":0})");
  const auto declined = post("/v1/payments", wish(2, "tok_declined", "true"));
  EXPECT_EQ(declined.status, 402);
  EXPECT_EQ(read("/v1/payments/2").at("status").as_string(), "declined");
  EXPECT_EQ(post("/v1/payments", R"({"order_id":3,"amount_cents":-5,"method":"card"})").status, 400);
  EXPECT_EQ(post("/v1/payments", R"({"order_id":3,"amount_cents":5,"method":"cash"})").status, 400);
  EXPECT_EQ(post("/v1/payments", R"({"order_id":3,"amount_cents":5,"method":"card"})").status, 400);
}

TEST_F(StepsTest, ADeclinedPaymentIsRecordedOnceForAllItsRetries) {
  start("payments");
  const std::string body = R"({"order_id":1,"amount_cents":10,"method":"card","token":"tok_declined"})";
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(service->client().request("POST", "/v1/payments", {{"Idempotency-Key", "same"}}, body).status,
              402);
  EXPECT_EQ(read("/v1/payments").at("payments").as_array().size(), 1u);
}

}  // namespace
}  // namespace banyan::services_test
