#include "router/plan/ledger.hpp"

#include "tests/router/plan/fixture.hpp"

namespace banyan::plan {
namespace {

using cutover::Stage;
using namespace std::chrono_literals;
constexpr std::int64_t day = 86'400'000;

Recorded answered(const std::string& side, Recorded request) {
  request.side = side;
  return request;
}

TEST(Ledger, CountsWhatHasMoved) {
  Ledger ledger(at(shop(), {{"orders", state(Stage::canary, 5000)}, {"stock", state(Stage::live)}}));
  for (int i = 0; i < 3; ++i) ledger.add(answered("new", asked("GET", "/stock/1", "a")));
  ledger.add(answered("legacy", asked("POST", "/pay", "b")));
  ledger.add(answered("legacy", asked("GET", "/login", "b")));
  const auto result = ledger.result(10 * day, 24h, 5);
  EXPECT_EQ(result.endpoints.moved, 2u) << "stock has two rules; a canary has not moved";
  EXPECT_EQ(result.endpoints.all, 4u);
  EXPECT_EQ(result.requests.moved, 3u);
  EXPECT_DOUBLE_EQ(result.requests.percent(), 60);
  EXPECT_EQ(result.writes.all, 1u);
  EXPECT_EQ(result.writes.moved, 0u);
  EXPECT_EQ(result.unmatched, 1u);
}

TEST(Ledger, NamesWhoIsStillOnLegacy) {
  Ledger ledger(at(shop(), {{"stock", state(Stage::live)}}));
  for (int i = 0; i < 5; ++i) {
    auto often = answered("legacy", asked("GET", "/stock/1", "0123", i * 1000));
    often.user_agent = "old-app/" + std::to_string(i);
    ledger.add(often);
  }
  ledger.add(answered("legacy", asked("GET", "/sum", "4567", 500)));
  const auto row = ledger.result(10 * day, 24h, 1).rows.at(1);
  EXPECT_EQ(row.legacy_callers, 2u);
  ASSERT_EQ(row.callers.size(), 1u) << "as many as were asked for";
  EXPECT_EQ(row.callers[0].who, "0123");
  EXPECT_EQ(row.callers[0].user_agent, "old-app/4");
  EXPECT_EQ(row.callers[0].requests, 5u);
  EXPECT_EQ(row.last_legacy_ms, 4000);
}

TEST(F30, OnlySilenceThatTheLogCoversLetsLegacyBeDeleted) {
  struct Case {
    Stage stage;
    std::int64_t log_begins, last_legacy;  // days ago; -1: never
    Deletable expected;
  };
  for (const Case& c : {Case{Stage::live, 40, 31, Deletable::yes}, {Stage::retired, 40, -1, Deletable::yes},
                        {Stage::live, 40, 29, Deletable::asked}, {Stage::live, 29, -1, Deletable::log_short},
                        {Stage::canary, 40, -1, Deletable::not_moved}, {Stage::rolled_back, 40, -1, Deletable::not_moved}}) {
    const std::int64_t now = 1000 * day;
    Ledger ledger(at(shop(), {{"stock", state(c.stage)}}));
    ledger.add(answered("new", asked("GET", "/orders/1", "a", now - c.log_begins * day)));
    if (c.last_legacy >= 0) ledger.add(answered("legacy", asked("GET", "/stock/1", "a", now - c.last_legacy * day)));
    EXPECT_EQ(to_string(ledger.result(now, 24h * 30, 5).rows.at(1).deletable), to_string(c.expected))
        << to_string(c.stage) << " " << c.log_begins << " " << c.last_legacy;
  }
}

TEST(Ledger, AnEmptyLogMakesNothingDeletable) {
  const Ledger ledger(at(shop(), {{"stock", state(Stage::live)}}));
  EXPECT_EQ(ledger.result(1000 * day, 24h, 5).rows.at(1).deletable, Deletable::log_short);
}

}  // namespace
}  // namespace banyan::plan
