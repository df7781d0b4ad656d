// Shipping, notifications, reporting, pages, admin.
#include "core/config.hpp"
#include "notifications/notification_service.hpp"
#include "shop_fixture.hpp"

#include <set>

namespace shop::test {
namespace {

class Shipping : public ShopTest {};
class Notifications : public ShopTest {};
class Reporting : public ShopTest {};
class Pages : public ShopTest {};
class Admin : public ShopTest {};

TEST_F(Shipping, DispatchAndDeliverMoveTheOrder) {
  const std::string order = std::to_string(shop.order(5, 7, 2, kCard).number("/id"));
  const Answer shipment = shop.get("/api/orders/" + order + "/shipment");
  EXPECT_EQ(shipment.number("/weight_grams"), 2 * shop.get("/api/products/7").number("/weight_grams"));
  const std::string url = "/api/shipments/" + std::to_string(shipment.number("/id"));
  EXPECT_EQ(shop.post(url + "/deliver").status, 409);
  const std::int64_t lines = shop.get("/api/reports/dashboard").number("/manifest_lines");
  EXPECT_EQ(shop.post(url + "/dispatch").text("/status"), "dispatched");
  EXPECT_EQ(shop.get("/api/reports/dashboard").number("/manifest_lines"), lines + 1);
  EXPECT_EQ(shop.get("/api/orders/" + order).text("/status"), "shipped");
  EXPECT_EQ(shop.post("/api/orders/" + order + "/cancel").error_message(), "order " + order + " is shipped");
  EXPECT_EQ(shop.post(url + "/deliver").text("/delivered_on"), "2026-03-02");
  EXPECT_EQ(shop.get("/api/orders/" + order).text("/status"), "delivered");
}

TEST_F(Shipping, CarrierAndRates) {
  EXPECT_EQ(shop.put("/api/shipments/1/carrier", R"({"carrier":"freight"})").text("/carrier"), "freight");
  EXPECT_EQ(shop.put("/api/shipments/1/carrier", R"({"carrier":"pigeon"})").status, 400);
  EXPECT_EQ(shop.get("/api/shipping/rates?country=DE").at("/rates").as_array().size(), 4u);
  EXPECT_EQ(shop.get("/api/shipping/rates").at("/rates").as_array().size(), 20u);
  EXPECT_EQ(shop.get("/api/shipments?status=created&limit=1").text("/shipments/0/status"), "created");
}

TEST(Fill, ReplacesKnownWordsOnly) {
  EXPECT_EQ(notifications::fill("a {x} {y} {", {{"x", "1"}}), "a 1 {y} {");
  EXPECT_EQ(notifications::fill("", {}), "");
}

TEST_F(Notifications, OrderTellsTheCustomer) {
  const std::int64_t before = shop.get("/api/notifications/unread", 5).number("/unread");
  const Answer order = shop.order(5, 7, 2, kCard);
  EXPECT_EQ(shop.get("/api/notifications/unread", 5).number("/unread"), before + 2);
  const Answer list = shop.get("/api/notifications?unread=1&limit=2", 5);
  EXPECT_NE(list.text("/notifications/0/subject").find(order.text("/number")), std::string::npos);
  const std::string url = "/api/notifications/" + std::to_string(list.number("/notifications/0/id"));
  EXPECT_TRUE(shop.post(url + "/read").at("/read").as_bool());
  EXPECT_TRUE(shop.get(url).at("/read").as_bool());
  EXPECT_EQ(shop.get("/api/notifications/unread", 5).number("/unread"), before + 1);
  EXPECT_EQ(shop.get("/api/notifications/99999").status, 404);
}

TEST_F(Notifications, TemplatesCanBeChanged) {
  EXPECT_EQ(shop.get("/api/notifications/templates").at("/templates").as_array().size(), 5u);
  EXPECT_EQ(shop.put("/api/notifications/templates/order_paid", R"({"subject":"Paid!","body":"{order}"})").status, 200);
  shop.order(5, 7, 1, kCard);
  EXPECT_EQ(shop.db().select_int("SELECT COUNT(*) FROM notifications WHERE subject = 'Paid!'"), 1);
  EXPECT_EQ(shop.put("/api/notifications/templates/nope", R"({"subject":"a","body":"b"})").status, 404);
}

TEST_F(Reporting, SalesAgreeWithTheOrders) {
  const Answer sales = shop.get("/api/reports/sales");
  std::int64_t revenue = 0, orders = 0;
  for (const auto& day : sales.at("/days").as_array()) {
    revenue += day.at("revenue_cents").as_int64();
    orders += day.at("orders").as_int64();
  }
  const char* const where = " FROM orders WHERE status IN ('paid', 'shipped', 'delivered')";
  EXPECT_EQ(revenue, shop.db().select_int(std::string("SELECT SUM(total_cents)") + where));
  EXPECT_EQ(orders, shop.db().select_int(std::string("SELECT COUNT(*)") + where));
  const Answer rebuilt = shop.post("/api/reports/daily/rebuild");
  EXPECT_EQ(rebuilt.number("/days"), static_cast<std::int64_t>(sales.at("/days").as_array().size()));
  EXPECT_EQ(shop.db().select_int("SELECT SUM(revenue_cents) FROM daily_sales"), revenue);
  EXPECT_EQ(shop.post("/api/reports/daily/rebuild").body, rebuilt.body);
  EXPECT_EQ(shop.get("/api/reports/daily?limit=3").at("/days").as_array().size(), 3u);
  EXPECT_EQ(shop.get("/api/reports/sales?from=x").status, 400);
}

TEST_F(Reporting, CustomerReportCountsEverything) {
  const Answer before = shop.get("/api/reports/customers/5");
  const std::int64_t total = shop.order(5, 7, 2, kCard).number("/total_cents");
  const Answer after = shop.get("/api/reports/customers/5");
  EXPECT_EQ(after.number("/orders"), before.number("/orders") + 1);
  EXPECT_EQ(after.number("/spent_cents"), before.number("/spent_cents") + total);
  EXPECT_EQ(after.number("/shipments"), before.number("/shipments") + 1);
  EXPECT_EQ(shop.get("/api/reports/customers/999").status, 404);
}

TEST_F(Reporting, TopProductsStockValueAndCoupons) {
  const auto top = shop.get("/api/reports/top-products?limit=5");
  const auto& rows = top.at("/products").as_array();
  ASSERT_EQ(rows.size(), 5u);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    EXPECT_GE(rows[i - 1].at("units").as_int64(), rows[i].at("units").as_int64());
  }
  EXPECT_EQ(shop.get("/api/reports/stock-value").at("/warehouses").as_array().size(), 3u);
  EXPECT_EQ(shop.get("/api/reports/coupons").at("/coupons").as_array().size(), 5u);
}

TEST_F(Reporting, TablesAreCountedAndArchivedByName) {
  EXPECT_EQ(shop.get("/api/reports/tables/orders").number("/rows"), 120);
  EXPECT_EQ(shop.get("/api/reports/tables/orders%22;--").status, 404);
  const char* const body = R"({"table":"orders","before":"2026-01-15"})";
  const std::int64_t rows = shop.post("/api/reports/archive", body).number("/rows");
  EXPECT_GT(rows, 0);
  EXPECT_EQ(shop.get("/api/reports/tables/orders_archive").number("/rows"), rows);
  EXPECT_EQ(shop.post("/api/reports/archive", body).number("/rows"), 0);
  EXPECT_EQ(shop.post("/api/reports/archive", R"({"table":"customers","before":"2026-01-15"})").status, 400);
}

TEST_F(Pages, AreHtmlAndEscaped) {
  shop.put("/api/products/7", R"({"name":"<script>"})");
  for (const char* target : {"/", "/products", "/products?category=books", "/products/7", "/admin/stock",
                             "/admin/sales"}) {
    const Answer page = shop.get(target);
    EXPECT_EQ(page.status, 200) << target;
    EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
    EXPECT_EQ(page.body.find("<script>"), std::string::npos);
  }
  EXPECT_NE(shop.get("/account/orders", 5).body.find("SO-"), std::string::npos);
  EXPECT_EQ(shop.get("/account/orders").status, 401);
  EXPECT_EQ(shop.get("/products/999").status, 404);
}

TEST_F(Admin, BusinessDateMovesWhenSet) {
  EXPECT_EQ(shop.get("/api/admin/settings/business_date").text("/value"), "2026-03-02");
  EXPECT_EQ(shop.put("/api/admin/settings/business_date", R"({"value":"2026-13-01"})").status, 400);
  shop.put("/api/admin/settings/business_date", R"({"value":"2026-04-01"})");
  EXPECT_EQ(shop.order(5, 7, 1, kInvoice).text("/placed_on"), "2026-04-01");
  EXPECT_EQ(shop.get("/api/admin/settings/nope").status, 404);
}

TEST_F(Admin, AuditNamesWhoDidIt) {
  shop.call("POST", "/api/inventory/7/receive", R"({"quantity":1})", 5);
  const Answer log = shop.get("/api/admin/audit?limit=1");
  EXPECT_EQ(log.number("/entries/0/actor"), 5);
  EXPECT_EQ(log.text("/entries/0/action"), "receive");
}

TEST_F(Admin, RoutesAreManyAndAllDifferent) {
  std::set<std::string> routes;
  const Answer route_list = shop.get("/api/admin/routes");
  for (const auto& route : route_list.at("/routes").as_array()) {
    EXPECT_TRUE(routes.insert(std::string(route.as_string())).second);
  }
  EXPECT_EQ(routes.size(), shop.router().routes().size());
  EXPECT_GE(routes.size(), 40u);
  EXPECT_EQ(shop.get("/livez").status, 200);
  EXPECT_EQ(shop.get("/readyz").text("/status"), "ready");
  EXPECT_EQ(shop.get("/api/nope").error_message(), "no such path");
  EXPECT_EQ(shop.del("/api/orders/1").error_code(), "method_not_allowed");
}

}  // namespace
}  // namespace shop::test
