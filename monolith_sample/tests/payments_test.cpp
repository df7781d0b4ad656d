#include "shop_fixture.hpp"

#include <stdlib.h>

namespace shop::test {
namespace {

class Payments : public ShopTest {
 protected:
  std::string pending_order() { return std::to_string(shop.order(5, 7, 2, kInvoice).number("/id")); }
  Answer pay(const std::string& order, const std::string& token) {
    return shop.post("/api/payments", "{\"order_id\":" + order + ",\"method\":\"card\",\"token\":\"" + token + "\"}");
  }
};

TEST_F(Payments, PayingTurnsThePendingOrderPaid) {
  const std::string order = pending_order();
  const Answer payment = pay(order, "tok_visa");
  ASSERT_EQ(payment.status, 201) << payment.body;
  const Answer paid = shop.get("/api/orders/" + order);
  EXPECT_EQ(paid.text("/status"), "paid");
  EXPECT_EQ(paid.number("/payment_id"), payment.number("/id"));
  EXPECT_EQ(payment.number("/amount_cents"), paid.number("/total_cents"));
  EXPECT_EQ(payment.text("/captured_on"), "2026-03-02");
  EXPECT_EQ(shop.get("/api/inventory/reservations?order_ref=" + paid.text("/number")).text("/reservations/0/status"),
            "committed");
  const Answer again = pay(order, "tok_visa");
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.error_message(), "order " + order + " is paid");
}

TEST_F(Payments, DeclinedAttemptIsKeptAndTheOrderStaysPending) {
  const std::string order = pending_order();
  const Answer declined = pay(order, "tok_insufficient");
  EXPECT_EQ(declined.status, 402);
  EXPECT_EQ(declined.error_message(), "insufficient funds");
  const Answer list = shop.get("/api/payments?order_id=" + order);
  EXPECT_EQ(list.text("/payments/0/status"), "declined");
  EXPECT_TRUE(list.at("/payments/0/captured_on").is_null());
  EXPECT_EQ(shop.get("/api/orders/" + order).text("/status"), "pending");
  EXPECT_EQ(pay(order, "tok_master").status, 201);
}

TEST_F(Payments, TransferNeedsNoToken) {
  const std::string order = pending_order();
  const Answer paid = shop.post("/api/payments", "{\"order_id\":" + order + ",\"method\":\"transfer\"}");
  EXPECT_EQ(paid.status, 201);
  EXPECT_EQ(paid.text("/method"), "transfer");
}

TEST_F(Payments, FraudLimitComesFromTheEnvironment) {
  ::setenv("SHOP_FRAUD_LIMIT_CENTS", "100", 1);
  const Answer answer = shop.order(5, 7, 1, kCard);
  ::unsetenv("SHOP_FRAUD_LIMIT_CENTS");
  EXPECT_EQ(answer.status, 402);
  EXPECT_EQ(answer.error_message(), "amount above the fraud limit");
  EXPECT_EQ(shop.order(5, 7, 1, kCard).status, 201);
}

TEST_F(Payments, RefundsAddUpToTheWholeAndNoFurther) {
  const Answer order = shop.order(5, 7, 2, kCard);
  const std::string url = "/api/payments/" + std::to_string(order.number("/payment_id"));
  const std::int64_t total = order.number("/total_cents");
  const Answer first = shop.post(url + "/refund", R"({"amount_cents":500,"reason":"scratch"})");
  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(first.number("/amount_cents"), 500);
  EXPECT_EQ(shop.get(url).text("/status"), "partly_refunded");
  EXPECT_EQ(shop.get("/api/orders/" + std::to_string(order.number("/id"))).number("/refunded_cents"), 500);
  const Answer too_much = shop.post(url + "/refund", "{\"amount_cents\":" + std::to_string(total) + "}");
  EXPECT_EQ(too_much.status, 409);
  EXPECT_EQ(too_much.error_code(), "refund_exceeds_payment");
  EXPECT_EQ(shop.post(url + "/refund").number("/amount_cents"), total - 500);
  EXPECT_EQ(shop.get(url).text("/status"), "refunded");
  EXPECT_EQ(shop.post(url + "/refund").status, 409);
  EXPECT_EQ(shop.get(url + "/refunds").at("/refunds").as_array().size(), 2u);
}

TEST_F(Payments, RefundOfADeclinedAttemptIsRefused) {
  const std::string order = pending_order();
  pay(order, "tok_declined");
  const std::string id = std::to_string(shop.get("/api/payments?order_id=" + order).number("/payments/0/id"));
  EXPECT_EQ(shop.post("/api/payments/" + id + "/refund").error_code(), "refund_exceeds_payment");
}

TEST_F(Payments, BadRequests) {
  EXPECT_EQ(shop.post("/api/payments", R"({"order_id":1,"method":"cash"})").error_message(),
            "method must be card or transfer");
  EXPECT_EQ(shop.post("/api/payments", R"({"order_id":9999,"method":"transfer"})").error_message(),
            "order 9999 not found");
  EXPECT_EQ(shop.post("/api/payments/1/refund", R"({"amount_cents":0})").error_message(),
            "amount_cents must be a positive integer");
  EXPECT_EQ(shop.post("/api/payments/9999/refund").error_message(), "payment 9999 not found");
  EXPECT_EQ(shop.get("/api/payments?order_id=x").status, 400);
}

TEST_F(Payments, MoneyOfTheSeedAddsUp) {
  const std::int64_t owed = shop.db().select_int(
      "SELECT SUM(total_cents - refunded_cents) FROM orders WHERE payment_id IS NOT NULL");
  EXPECT_EQ(shop.get("/api/payments/summary").number("/net_cents"), owed);
  EXPECT_EQ(shop.db().select_int("SELECT COUNT(*) FROM orders WHERE status = 'cancelled' AND payment_id IS NOT NULL "
                                 "AND refunded_cents <> total_cents"),
            0);
}

}  // namespace
}  // namespace shop::test
