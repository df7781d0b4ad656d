#include "extracted_services/inventory/holds.hpp"

#include "extracted_services/inventory/schema.hpp"
#include "extracted_services/outbox/outbox.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <random>

namespace banyan::inventory {
namespace {

struct StockTest : testing::Test {
  support::TempDir dir;
  std::unique_ptr<store::Connection> db = store::open_writer(dir / "inventory.db");
  void SetUp() override {
    store::migrate(*db, "inventory", migrations());
    store::migrate(*db, "outbox", outbox::migrations("inventory"));
    db->execute(
        "INSERT INTO products VALUES (1, 'S1', 'One'), (2, 'S2', 'Two');"
        "INSERT INTO warehouses VALUES ('BER', 'Berlin');"
        "INSERT INTO stock VALUES (1, 'BER', 10, 0, 0, 10, 4), (2, 'BER', 0, 0, 0, 0, 0)");
  }
};

TEST_F(StockTest, ReservedGoodsAreSoldOrGoBack) {
  const auto first = reserve(*db, "SO-1", 1, 7);
  EXPECT_TRUE(find_stock(*db, 1)->low);
  const auto second = reserve(*db, "SO-1", 1, 2);
  EXPECT_EQ(commit(*db, first->id)->status, "committed");
  EXPECT_EQ(release(*db, second->id)->status, "released");
  const auto stock = *find_stock(*db, 1);
  EXPECT_EQ(stock.on_hand, 3);
  EXPECT_EQ(stock.reserved, 0);
  EXPECT_EQ(stock.sold, 7);
  EXPECT_EQ(commit(*db, first->id).error().message, "reservation 1 is committed");
  EXPECT_EQ(release(*db, second->id).error().message, "reservation 2 is released");
}

TEST_F(StockTest, NobodyGetsMoreThanIsThere) {
  EXPECT_EQ(reserve(*db, "A", 1, 11).error().message, "product 1: 10 available, 11 wanted");
  EXPECT_EQ(reserve(*db, "A", 2, 1).error().code, "out_of_stock");
  EXPECT_EQ(adjust(*db, 1, -11, "lost").error().status, 409);
  EXPECT_EQ(adjust(*db, 1, -10, "lost")->on_hand, 0);
  EXPECT_EQ(reserve(*db, "A", 9, 1).error().message, "product 9 not found");
  EXPECT_EQ(release(*db, 9).error().message, "reservation 9 not found");
}

TEST_F(StockTest, EveryChangeIsAMovementThatAddsUpToWhatIsOnHand) {
  receive(*db, 1, 5, "PO-1");
  adjust(*db, 1, -2, "breakage");
  const auto id = reserve(*db, "SO-1", 1, 3)->id;
  commit(*db, id);
  release(*db, reserve(*db, "SO-2", 1, 4)->id);
  std::int64_t sum = 10;
  std::string kinds;
  for (const auto& move : list_movements(*db, 1, 100, 0)) {
    sum += move.quantity;
    kinds += move.kind + " ";
  }
  EXPECT_EQ(kinds, "receive adjust reserve sale reserve release ");
  EXPECT_EQ(sum, find_stock(*db, 1)->on_hand);
}

TEST_F(StockTest, SoldGoodsComeBackOnce) {
  const auto id = reserve(*db, "SO-1", 1, 3)->id;
  EXPECT_EQ(take_back(*db, id).error().code, "reservation_not_sold");
  commit(*db, id);
  const auto before = *find_stock(*db, 1);
  EXPECT_EQ(take_back(*db, id)->status, "released");
  EXPECT_EQ(take_back(*db, id).error().status, 409);
  const auto after = *find_stock(*db, 1);
  EXPECT_EQ(after.on_hand, before.on_hand + 3);
  EXPECT_EQ(after.sold, before.sold - 3);
  EXPECT_EQ(list_movements(*db, 1, 100, 0).back().kind, "return");
}

TEST_F(StockTest, AHoldIsReturnedWhateverHasBecomeOfIt) {
  const auto before = *find_stock(*db, 1);
  ASSERT_TRUE(hold(*db, "sold", "SO-1", {{1, 2}}));
  ASSERT_TRUE(commit_hold(*db, "sold"));
  ASSERT_TRUE(hold(*db, "held", "SO-2", {{1, 2}}));
  for (const char* key : {"sold", "held", "sold", "never"}) EXPECT_EQ(return_hold(*db, key)->status, "released") << key;
  EXPECT_EQ(hold(*db, "never", "SO-3", {{1, 2}}).error().code, "hold_released");
  const auto after = *find_stock(*db, 1);
  EXPECT_EQ(after.on_hand, before.on_hand);
  EXPECT_EQ(after.sold + after.reserved, before.sold + before.reserved);
}

// Any order of steps, possible or not: on_hand + reserved + sold = received, and reserved is what is held.
TEST_F(StockTest, TheBalanceHoldsWhateverIsTried) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto any = [&](int from, int to) { return std::uniform_int_distribution<int>(from, to)(random); };
  for (int i = 0; i < 500; ++i) {
    const auto product = any(1, 3);
    switch (any(0, 5)) {
      case 0:
        (void)receive(*db, product, any(1, 9), "PO");
        break;
      case 1:
        (void)adjust(*db, product, any(-9, 9), "count");
        break;
      case 2:
        (void)reserve(*db, "SO", product, any(1, 6));
        break;
      case 3:
        (void)commit(*db, any(1, 60));
        break;
      case 4:
        (void)take_back(*db, any(1, 60));
        break;
      default:
        (void)release(*db, any(1, 60));
        break;
    }
  }
  for (const auto& stock : list_stock(*db, false, "", 100, 0)) {
    EXPECT_EQ(stock.on_hand + stock.reserved + stock.sold, stock.received);
    auto held = db->query(
        "SELECT coalesce(sum(quantity), 0) FROM reservations WHERE product_id = ?1 AND status = 'held'",
        stock.product_id);
    ASSERT_TRUE(held.next());
    EXPECT_EQ(held.integer(0), stock.reserved);
  }
}

}  // namespace
}  // namespace banyan::inventory
