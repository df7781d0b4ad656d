#include "shop_fixture.hpp"

#include <boost/json/serialize.hpp>

namespace shop::test {
namespace {

class Orders : public ShopTest {
 protected:
  std::int64_t on_hand(std::int64_t product) {
    return shop.get("/api/inventory/" + std::to_string(product)).number("/on_hand");
  }
  std::int64_t reserved(std::int64_t product) {
    return shop.get("/api/inventory/" + std::to_string(product)).number("/reserved");
  }
  std::int64_t sold(std::int64_t product) {
    return shop.get("/api/inventory/" + std::to_string(product)).number("/sold");
  }
};

TEST_F(Orders, CardOrderIsPaidSoldAndShippable) {
  const auto before_hand = on_hand(7), before_sold = sold(7);
  const Answer order = shop.order(5, 7, 2, kCard);
  ASSERT_EQ(order.status, 201) << order.body;
  EXPECT_EQ(order.text("/status"), "paid");
  EXPECT_EQ(order.number("/subtotal_cents") - order.number("/discount_cents") + order.number("/tax_cents") +
                order.number("/shipping_cents"),
            order.number("/total_cents"));
  EXPECT_EQ(on_hand(7), before_hand - 2);
  EXPECT_EQ(sold(7), before_sold + 2);
  const std::string id = std::to_string(order.number("/id"));
  const Answer payment = shop.get("/api/payments/" + std::to_string(order.number("/payment_id")));
  EXPECT_EQ(payment.number("/amount_cents"), order.number("/total_cents"));
  EXPECT_EQ(shop.get("/api/orders/" + id + "/shipment").text("/status"), "created");
  EXPECT_EQ(shop.get("/api/orders/" + id).body, order.body);
}

TEST_F(Orders, InvoiceOrderWaitsAndReserves) {
  const auto before = reserved(7);
  const Answer order = shop.order(5, 7, 3, kInvoice);
  ASSERT_EQ(order.status, 201);
  EXPECT_EQ(order.text("/status"), "pending");
  EXPECT_TRUE(order.at("/payment_id").is_null());
  EXPECT_EQ(reserved(7), before + 3);
  EXPECT_EQ(shop.get("/api/orders/" + std::to_string(order.number("/id")) + "/shipment").status, 404);
}

TEST_F(Orders, KeysStandInTheDocumentedOrder) {
  const Answer order = shop.get("/api/orders/2");
  std::string keys;
  for (const auto& member : order.parsed.as_object()) keys += std::string(member.key()) + " ";
  EXPECT_EQ(keys,
            "id number customer_id status currency items subtotal_cents discount_cents tax_cents shipping_cents "
            "total_cents refunded_cents coupon_code payment_id placed_on ");
}

TEST_F(Orders, EqualDataGivesEqualBytes) {
  const std::string first = shop.fingerprint();
  EXPECT_EQ(first, shop.fingerprint());
  Shop again;
  EXPECT_EQ(first, again.fingerprint());
}

TEST_F(Orders, DeclinedCardLeavesNoTrace) {
  const std::string before = shop.fingerprint();
  const Answer answer = shop.order(5, 7, 2, kDeclined);
  EXPECT_EQ(answer.status, 402);
  EXPECT_EQ(answer.error_code(), "payment_declined");
  EXPECT_EQ(shop.fingerprint(), before);
}

TEST_F(Orders, SecondLineSeesWhatTheFirstTook) {
  const auto available = on_hand(7);
  const std::string before = shop.fingerprint();
  const std::string body = "{\"customer_id\":5,\"items\":[{\"product_id\":7,\"quantity\":" + std::to_string(available) +
                           "},{\"product_id\":7,\"quantity\":1}],\"payment\":" + kCard + "}";
  const Answer answer = shop.post("/api/orders", body);
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(answer.error_message(), "product 7: 0 available, 1 wanted");
  EXPECT_EQ(shop.fingerprint(), before);
}

TEST_F(Orders, AccountHeaderNamesTheCustomer) {
  const std::string body = std::string(R"({"items":[{"product_id":7,"quantity":1}],"payment":)") + kCard + "}";
  EXPECT_EQ(shop.post("/api/orders", body).status, 401);
  EXPECT_EQ(shop.post("/api/orders", body, 9).number("/customer_id"), 9);
}

TEST_F(Orders, ListFiltersAndPages) {
  const Answer order_list = shop.get("/api/orders?status=cancelled&limit=100");
  for (const auto& order : order_list.at("/orders").as_array()) {
    EXPECT_EQ(order.at("status").as_string(), "cancelled");
  }
  const Answer mine = shop.get("/api/orders?limit=100", 5);
  ASSERT_FALSE(mine.at("/orders").as_array().empty());
  for (const auto& order : mine.at("/orders").as_array()) EXPECT_EQ(order.at("customer_id").as_int64(), 5);
  const char* const of_six = "/api/orders?customer_id=6&limit=100";
  EXPECT_EQ(shop.get(of_six, 5).body, shop.get(of_six).body);
  EXPECT_EQ(shop.get("/api/orders?limit=1&offset=2").number("/orders/0/id"), 118);
}

TEST_F(Orders, CancelPaidOrderRefundsAndRestocks) {
  const auto hand = on_hand(7), goods_sold = sold(7);
  const Answer order = shop.order(5, 7, 2, kCard);
  const std::string id = std::to_string(order.number("/id"));
  const Answer cancelled = shop.post("/api/orders/" + id + "/cancel", R"({"reason":"too late"})");
  ASSERT_EQ(cancelled.status, 200) << cancelled.body;
  EXPECT_EQ(cancelled.text("/status"), "cancelled");
  EXPECT_EQ(cancelled.number("/refunded_cents"), order.number("/total_cents"));
  EXPECT_EQ(on_hand(7), hand);
  EXPECT_EQ(sold(7), goods_sold);
  EXPECT_EQ(shop.get("/api/orders/" + id + "/shipment").text("/status"), "cancelled");
  EXPECT_EQ(shop.get("/api/payments/" + std::to_string(order.number("/payment_id"))).text("/status"), "refunded");
  std::string events;
  const Answer event_list = shop.get("/api/orders/" + id + "/events");
  for (const auto& event : event_list.at("/events").as_array()) {
    events += std::string(event.at("event").as_string()) + " ";
  }
  EXPECT_EQ(events, "placed paid refunded cancelled ");
  EXPECT_EQ(shop.post("/api/orders/" + id + "/cancel").error_code(), "order_not_cancellable");
}

TEST_F(Orders, CancelPendingOrderFreesStock) {
  const auto hand = on_hand(7), held = reserved(7);
  const std::string id = std::to_string(shop.order(5, 7, 2, kInvoice).number("/id"));
  EXPECT_EQ(shop.post("/api/orders/" + id + "/cancel").status, 200);
  EXPECT_EQ(on_hand(7), hand);
  EXPECT_EQ(reserved(7), held);
}

TEST_F(Orders, MaintenanceStopsOrdersOnly) {
  shop.put("/api/admin/maintenance", R"({"on":true})");
  EXPECT_EQ(shop.order(5, 7, 1, kCard).status, 503);
  EXPECT_EQ(shop.get("/api/orders/2").status, 200);
  shop.put("/api/admin/maintenance", R"({"on":false})");
  EXPECT_EQ(shop.order(5, 7, 1, kCard).status, 201);
}

struct BadOrder {
  const char* body;
  int status;
  const char* message;
};

class OrderErrors : public ShopTest, public ::testing::WithParamInterface<BadOrder> {};

TEST_P(OrderErrors, SayWhatIsWrongAndChangeNothing) {
  const std::string before = shop.fingerprint();
  const Answer answer = shop.post("/api/orders", GetParam().body);
  EXPECT_EQ(answer.status, GetParam().status);
  EXPECT_EQ(answer.error_message(), GetParam().message);
  EXPECT_EQ(shop.fingerprint(), before);
}

INSTANTIATE_TEST_SUITE_P(
    All, OrderErrors,
    ::testing::Values(
        BadOrder{"", 400, "body must be a JSON object"}, BadOrder{"[1]", 400, "body must be a JSON object"},
        BadOrder{R"({"customer_id":"5"})", 400, "customer_id must be a positive integer"},
        BadOrder{R"({"customer_id":5})", 400, "items is required"},
        BadOrder{R"({"customer_id":5,"items":{}})", 400, "items must be an array"},
        BadOrder{R"({"customer_id":5,"items":[]})", 400, "items must have 1 to 50 entries"},
        BadOrder{R"({"customer_id":5,"items":[{"product_id":7,"quantity":1000}]})", 400,
                 "quantity must be between 1 and 999"},
        BadOrder{R"({"customer_id":5,"items":[{"product_id":7,"quantity":1.5}]})", 400, "quantity must be an integer"},
        BadOrder{R"({"customer_id":5,"items":[{"product_id":7,"quantity":1}]})", 400, "payment is required"},
        BadOrder{R"({"customer_id":5,"items":[{"product_id":7,"quantity":1}],"payment":{"method":"gold"}})", 400,
                 "payment.method must be card or invoice"},
        BadOrder{R"({"customer_id":5,"items":[{"product_id":7,"quantity":1}],"payment":{"method":"card"}})", 400,
                 "token is required"},
        BadOrder{R"({"customer_id":500,"items":[{"product_id":7,"quantity":1}],"payment":{"method":"invoice"}})", 404,
                 "customer 500 not found"},
        BadOrder{R"({"customer_id":5,"items":[{"product_id":700,"quantity":1}],"payment":{"method":"invoice"}})", 404,
                 "product 700 not found"},
        BadOrder{R"({"items":[{"product_id":7,"quantity":1}],"customer_id":5,"coupon":"NO",)"
                 R"("payment":{"method":"invoice"}})",
                 422, "coupon NO is unknown"},
        BadOrder{R"({"items":[{"product_id":7,"quantity":1}],"customer_id":5,"coupon":"XMAS25",)"
                 R"("payment":{"method":"invoice"}})",
                 422, "coupon XMAS25 has expired"},
        BadOrder{R"({"customer_id":5,"items":[{"product_id":7,"quantity":900}],)"
                 R"("payment":{"method":"card","token":"x"}})",
                 409, "product 7: 121 available, 900 wanted"},
        BadOrder{R"({"customer_id":5,"items":[{"product_id":7,"quantity":1}],"payment":{"method":"card","token":"x"}})",
                 402, "unknown card token"}));

}  // namespace
}  // namespace shop::test
