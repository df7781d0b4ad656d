#include "shop_fixture.hpp"

namespace shop::test {
namespace {

void visit_customers_and_catalog(Shop& shop) {
  shop.get("/api/customers?q=a");
  shop.post("/api/customers", R"({"email":"zoe@example.org","name":"Zoe"})");
  shop.get("/api/customers/41");
  shop.put("/api/customers/41", R"({"email":"zoe@example.org","name":"Zoe","tier":"gold"})");
  shop.post("/api/customers/41/addresses", R"({"street":"a","city":"b","zip":"c","country":"DE"})");
  shop.get("/api/customers/41/addresses");
  const std::string address = std::to_string(shop.db().select_int("SELECT MAX(id) FROM addresses"));
  shop.put("/api/customers/41/addresses/" + address + "/default", "");
  shop.del("/api/customers/41/addresses/" + address);
  shop.get("/api/me", 41);
  shop.del("/api/customers/41");
  shop.get("/api/products");
  shop.get("/api/products/7");
  shop.post("/api/products", R"({"category_id":1,"sku":"N","name":"N","unit_price_cents":100})");
  shop.put("/api/products/61", R"({"name":"M"})");
  shop.get("/api/categories");
  shop.order(5, 7, 1, kCard);
  shop.post("/api/products/7/reviews", R"({"stars":4})", 5);
  shop.get("/api/products/7/reviews");
  shop.get("/api/search?q=a");
  shop.get("/api/search/help");
}

void visit_cart_and_pricing(Shop& shop) {
  shop.post("/api/cart/items", R"({"product_id":7,"quantity":1})", 5);
  shop.put("/api/cart/items/7", R"({"quantity":2})", 5);
  shop.del("/api/cart/items/7", 5);
  shop.post("/api/cart/items", R"({"product_id":8,"quantity":1})", 5);
  shop.put("/api/cart/coupon", R"({"code":"WELCOME10"})", 5);
  shop.get("/api/cart", 5);
  shop.get("/cart", 5);
  shop.post("/api/cart/checkout", kCard, 5);
  shop.del("/api/cart", 5);
  shop.get("/api/prices/7");
  shop.put("/api/prices/7", R"({"unit_price_cents":1234})");
  shop.post("/api/coupons", R"({"code":"NEW","kind":"percent","value":50,"valid_until":"2027-01-01"})");
  shop.get("/api/coupons/NEW");
  shop.post("/api/pricing/quote", R"({"customer_id":5,"items":[{"product_id":7,"quantity":1}]})");
}

void visit_orders_and_payments(Shop& shop) {
  const std::string order = std::to_string(shop.order(5, 7, 2, kInvoice).number("/id"));
  shop.get("/api/orders?status=pending");
  shop.get("/api/orders/" + order);
  shop.get("/api/orders/" + order + "/items");
  shop.get("/api/orders/" + order + "/events");
  shop.post("/api/payments", "{\"order_id\":" + order + ",\"method\":\"card\",\"token\":\"tok_declined\"}");
  const Answer paid = shop.post("/api/payments", "{\"order_id\":" + order + ",\"method\":\"transfer\"}");
  const std::string payment = "/api/payments/" + std::to_string(paid.number("/id"));
  shop.get("/api/payments?order_id=" + order);
  shop.get("/api/payments/summary");
  shop.get(payment);
  shop.post(payment + "/refund", R"({"amount_cents":5})");
  shop.get(payment + "/refunds");
  shop.get("/account/orders", 5);
  const std::string shipment = std::to_string(shop.get("/api/orders/" + order + "/shipment").number("/id"));
  shop.get("/api/shipments");
  shop.get("/api/shipments/" + shipment);
  shop.put("/api/shipments/" + shipment + "/carrier", R"({"carrier":"letter"})");
  shop.post("/api/shipments/" + shipment + "/dispatch");
  shop.post("/api/shipments/" + shipment + "/deliver");
  shop.get("/api/shipping/rates");
  shop.post("/api/orders/" + std::to_string(shop.order(5, 7, 1, kCard).number("/id")) + "/cancel");
  shop.put("/api/prices/58", R"({"unit_price_cents":1})");
  shop.put("/api/prices/58", R"({"unit_price_cents":1,"min_quantity":10})");
  // Heavier than any class of the rates.
  shop.post("/api/pricing/quote", R"({"customer_id":5,"items":[{"product_id":58,"quantity":999}]})");
}

void visit_inventory_and_office(Shop& shop) {
  shop.get("/api/inventory");
  shop.get("/api/inventory/7");
  shop.get("/api/inventory/7/movements");
  shop.post("/api/inventory/7/receive", R"({"quantity":1})");
  shop.post("/api/inventory/7/adjust", R"({"delta":-1,"reason":"x"})");
  shop.get("/api/warehouses");
  for (const char* how : {"commit", "release"}) {
    const Answer held = shop.post("/api/inventory/reservations", R"({"order_ref":"W","product_id":7,"quantity":1})");
    const std::string url = "/api/inventory/reservations/" + std::to_string(held.number("/id"));
    shop.get(url);
    std::string(how) == "commit" ? shop.post(url + "/commit") : shop.del(url);
  }
  shop.get("/api/inventory/reservations?order_ref=W");
  shop.get("/api/notifications");
  shop.get("/api/notifications/1");
  shop.post("/api/notifications/1/read");
  shop.get("/api/notifications/unread", 5);
  shop.get("/api/notifications/templates");
  shop.put("/api/notifications/templates/order_paid", R"({"subject":"a","body":"b"})");
  for (const char* report : {"sales", "daily", "top-products", "stock-value", "customers/5", "coupons", "dashboard",
                             "tables/orders"}) {
    shop.get(std::string("/api/reports/") + report);
  }
  shop.post("/api/reports/daily/rebuild");
  shop.post("/api/reports/archive", R"({"table":"refunds","before":"2026-02-01"})");
}

}  // namespace

void visit_everything(Shop& shop) {
  visit_customers_and_catalog(shop);
  visit_cart_and_pricing(shop);
  visit_orders_and_payments(shop);
  visit_inventory_and_office(shop);
  for (const char* target : {"/livez", "/readyz", "/api/version", "/api/admin/audit", "/api/admin/routes", "/",
                             "/api/admin/settings/business_date", "/products", "/products/7", "/admin/stock",
                             "/admin/sales"}) {
    shop.get(target);
  }
  shop.put("/api/admin/settings/note", R"({"value":"x"})");
  shop.put("/api/admin/maintenance", R"({"on":false})");
}

}  // namespace shop::test
