#include "shop_fixture.hpp"

namespace shop::test {
namespace {

class Cart : public ShopTest {};
class Pricing : public ShopTest {
 protected:
  Answer quote(const std::string& body) { return shop.post("/api/pricing/quote", body); }
  std::int64_t unit_price(int product, int quantity) {
    return quote("{\"customer_id\":5,\"items\":[{\"product_id\":" + std::to_string(product) +
                 ",\"quantity\":" + std::to_string(quantity) + "}]}")
        .number("/items/0/unit_price_cents");
  }
};

TEST_F(Cart, ItemsAddUpAndChange) {
  EXPECT_EQ(shop.get("/api/cart").status, 401);
  EXPECT_EQ(shop.get("/api/cart", 5).body,
            R"({"customer_id":5,"items":[],"coupon_code":null,"subtotal_cents":0})");
  shop.post("/api/cart/items", R"({"product_id":7,"quantity":2})", 5);
  const Answer twice = shop.post("/api/cart/items", R"({"product_id":7,"quantity":1})", 5);
  EXPECT_EQ(twice.number("/items/0/quantity"), 3);
  EXPECT_EQ(twice.number("/subtotal_cents"), 3 * twice.number("/items/0/unit_price_cents"));
  EXPECT_EQ(shop.put("/api/cart/items/7", R"({"quantity":5})", 5).number("/items/0/quantity"), 5);
  EXPECT_TRUE(shop.del("/api/cart/items/7", 5).at("/items").as_array().empty());
  EXPECT_EQ(shop.del("/api/cart/items/7", 5).status, 404);
  EXPECT_EQ(shop.del("/api/cart", 5).status, 204);
}

TEST_F(Cart, CartsOfDifferentAccountsAreApart) {
  shop.post("/api/cart/items", R"({"product_id":7,"quantity":2})", 5);
  EXPECT_TRUE(shop.get("/api/cart", 6).at("/items").as_array().empty());
}

TEST_F(Cart, CheckoutMakesTheOrderAndEmptiesTheCart) {
  shop.post("/api/cart/items", R"({"product_id":7,"quantity":2})", 5);
  shop.post("/api/cart/items", R"({"product_id":9,"quantity":1})", 5);
  EXPECT_EQ(shop.put("/api/cart/coupon", R"({"code":"WELCOME10"})", 5).text("/coupon_code"), "WELCOME10");
  const Answer order = shop.post("/api/cart/checkout", kCard, 5);
  ASSERT_EQ(order.status, 201) << order.body;
  EXPECT_EQ(order.at("/items").as_array().size(), 2u);
  EXPECT_EQ(order.number("/discount_cents"), order.number("/subtotal_cents") / 10);
  EXPECT_TRUE(shop.get("/api/cart", 5).at("/items").as_array().empty());
  EXPECT_EQ(shop.post("/api/cart/checkout", kCard, 5).status, 409);
}

TEST_F(Cart, FailedCheckoutKeepsTheCart) {
  shop.post("/api/cart/items", R"({"product_id":7,"quantity":2})", 5);
  const std::string before = shop.fingerprint(), cart = shop.get("/api/cart", 5).body;
  EXPECT_EQ(shop.post("/api/cart/checkout", kDeclined, 5).status, 402);
  EXPECT_EQ(shop.get("/api/cart", 5).body, cart);
  EXPECT_EQ(shop.fingerprint(), before);
}

TEST_F(Pricing, QuantityTiersLowerThePrice) {
  const Answer tiers = shop.get("/api/prices/3");
  ASSERT_EQ(tiers.at("/tiers").as_array().size(), 2u);
  const std::int64_t single = tiers.number("/tiers/0/unit_price_cents");
  const std::int64_t bulk = tiers.number("/tiers/1/unit_price_cents");
  EXPECT_LT(bulk, single);
  EXPECT_EQ(unit_price(3, 9), single);
  EXPECT_EQ(unit_price(3, 10), bulk);
}

TEST_F(Pricing, TaxFollowsCountryAndClass) {
  shop.put("/api/prices/1", R"({"unit_price_cents":1000})");
  shop.put("/api/prices/4", R"({"unit_price_cents":1000})");
  const Answer german =
      quote(R"({"customer_id":1,"items":[{"product_id":1,"quantity":1},{"product_id":4,"quantity":1}]})");
  EXPECT_EQ(german.number("/tax_cents"), 190 + 70);
  const Answer austrian = quote(R"({"customer_id":2,"items":[{"product_id":1,"quantity":1}]})");
  EXPECT_EQ(austrian.number("/tax_cents"), 200);
}

TEST_F(Pricing, DiscountLowersTaxAndFreeShippingCountsAfterIt) {
  shop.put("/api/prices/1", R"({"unit_price_cents":10000})");
  const Answer plain = quote(R"({"customer_id":1,"items":[{"product_id":1,"quantity":1}]})");
  EXPECT_EQ(plain.number("/shipping_cents"), 0);
  const Answer cheaper = quote(R"({"customer_id":1,"items":[{"product_id":1,"quantity":1}],"coupon":"WELCOME10"})");
  EXPECT_EQ(cheaper.number("/discount_cents"), 1000);
  EXPECT_EQ(cheaper.number("/tax_cents"), 1710);
  EXPECT_GT(cheaper.number("/shipping_cents"), 0);
}

TEST_F(Pricing, CouponRules) {
  shop.put("/api/prices/1", R"({"unit_price_cents":1000})");
  EXPECT_EQ(quote(R"({"customer_id":1,"items":[{"product_id":1,"quantity":1}],"coupon":"SPRING5"})").error_message(),
            "coupon SPRING5 needs a subtotal of 2500 cents");
  const Answer once = quote(R"({"customer_id":1,"items":[{"product_id":1,"quantity":1}],"coupon":"ONCE"})");
  EXPECT_EQ(once.number("/discount_cents"), 1000);
  const std::string order =
      std::string(R"({"customer_id":1,"items":[{"product_id":1,"quantity":1}],"coupon":"ONCE","payment":)") + kInvoice +
      "}";
  EXPECT_EQ(shop.post("/api/orders", order).status, 201);
  EXPECT_EQ(shop.post("/api/orders", order).error_message(), "coupon ONCE is used up");
  EXPECT_EQ(shop.get("/api/coupons/ONCE").number("/used"), 1);
}

TEST_F(Pricing, CouponsAreMadeOnce) {
  const char* const body = R"({"code":"NEW","kind":"percent","value":50,"valid_until":"2027-01-01"})";
  EXPECT_EQ(shop.post("/api/coupons", body).status, 201);
  EXPECT_EQ(shop.post("/api/coupons", body).status, 409);
  const char* const too_much = R"({"code":"X","kind":"percent","value":101,"valid_until":"2027-01-01"})";
  EXPECT_EQ(shop.post("/api/coupons", too_much).status, 400);
  EXPECT_EQ(shop.post("/api/coupons", R"({"code":"X","kind":"percent","value":10,"valid_until":"soon"})").status, 400);
  EXPECT_EQ(shop.get("/api/coupons/NOPE").error_message(), "coupon NOPE not found");
}

TEST_F(Pricing, OrderStoresExactlyTheQuote) {
  const std::string body =
      R"("customer_id":3,"items":[{"product_id":3,"quantity":12},{"product_id":4,"quantity":2}],"coupon":"WELCOME10")";
  const Answer wanted = quote("{" + body + "}");
  const Answer order = shop.post("/api/orders", "{" + body + ",\"payment\":" + kInvoice + "}");
  for (const char* key : {"/items", "/subtotal_cents", "/discount_cents", "/tax_cents", "/shipping_cents",
                          "/total_cents", "/coupon_code", "/currency"}) {
    EXPECT_EQ(wanted.at(key), order.at(key)) << key;
  }
}

}  // namespace
}  // namespace shop::test
