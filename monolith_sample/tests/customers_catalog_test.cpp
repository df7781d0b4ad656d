#include "shop_fixture.hpp"

namespace shop::test {
namespace {

class Customers : public ShopTest {};
class Catalog : public ShopTest {};

TEST_F(Customers, CreateShowUpdate) {
  const Answer made = shop.post("/api/customers", R"({"email":"zoe@example.org","name":"Zoe"})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string url = "/api/customers/" + std::to_string(made.number("/id"));
  EXPECT_EQ(shop.get(url).body, made.body);
  EXPECT_EQ(made.body, "{\"id\":41,\"email\":\"zoe@example.org\",\"name\":\"Zoe\",\"tier\":\"basic\","
                       "\"loyalty_points\":0,\"created_on\":\"2026-03-02\"}");
  EXPECT_EQ(shop.put(url, R"({"email":"zoe@example.org","name":"Zoe B","tier":"gold"})").text("/tier"), "gold");
  EXPECT_EQ(shop.get("/api/customers?q=Zoe").text("/customers/0/name"), "Zoe B");
}

TEST_F(Customers, RenamedCustomerIsNotServedFromTheSessionCache) {
  EXPECT_NE(shop.get("/cart", 5).body.find("Cart of Emma Fischer"), std::string::npos);
  shop.put("/api/customers/5", R"({"email":"emma@example.org","name":"Emma New"})");
  EXPECT_NE(shop.get("/cart", 5).body.find("Cart of Emma New"), std::string::npos);
}

TEST_F(Customers, EmailIsUniqueAndLooksLikeOne) {
  EXPECT_EQ(shop.post("/api/customers", R"({"email":"ada.fischer@example.org","name":"x"})").status, 409);
  EXPECT_EQ(shop.put("/api/customers/2", R"({"email":"ada.fischer@example.org","name":"x"})").status, 409);
  for (const char* bad : {"x", "@x", "x@", "a b@c", "a@b@c"}) {
    EXPECT_EQ(shop.post("/api/customers", std::string(R"({"email":")") + bad + R"(","name":"x"})").error_message(),
              "email must be an address")
        << bad;
  }
}

TEST_F(Customers, OpenOrdersKeepACustomerAlive) {
  shop.order(5, 7, 1, kInvoice);
  EXPECT_EQ(shop.del("/api/customers/5").status, 409);
  const Answer fresh = shop.post("/api/customers", R"({"email":"zoe@example.org","name":"Zoe"})");
  const std::string url = "/api/customers/" + std::to_string(fresh.number("/id"));
  EXPECT_EQ(shop.del(url).status, 204);
  EXPECT_EQ(shop.get(url).status, 404);
  EXPECT_EQ(shop.get("/api/cart", fresh.number("/id")).status, 404);
}

TEST_F(Customers, PaidOrdersGiveLoyaltyPoints) {
  const std::int64_t before = shop.get("/api/me", 5).number("/loyalty_points");
  const std::int64_t total = shop.order(5, 7, 2, kCard).number("/total_cents");
  EXPECT_EQ(shop.get("/api/me", 5).number("/loyalty_points"), before + total / 100);
}

TEST_F(Customers, AddressesHaveOneDefault) {
  const Answer added = shop.post("/api/customers/5/addresses",
                                 R"({"street":"Quai 1","city":"Lyon","zip":"69002","country":"FR"})");
  ASSERT_EQ(added.status, 201) << added.body;
  EXPECT_FALSE(added.at("/is_default").as_bool());
  const std::string url = "/api/customers/5/addresses/" + std::to_string(added.number("/id"));
  EXPECT_TRUE(shop.put(url + "/default", "").at("/is_default").as_bool());
  int defaults = 0;
  const Answer address_list = shop.get("/api/customers/5/addresses");
  for (const auto& address : address_list.at("/addresses").as_array()) {
    defaults += address.at("is_default").as_bool() ? 1 : 0;
  }
  EXPECT_EQ(defaults, 1);
  EXPECT_EQ(shop.del(url).status, 204);
  EXPECT_EQ(shop.del(url).status, 404);
  EXPECT_EQ(shop.put("/api/customers/5/addresses/9999/default", "").status, 404);
}

TEST_F(Catalog, ShowingAProductCountsTheView) {
  EXPECT_EQ(shop.get("/api/products/7").number("/views"), 1);
  EXPECT_EQ(shop.get("/api/products/7").number("/views"), 2);
  EXPECT_EQ(shop.get("/api/products/8").number("/views"), 1);
}

TEST_F(Catalog, ListByCategory) {
  const Answer list = shop.get("/api/products?category=books&limit=100");
  ASSERT_FALSE(list.at("/products").as_array().empty());
  for (const auto& product : list.at("/products").as_array()) {
    EXPECT_EQ(product.at("category").as_string(), "books");
    EXPECT_EQ(product.at("tax_class").as_string(), "reduced");
    EXPECT_GT(product.at("unit_price_cents").as_int64(), 0);
  }
}

TEST_F(Catalog, NewProductHasPriceAndStockRow) {
  const Answer made = shop.post(
      "/api/products",
      R"({"category_id":2,"sku":"NEW-1","name":"New Spade","unit_price_cents":1999,"weight_grams":900})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string id = std::to_string(made.number("/id"));
  EXPECT_EQ(shop.get("/api/prices/" + id).number("/tiers/0/unit_price_cents"), 1999);
  EXPECT_EQ(shop.get("/api/inventory/" + id).number("/on_hand"), 0);
  const char* const same_sku = R"({"category_id":2,"sku":"NEW-1","name":"x","unit_price_cents":1})";
  EXPECT_EQ(shop.post("/api/products", same_sku).status, 409);
  const char* const no_category = R"({"category_id":99,"sku":"NEW-2","name":"x","unit_price_cents":1})";
  EXPECT_EQ(shop.post("/api/products", no_category).status, 404);
}

TEST_F(Catalog, InactiveProductIsNotSold) {
  EXPECT_FALSE(shop.put("/api/products/7", R"({"active":false})").at("/active").as_bool());
  EXPECT_EQ(shop.order(5, 7, 1, kCard).error_message(), "product 7 not found");
  EXPECT_EQ(shop.post("/api/cart/items", R"({"product_id":7,"quantity":1})", 5).status, 404);
}

TEST_F(Catalog, OnlyBuyersReviewAndTheTriggerCountsStars) {
  const char* const review = R"({"stars":4,"comment":"<b>good</b>"})";
  EXPECT_EQ(shop.post("/api/products/7/reviews", review).status, 401);
  const Answer fresh = shop.post("/api/customers", R"({"email":"zoe@example.org","name":"Zoe"})");
  const std::int64_t id = fresh.number("/id");
  EXPECT_EQ(shop.post("/api/products/7/reviews", review, id).status, 409);
  shop.order(id, 7, 1, kCard);
  EXPECT_EQ(shop.post("/api/products/7/reviews", review, id).text("/author"), "Zoe");
  EXPECT_EQ(shop.post("/api/products/7/reviews", R"({"stars":5})", id).status, 201);
  EXPECT_EQ(shop.get("/api/products/7").number("/rating_tenths"), 45);
  EXPECT_EQ(shop.get("/api/products/7/reviews").at("/reviews").as_array().size(), 2u);
  EXPECT_NE(shop.get("/products/7").body.find("&lt;b&gt;good&lt;/b&gt;"), std::string::npos);
  EXPECT_EQ(shop.post("/api/products/7/reviews", R"({"stars":6})", id).status, 400);
}

TEST_F(Catalog, SearchSorts) {
  const Answer by_price = shop.get("/api/search?q=kettle&sort=price");
  const auto& hits = by_price.at("/hits").as_array();
  ASSERT_EQ(hits.size(), 6u);
  for (std::size_t i = 1; i < hits.size(); ++i) {
    EXPECT_LE(hits[i - 1].at("unit_price_cents").as_int64(), hits[i].at("unit_price_cents").as_int64());
  }
  EXPECT_EQ(shop.get("/api/search?q=kettle&sort=newest").number("/hits/0/product_id"), 6);
  EXPECT_EQ(shop.get("/api/search?q=kettle&sort=1;drop").text("/hits/0/name"), "Amber Kettle");
  EXPECT_TRUE(shop.get("/api/search?q=%25zzz").at("/hits").as_array().empty());
}

}  // namespace
}  // namespace shop::test
