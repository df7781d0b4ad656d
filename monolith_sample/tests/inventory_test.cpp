#include "shop_fixture.hpp"

namespace shop::test {
namespace {

class Inventory : public ShopTest {
 protected:
  void expect_balanced() {
    EXPECT_EQ(shop.db().select_int("SELECT COUNT(*) FROM stock WHERE on_hand + reserved + sold <> received"), 0);
    EXPECT_EQ(shop.db().select_int("SELECT COUNT(*) FROM stock s WHERE s.on_hand <> (SELECT SUM(m.quantity) FROM "
                                   "stock_movements m WHERE m.product_id = s.product_id)"),
              0);
    EXPECT_EQ(shop.db().select_int("SELECT COUNT(*) FROM stock s WHERE s.reserved <> (SELECT COALESCE(SUM(r.quantity), "
                                   "0) FROM reservations r WHERE r.product_id = s.product_id AND r.status = 'held')"),
              0);
  }
};

TEST_F(Inventory, SeedIsBalanced) { expect_balanced(); }

TEST_F(Inventory, ShowHasTheDocumentedKeys) {
  const Answer level = shop.get("/api/inventory/7");
  std::string keys;
  for (const auto& member : level.parsed.as_object()) keys += std::string(member.key()) + " ";
  EXPECT_EQ(keys, "product_id sku name warehouse on_hand reserved sold received reorder_level low ");
  EXPECT_EQ(level.text("/sku"), "SKU-0007");
}

TEST_F(Inventory, ReadsChangeNothing) {
  const std::string before = shop.fingerprint();
  for (const char* target : {"/api/inventory", "/api/inventory/7", "/api/inventory/7/movements", "/api/warehouses",
                             "/api/inventory/reservations/1", "/api/inventory/reservations?order_ref=SO-000001"}) {
    EXPECT_EQ(shop.get(target).status, 200) << target;
  }
  EXPECT_EQ(shop.fingerprint(), before);
}

TEST_F(Inventory, ListFiltersByWarehouseAndLowness) {
  const Answer row_list = shop.get("/api/inventory?warehouse=BER&limit=100");
  for (const auto& row : row_list.at("/stock").as_array()) {
    EXPECT_EQ(row.at("warehouse").as_string(), "BER");
  }
  const std::int64_t on_hand = shop.get("/api/inventory/9").number("/on_hand");
  shop.post("/api/inventory/9/adjust", "{\"delta\":" + std::to_string(1 - on_hand) + ",\"reason\":\"fire\"}");
  const Answer low = shop.get("/api/inventory?low=1&limit=100");
  bool found = false;
  for (const auto& row : low.at("/stock").as_array()) {
    EXPECT_TRUE(row.at("low").as_bool());
    found = found || row.at("product_id").as_int64() == 9;
  }
  EXPECT_TRUE(found);
  EXPECT_EQ(shop.db().select_text("SELECT template FROM notifications ORDER BY id DESC LIMIT 1"), "low_stock");
  expect_balanced();
}

TEST_F(Inventory, ReceiveAndAdjustMoveTheBooks) {
  const Answer before = shop.get("/api/inventory/7");
  const Answer received = shop.post("/api/inventory/7/receive", R"({"quantity":20,"reference":"PO-7"})");
  ASSERT_EQ(received.status, 200);
  EXPECT_EQ(received.number("/on_hand"), before.number("/on_hand") + 20);
  const Answer adjusted = shop.post("/api/inventory/7/adjust", R"({"delta":-3,"reason":"breakage"})");
  EXPECT_EQ(adjusted.number("/received"), before.number("/received") + 17);
  const Answer too_much = shop.post("/api/inventory/7/adjust", R"({"delta":-5000,"reason":"x"})");
  EXPECT_EQ(too_much.error_code(), "out_of_stock");
  expect_balanced();
}

TEST_F(Inventory, ReservationIsCommittedOnce) {
  const Answer held = shop.post("/api/inventory/reservations", R"({"order_ref":"WEB-1","product_id":7,"quantity":2})");
  ASSERT_EQ(held.status, 201) << held.body;
  EXPECT_EQ(held.text("/status"), "held");
  expect_balanced();
  const std::string url = "/api/inventory/reservations/" + std::to_string(held.number("/id"));
  EXPECT_EQ(shop.post(url + "/commit").text("/status"), "committed");
  const Answer again = shop.post(url + "/commit");
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.error_code(), "reservation_closed");
  EXPECT_EQ(shop.del(url).status, 409);
  expect_balanced();
}

TEST_F(Inventory, ReleasedReservationIsBackOnHand) {
  const std::string before = shop.get("/api/inventory/7").body;
  const Answer held = shop.post("/api/inventory/reservations", R"({"order_ref":"WEB-2","product_id":7,"quantity":2})");
  const Answer gone = shop.del("/api/inventory/reservations/" + std::to_string(held.number("/id")));
  EXPECT_EQ(gone.text("/status"), "released");
  EXPECT_EQ(shop.get("/api/inventory/7").body, before);
  expect_balanced();
}

TEST_F(Inventory, OrdersKeepTheBooksBalanced) {
  shop.order(5, 7, 2, kCard);
  shop.order(5, 7, 2, kInvoice);
  shop.order(5, 7, 2, kDeclined);
  shop.post("/api/orders/121/cancel");
  shop.post("/api/orders/122/cancel");
  expect_balanced();
}

struct BadCall {
  const char *method, *target, *body;
  int status;
  const char* message;
};

class InventoryErrors : public ShopTest, public ::testing::WithParamInterface<BadCall> {};

TEST_P(InventoryErrors, SayWhatIsWrong) {
  const BadCall& bad = GetParam();
  const Answer answer = shop.call(bad.method, bad.target, bad.body);
  EXPECT_EQ(answer.status, bad.status);
  EXPECT_EQ(answer.error_message(), bad.message);
}

INSTANTIATE_TEST_SUITE_P(
    All, InventoryErrors,
    ::testing::Values(
        BadCall{"GET", "/api/inventory/0", "", 400, "product_id must be a positive integer"},
        BadCall{"GET", "/api/inventory/999", "", 404, "product 999 not found"},
        BadCall{"GET", "/api/inventory/999/movements", "", 404, "product 999 not found"},
        BadCall{"GET", "/api/inventory?limit=0", "", 400, "limit must be between 1 and 100"},
        BadCall{"GET", "/api/inventory?limit=101", "", 400, "limit must be between 1 and 100"},
        BadCall{"GET", "/api/inventory?offset=-1", "", 400, "offset must not be negative"},
        BadCall{"GET", "/api/inventory/reservations", "", 400, "order_ref is required"},
        BadCall{"GET", "/api/inventory/reservations/99999", "", 404, "reservation 99999 not found"},
        BadCall{"POST", "/api/inventory/7/receive", R"({"quantity":0})", 400, "quantity must be between 1 and 100000"},
        BadCall{"POST", "/api/inventory/999/receive", R"({"quantity":1})", 404, "product 999 not found"},
        BadCall{"POST", "/api/inventory/7/adjust", R"({"delta":0,"reason":"x"})", 400, "delta must not be 0"},
        BadCall{"POST", "/api/inventory/7/adjust", R"({"delta":1})", 400, "reason is required"},
        BadCall{"POST", "/api/inventory/reservations", R"({"order_ref":"a","product_id":999,"quantity":1})", 404,
                "product 999 not found"},
        BadCall{"POST", "/api/inventory/reservations", R"({"order_ref":1,"product_id":7,"quantity":1})", 400,
                "order_ref must be a string"}));

}  // namespace
}  // namespace shop::test
