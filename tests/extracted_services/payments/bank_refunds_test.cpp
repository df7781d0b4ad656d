// The bank's courier without a socket: what is asked, and what the answers make of it.
#include "extracted_services/payments/bank_refunds.hpp"

#include "extracted_services/outbox/outbox.hpp"
#include "extracted_services/payments/bank_calls.hpp"
#include "extracted_services/payments/charges.hpp"
#include "extracted_services/payments/schema.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

namespace banyan::payments {
namespace {

struct BankRefundsTest : testing::Test {
  support::TempDir dir;
  std::unique_ptr<store::Connection> db = store::open_writer(dir / "payments.db");
  BankCalls calls;
  std::int64_t payment = 0;

  void SetUp() override {
    store::migrate(*db, "payments", migrations());
    store::migrate(*db, "outbox", outbox::migrations("payments"));
    ASSERT_TRUE(ask_for(*db, "order-1", {1, 1000, "EUR", "card", "tok_visa", true}, {}));
    bank_charged(*db, "order-1");
    payment = *find_charge(*db, "order-1")->payment_id;
    ASSERT_TRUE(calls.due(*db, 0, 10).empty());
  }
  // The one call that is due at `now`; answered at once.
  courier::Parcel asked(courier::Millis now = 0) {
    const auto parcels = calls.due(*db, now, 10);
    EXPECT_EQ(parcels.size(), 1u);
    return parcels.empty() ? courier::Parcel() : parcels[0];
  }
  void answer(const courier::Parcel& parcel, int status, const std::string& body = {}) {
    calls.answered(*db, parcel, client::Answer{status, {}, body}, 0, 0);
  }
  std::string unsettled() {
    std::string all;
    for (const auto& one : unsettled_refunds(*db, 10, 0)) all += one.status + " " + std::to_string(one.amount_cents) + " " + one.reason + ";";
    return all;
  }
};

TEST_F(BankRefundsTest, AreAskedUnderOneKeyUntilTheBankHasAnswered) {
  ASSERT_TRUE(pay_back(*db, payment, 300, "late", "00-trace"));
  EXPECT_EQ(unsettled(), "asking 300 ;");
  const auto first = asked();
  EXPECT_EQ(first.call.target, "/v1/refunds");
  EXPECT_NE(first.call.body.find(R"("charge":"order-1","amount_cents":300)"), std::string::npos) << first.call.body;
  EXPECT_EQ(first.call.headers, (client::Headers{{"traceparent", "00-trace"}}));
  calls.answered(*db, first, client::Error(client::Failure::timeout, true, "late"), 0, 0);
  const auto again = asked(10'000);
  EXPECT_EQ(again.call.body, first.call.body);
  answer(first, 404);  // to the earlier question
  EXPECT_EQ(unsettled(), "asking 300 ;");
  answer(again, 503);
  ASSERT_TRUE(calls.next(*db));
  answer(asked(20'000), 201);
  EXPECT_EQ(unsettled(), "");
  EXPECT_FALSE(calls.next(*db));
}

TEST_F(BankRefundsTest, ARefusalStaysWithItsReason) {
  ASSERT_TRUE(pay_back(*db, payment, 300, "late", {}));
  answer(asked(), 409, R"({"code":"refund_exceeds_charge","detail":"0 of 1000 cents are left"})");
  EXPECT_EQ(unsettled(), "refused 300 0 of 1000 cents are left;");
  EXPECT_TRUE(calls.due(*db, 1'000'000, 10).empty());
}

TEST_F(BankRefundsTest, APartGoesWithTheChargeThatIsCancelled) {
  ASSERT_TRUE(pay_back(*db, payment, 300, "late", {}));
  const auto part = asked();
  ASSERT_TRUE(cancel_charge(*db, "order-1"));
  const auto both = calls.due(*db, 0, 10);
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[0].call.target, "/v1/charges/void");
  answer(both[0], 200, R"({"status":"refunded"})");
  answer(part, 409, R"({"code":"charge_refunded"})");
  EXPECT_EQ(unsettled(), "");
  EXPECT_EQ(find_payment(*db, payment)->refunded_cents, 1000);
}

TEST_F(BankRefundsTest, ThePaymentsThatTheBankDoesNotKnowStandInTheLedgerAlone) {
  const auto old = charge(*db, {2, 500, "EUR", "card", "tok_visa", true});
  ASSERT_TRUE(old);
  EXPECT_EQ(pay_back(*db, old->id, std::nullopt, "late", {})->amount_cents, 500);
  EXPECT_TRUE(calls.due(*db, 0, 10).empty());
}

TEST_F(BankRefundsTest, NothingIsAskedWhenTheLedgerRefuses) {
  EXPECT_EQ(pay_back(*db, payment, 1001, "late", {}).error().code, "refund_exceeds_payment");
  EXPECT_TRUE(calls.due(*db, 0, 10).empty());
}

}  // namespace
}  // namespace banyan::payments
