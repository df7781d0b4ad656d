#include "extracted_services/bank/ledger.hpp"

#include "extracted_services/bank/schema.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

namespace banyan::bank {
namespace {

struct BankLedgerTest : testing::Test {
  support::TempDir dir;
  std::unique_ptr<store::Connection> db = store::open_writer(dir / "bank.db");
  void SetUp() override {
    store::migrate(*db, "bank", migrations());
    ASSERT_TRUE(charge(*db, {"order-1", 1000, "EUR", "card", "tok_visa"}, std::nullopt));
  }
  std::string code_of(const Outcome<Refund>& outcome) { return outcome ? "" : outcome.error().code; }
};

TEST_F(BankLedgerTest, APartGoesBackOncePerKey) {
  EXPECT_EQ(refund(*db, {"part-1", "order-1", 300})->amount_cents, 300);
  EXPECT_EQ(refund(*db, {"part-1", "order-1", 300})->amount_cents, 300);
  EXPECT_EQ(totals(*db).refunded_cents, 300);
  EXPECT_EQ(code_of(refund(*db, {"part-1", "order-1", 301})), "key_reused");
  EXPECT_EQ(find_charge(*db, "order-1")->status, "charged");
}

TEST_F(BankLedgerTest, PartsAndTheRestNeverExceedTheCharge) {
  EXPECT_TRUE(refund(*db, {"part-1", "order-1", 300}));
  EXPECT_EQ(code_of(refund(*db, {"part-2", "order-1", 701})), "refund_exceeds_charge");
  EXPECT_EQ(void_charge(*db, "order-1")->status, "refunded");
  EXPECT_EQ(totals(*db).net_cents, 0);
  EXPECT_EQ(totals(*db).refunded_cents, 1000);
  EXPECT_EQ(code_of(refund(*db, {"part-3", "order-1", 1})), "charge_refunded");
  EXPECT_EQ(refund(*db, {"part-1", "order-1", 300})->amount_cents, 300) << "what was done stays done";
}

TEST_F(BankLedgerTest, TheLastPartMakesTheChargeRefunded) {
  EXPECT_TRUE(refund(*db, {"part-1", "order-1", 999}));
  EXPECT_TRUE(refund(*db, {"part-2", "order-1", 1}));
  EXPECT_EQ(find_charge(*db, "order-1")->status, "refunded");
  EXPECT_EQ(void_charge(*db, "order-1")->status, "refunded");
  EXPECT_EQ(totals(*db).net_cents, 0);
}

TEST_F(BankLedgerTest, WhatWasNeverChargedIsNotGivenBack) {
  EXPECT_EQ(code_of(refund(*db, {"part-1", "order-2", 1})), "not_found");
  EXPECT_TRUE(void_charge(*db, "order-2"));
  EXPECT_EQ(code_of(refund(*db, {"part-1", "order-2", 1})), "charge_voided");
  EXPECT_EQ(totals(*db).refunded_cents, 0);
}

}  // namespace
}  // namespace banyan::bank
