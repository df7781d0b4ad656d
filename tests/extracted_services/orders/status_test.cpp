#include "extracted_services/orders/status.hpp"

#include "extracted_services/orders/lifecycle.hpp"
#include "extracted_services/orders/schema.hpp"
#include "extracted_services/outbox/outbox.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

namespace banyan::orders {
namespace {

constexpr Status all[] = {Status::pending, Status::paid, Status::shipped, Status::delivered,
                          Status::cancelled};

TEST(Status, EveryPairOfStatusAndStep) {
  const std::optional<Status> no;
  struct Row {
    Step step;
    std::optional<Status> next[5];  // from pending, paid, shipped, delivered, cancelled
  };
  const Row table[] = {{Step::pay, {Status::paid, no, no, no, no}},
                       {Step::ship, {no, Status::shipped, no, no, no}},
                       {Step::deliver, {no, no, Status::delivered, no, no}},
                       {Step::cancel, {Status::cancelled, Status::cancelled, no, no, no}}};
  for (const auto& row : table)
    for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(after(all[i], row.step), row.next[i]) << to_string(all[i]);
}

TEST(Status, NamesReadBack) {
  for (const auto status : all) EXPECT_EQ(parse_status(to_string(status)), status);
  EXPECT_EQ(parse_status("Paid"), std::nullopt);
}

struct LifecycleTest : testing::Test {
  support::TempDir dir;
  std::unique_ptr<store::Connection> db = store::open_writer(dir / "orders.db");
  void SetUp() override {
    store::migrate(*db, "orders", migrations());
    store::migrate(*db, "outbox", outbox::migrations("orders"));
  }
  Order placed() {
    return *create_pending(*db, {5,
                                 "EUR",
                                 {{0, 7, "S7", "Kettle", 2, 2500, 0}, {0, 8, "S8", "Pan", 1, 1000, 0}},
                                 500,
                                 855,
                                 990,
                                 "WELCOME10"});
  }
};

TEST_F(LifecycleTest, ANewOrderAddsUp) {
  const auto order = placed();
  EXPECT_EQ(order.number, "SO-000001");
  EXPECT_EQ(order.status, "pending");
  EXPECT_EQ(order.subtotal_cents, 6000);
  EXPECT_EQ(order.total_cents, 6000 - 500 + 855 + 990);
  EXPECT_EQ(order.items.at(1).line, 2);
  EXPECT_EQ(order.items.at(0).line_total_cents, 5000);
  EXPECT_EQ(order.payment_id, std::nullopt);
  EXPECT_EQ(placed().number, "SO-000002");
}

TEST_F(LifecycleTest, ADiscountAboveTheSubtotalIsRefused) {
  const auto refused = create_pending(*db, {5, "EUR", {{0, 7, "S", "K", 1, 100, 0}}, 101, 0, 0, {}});
  EXPECT_EQ(refused.error().status, 400);
}

TEST_F(LifecycleTest, EveryStepIsAnEvent) {
  const auto id = placed().id;
  EXPECT_EQ(confirm(*db, id, 3, "PAY-000003")->payment_id, 3);
  EXPECT_EQ(ship(*db, id, "SH-1")->status, "shipped");
  EXPECT_EQ(note_refund(*db, id, 100)->refunded_cents, 100);
  EXPECT_EQ(deliver(*db, id, "SH-1")->status, "delivered");
  std::string history;
  for (const auto& event : events_of(*db, id))
    history += std::to_string(event.seq) + event.event + "(" + event.detail + ") ";
  EXPECT_EQ(history,
            "1placed(2 line(s), 7345 EUR cents) 2paid(PAY-000003) 3shipped(SH-1) 4refunded(100 EUR cents) "
            "5delivered(SH-1) ");
}

TEST_F(LifecycleTest, AStepOutOfOrderIsAConflictAndLeavesNoEvent) {
  const auto id = placed().id;
  EXPECT_EQ(ship(*db, id, "SH-1").error().message, "order 1 is pending");
  EXPECT_EQ(note_refund(*db, id, 1).error().status, 409);
  EXPECT_EQ(cancel(*db, id, "no")->status, "cancelled");
  EXPECT_EQ(confirm(*db, id, 1, "P").error().code, "order_not_payable");
  EXPECT_EQ(cancel(*db, id, "no").error().code, "order_not_cancellable");
  EXPECT_EQ(confirm(*db, 99, 1, "P").error().message, "order 99 not found");
  EXPECT_EQ(events_of(*db, id).size(), 2u);
}

TEST_F(LifecycleTest, NoMoreIsPaidBackThanWasPaid) {
  const auto order = placed();
  confirm(*db, order.id, 1, "P");
  EXPECT_TRUE(note_refund(*db, order.id, order.total_cents));
  EXPECT_EQ(note_refund(*db, order.id, 1).error().code, "refund_exceeds_payment");
}

}  // namespace
}  // namespace banyan::orders
