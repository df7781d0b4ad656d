#include "extracted_services/service/idempotency.hpp"

#include "tests/support/process.hpp"

#include <gtest/gtest.h>

namespace banyan::service::idempotency {
namespace {

Request post(std::string body, Headers headers = {}) {
  return {"POST", "/v1/x", std::move(headers), std::move(body), "", {}};
}

TEST(ReadKey, TakesVisibleTextWithOrWithoutQuotes) {
  EXPECT_EQ(*read_key(post("")), std::nullopt);
  EXPECT_EQ(**read_key(post("", {{"idempotency-key", "k-1"}})), "k-1");
  EXPECT_EQ(**read_key(post("", {{"Idempotency-Key", "\"k-1\""}})), "k-1");
  EXPECT_TRUE(read_key(post("", {{"Idempotency-Key", std::string(255, 'k')}})));
  for (const std::string& key : {std::string(), std::string("\"\""), std::string("a b"), std::string("a\x7f"),
                                 std::string("\xc3\xa4"), std::string(256, 'k')})
    EXPECT_EQ(read_key(post("", {{"Idempotency-Key", key}})).error().status, 400) << key;
}

TEST(Fingerprint, TellsRequestsApart) {
  const auto base = fingerprint(post("{}"));
  EXPECT_EQ(base, fingerprint(post("{}", {{"User-Agent", "x"}})));
  EXPECT_NE(base, fingerprint(post("{ }")));
  EXPECT_NE(base, fingerprint(post("{}", {{"X-Account-Id", "5"}})));
  EXPECT_NE(base, fingerprint({"PUT", "/v1/x", {}, "{}", "", {}}));
  EXPECT_NE(base, fingerprint({"POST", "/v1/y", {}, "{}", "", {}}));
}

struct StoredTest : testing::Test {
  support::TempDir dir;
  std::unique_ptr<store::Connection> db = store::open_writer(dir / "one.db");
  void SetUp() override { store::migrate(*db, "service", migrations()); }
};

TEST_F(StoredTest, AnswersTheSameAndRefusesAnother) {
  EXPECT_EQ(*find(*db, "k", "f"), std::nullopt);
  remember(*db, "k", "f", "stock/7", {201, "application/json", "{\"a\":1}", {}}, 1000);
  const auto stored = find(*db, "k", "f");
  ASSERT_TRUE(stored && *stored);
  EXPECT_EQ((*stored)->status, 201);
  EXPECT_EQ((*stored)->body, "{\"a\":1}");
  EXPECT_EQ(find(*db, "k", "other").error().status, 422);
}

TEST_F(StoredTest, ForgetsOnlyWhatIsOld) {
  for (int i = 0; i < 10; ++i) remember(*db, "k" + std::to_string(i), "f", "", {}, 100 + i);
  for (int i = 0; i < 5; ++i) forget_old(*db, 105);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(find(*db, "k" + std::to_string(i), "f")->has_value(), i >= 5) << i;
}

TEST(InFlight, LetsOneThroughAtATime) {
  InFlight in_flight;
  EXPECT_EQ(in_flight.enter("k", "f"), std::nullopt);
  EXPECT_EQ(in_flight.enter("k", "f")->status, 409);
  EXPECT_EQ(in_flight.enter("k", "other")->status, 422);
  EXPECT_EQ(in_flight.enter("k2", "f"), std::nullopt);
  in_flight.leave("k");
  EXPECT_EQ(in_flight.enter("k", "f"), std::nullopt);
}

}  // namespace
}  // namespace banyan::service::idempotency
