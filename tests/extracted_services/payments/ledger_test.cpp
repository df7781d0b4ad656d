#include "extracted_services/payments/ledger.hpp"

#include "extracted_services/payments/bank_rules.hpp"
#include "extracted_services/payments/schema.hpp"
#include "extracted_services/outbox/outbox.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

namespace banyan::payments {
namespace {

TEST(BankRules, LookAtTheTokenFirstThenTheLimit) {
  struct Row {
    const char *method, *token;
    std::int64_t cents;
    const char* why;
  };
  const Row table[] = {{"card", "tok_visa", 500'000, nullptr},
                       {"card", "tok_visa", 500'001, "amount above the fraud limit"},
                       {"card", "tok_declined", 900'000, "card declined"},
                       {"card", "tok_insufficient", 1, "insufficient funds"},
                       {"card", "visa", 1, "unknown card token"},
                       {"transfer", "", 1, nullptr},
                       {"transfer", "", 500'001, "amount above the fraud limit"}};
  for (const auto& row : table) {
    const auto why = refusal(row.method, row.token, row.cents);
    EXPECT_EQ(why.value_or("accepted"), row.why ? row.why : "accepted") << row.token << row.cents;
  }
}

struct LedgerTest : testing::Test {
  support::TempDir dir;
  std::unique_ptr<store::Connection> db = store::open_writer(dir / "payments.db");
  void SetUp() override {
    store::migrate(*db, "payments", migrations());
    store::migrate(*db, "outbox", outbox::migrations("payments"));
  }
  Outcome<Payment> pay(std::int64_t order, const char* token = "tok_visa", bool capture = true) {
    return charge(*db, {order, 1000, "EUR", "card", token, capture});
  }
};

TEST_F(LedgerTest, CapturesAtOnceOrLater) {
  EXPECT_EQ(pay(1)->status, "captured");
  const auto held = pay(2, "tok_visa", false);
  EXPECT_EQ(held->status, "authorized");
  EXPECT_EQ(held->captured_on, std::nullopt);
  EXPECT_EQ(totals(*db).captured_cents, 1000);
  EXPECT_TRUE(capture(*db, held->id)->captured_on);
  EXPECT_EQ(totals(*db).captured_cents, 2000);
  EXPECT_EQ(capture(*db, held->id).error().message, "payment 2 is captured");
}

TEST_F(LedgerTest, AnOrderIsPaidOnceButMayTryAgainAfterADecline) {
  const auto declined = pay(1, "tok_declined");
  EXPECT_EQ(declined.error().status, 402);
  EXPECT_TRUE(declined.error().keeps_effect);
  EXPECT_EQ(find_payment(*db, 1)->status, "declined");
  EXPECT_TRUE(pay(1));
  EXPECT_EQ(pay(1).error().message, "order 1 is paid by PAY-000002");
}

TEST_F(LedgerTest, AVoidedAuthorisationFreesTheOrder) {
  const auto held = pay(1, "tok_visa", false);
  EXPECT_EQ(cancel_authorization(*db, held->id)->status, "voided");
  EXPECT_EQ(capture(*db, held->id).error().code, "payment_not_authorized");
  EXPECT_EQ(refund(*db, held->id, std::nullopt, "x").error().status, 409);
  EXPECT_TRUE(pay(1));
}

TEST_F(LedgerTest, AnOrderWhoseMoneyWentBackMayBePaidAgain) {
  const auto id = pay(1)->id;
  EXPECT_TRUE(refund(*db, id, 400, "damaged"));
  EXPECT_EQ(pay(1).error().code, "order_already_paid");
  EXPECT_TRUE(refund(*db, id, std::nullopt, "the rest"));
  EXPECT_EQ(pay(1)->status, "captured");
  EXPECT_EQ(pay(1).error().code, "order_already_paid");
}

TEST_F(LedgerTest, RefundsNeverExceedWhatWasCaptured) {
  const auto id = pay(1)->id;
  EXPECT_EQ(refund(*db, id, 400, "damaged")->amount_cents, 400);
  EXPECT_EQ(find_payment(*db, id)->status, "partly_refunded");
  EXPECT_EQ(refund(*db, id, 601, "too much").error().message, "payment 1: 600 of 1000 cents left");
  EXPECT_EQ(refund(*db, id, std::nullopt, "rest")->amount_cents, 600);
  EXPECT_EQ(find_payment(*db, id)->status, "refunded");
  EXPECT_EQ(refund(*db, id, std::nullopt, "again").error().message, "payment 1: 0 of 1000 cents left");
  EXPECT_EQ(totals(*db).net_cents, 0);
  EXPECT_EQ(list_refunds(*db, id).size(), 2u);
}

TEST_F(LedgerTest, NothingIsLeftOfADeclinedPayment) {
  pay(1, "tok_declined");
  EXPECT_EQ(refund(*db, 1, std::nullopt, "x").error().message, "payment 1: 0 of 1000 cents left");
}

}  // namespace
}  // namespace banyan::payments
