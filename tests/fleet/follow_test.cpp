// What is taken, what is ignored, what wins: without a network.
#include "router/cutover/record.hpp"
#include "router/fleet/follow.hpp"

#include <gtest/gtest.h>

namespace banyan::fleet {
namespace {

using cutover::Stage;
using cutover::State;
using Verdict = Judged::Verdict;

const std::string prefix = "/shop";

State canary(cutover::Weight weight) { return {Stage::canary, Stage::legacy, weight, std::nullopt}; }
State back(const std::string& who) { return {Stage::rolled_back, Stage::legacy, 0, cutover::RollbackNote{"errors", who, "2026-12-01T08:00:00.000Z"}}; }

Entry entry(const std::string& cutover, const State& after, const std::string& id = "1", const std::string& command = "promote") {
  return {0, "", id, "edge-a", "ada", "a test", "2026-12-01T08:00:00.000Z", "c0ffee", {{cutover, State{}, after, "salt", R"({"command":")" + command + R"("})"}}};
}

// As etcd would hold them.
std::vector<KeyValue> stored(std::vector<Entry> entries) {
  std::vector<KeyValue> out;
  std::string prev;
  for (Entry& each : entries) {
    each.seq = static_cast<std::int64_t>(out.size()) + 1;
    each.prev = prev;
    out.push_back({entry_key(prefix, each.seq), to_json(each), 10 + each.seq});
    prev = cutover::sha256_hex(out.back().value);
  }
  return out;
}

Position at(const std::vector<KeyValue>& items, std::size_t seq) {
  return seq == 0 ? Position{} : Position{static_cast<std::int64_t>(seq), cutover::sha256_hex(items[seq - 1].value)};
}

std::vector<Taken> taken(const std::vector<Entry>& entries) { return judge(prefix, {}, stored(entries)).fresh; }

TEST(SharedEntry, ComesBackAsItWasWritten) {
  Entry written = entry("orders", canary(2500));
  written.changes.push_back({"stock", canary(100), back("bob"), "x", R"({"a":[1,2]})"});
  std::string why;
  const auto read = entry_from_json(to_json(written), why);
  ASSERT_TRUE(read) << why;
  EXPECT_EQ(*read, written);
}

TEST(SharedEntry, ThatThisVersionCannotReadSaysWhy) {
  const std::string good = to_json(entry("orders", canary(2500)));
  const auto broken = [&good](const std::string& part, const std::string& other) {
    std::string text = good;
    text.replace(text.find(part), part.size(), other);
    std::string why;
    EXPECT_FALSE(entry_from_json(text, why)) << text;
    return why;
  };
  EXPECT_NE(broken("\"format\":1", "\"format\":2").find("format 2"), std::string::npos);
  EXPECT_NE(broken("canary", "parade").find("does not know"), std::string::npos);
  EXPECT_FALSE(broken("\"seq\":0", "\"seq\":\"0\"").empty());
  EXPECT_FALSE(broken("\"orders\"", "\"\"").empty());
}

TEST(EntryKeys, SortAsTheirNumbers) {
  EXPECT_EQ(entry_key("/shop", 42), "/shop/log/000000000042");
  EXPECT_LT(entry_key("/shop", 9), entry_key("/shop", 10));
  EXPECT_LT(entry_key("/shop", 999'999'999'999), end_key("/shop"));
  EXPECT_EQ(seq_of("/shop", entry_key("/shop", 42)), 42);
  for (const char* other : {"/shop/log/42", "/shop/log/00000000004x", "/shop/lag/000000000042", "/shop/log/000000000000", "/shop/log/-00000000001", "/shap/log/000000000042"})
    EXPECT_FALSE(seq_of("/shop", other)) << other;
}

TEST(Judge, TakesWhatFollowsWhatWasTakenLast) {
  const auto items = stored({entry("orders", canary(100)), entry("orders", canary(2500)), entry("stock", canary(100))});
  for (std::size_t known = 0; known <= 3; ++known) {
    const auto all = judge(prefix, at(items, known), items);
    EXPECT_EQ(all.verdict, Verdict::good) << all.words;
    EXPECT_EQ(all.fresh.size(), 3 - known);
    EXPECT_EQ(all.created, known == 0 ? 0 : items[known - 1].created);
    const std::vector<KeyValue> tail(items.begin() + static_cast<std::ptrdiff_t>(known == 0 ? 0 : known - 1), items.end());
    EXPECT_EQ(judge(prefix, at(items, known), tail).fresh.size(), 3 - known) << "a listing from the known entry on";
  }
}

TEST(Judge, NeverGoesBackward) {
  const auto items = stored({entry("orders", canary(100)), entry("orders", canary(2500))});
  const std::vector<KeyValue> older(items.begin(), items.begin() + 1);
  EXPECT_EQ(judge(prefix, at(items, 2), older).verdict, Verdict::behind);
  EXPECT_EQ(judge(prefix, at(items, 2), {}).verdict, Verdict::behind);
  EXPECT_TRUE(judge(prefix, at(items, 2), older).fresh.empty());
  const auto other = stored({entry("orders", canary(100)), entry("orders", canary(9900)), entry("orders", canary(9901))});
  const auto judged = judge(prefix, at(items, 2), other);
  EXPECT_EQ(judged.verdict, Verdict::foreign);
  EXPECT_TRUE(judged.fresh.empty());
}

TEST(Judge, StopsBeforeWhatItCannotRead) {
  auto items = stored({entry("orders", canary(100)), entry("orders", canary(2500)), entry("orders", canary(5000))});
  const auto stops_after = [&](std::size_t readable) {
    const auto judged = judge(prefix, {}, items);
    EXPECT_EQ(judged.verdict, Verdict::unreadable);
    EXPECT_FALSE(judged.words.empty());
    EXPECT_EQ(judged.fresh.size(), readable) << judged.words;
  };
  auto whole = items;
  items[1].value = "nonsense";
  stops_after(1);
  items = whole;
  items.erase(items.begin() + 1);
  stops_after(1);
  items = whole;
  items[2].value = items[1].value;
  stops_after(2);
  items = whole;
  items[0].key = "/shop/log/x";
  stops_after(0);
}

TEST(Merge, FollowsTheEntriesInTheirOrder) {
  const auto merged = merge({{"orders", canary(100)}}, {}, false, taken({entry("orders", canary(2500)), entry("stock", canary(100)), entry("orders", back("bob"))}));
  ASSERT_EQ(merged.steps.size(), 3u);
  EXPECT_EQ(merged.steps[0].before, canary(100));
  EXPECT_EQ(merged.steps[0].after, canary(2500));
  EXPECT_EQ(merged.steps[2].before, canary(2500));
  EXPECT_EQ(merged.states, (States{{"orders", back("bob")}, {"stock", canary(100)}}));
}

TEST(Merge, ARollbackThatNobodyKnowsOfOutranksEveryStepForward) {
  const AllPending pending{{"orders", {"77", {"errors", "bob", "t"}}}};
  const auto merged = merge({{"orders", back("bob")}}, pending, false, taken({entry("orders", canary(2500)), entry("stock", canary(100)), entry("orders", back("carol"))}));
  EXPECT_TRUE(merged.steps[0].outranked);
  EXPECT_EQ(merged.steps[0].after, back("bob"));
  EXPECT_FALSE(merged.steps[1].outranked);
  EXPECT_FALSE(merged.steps[2].outranked) << "further back is no step forward";
  EXPECT_TRUE(merged.settled.empty());
}

TEST(Merge, AfterItsOwnEntryTheRollbackIsHistory) {
  const AllPending pending{{"orders", {"77", {"errors", "bob", "t"}}}};
  const auto merged = merge({{"orders", back("bob")}}, pending, false,
                            taken({entry("orders", canary(2500)), entry("orders", back("bob"), "77", "rollback"), entry("orders", canary(100))}));
  EXPECT_TRUE(merged.steps[0].outranked);
  EXPECT_EQ(merged.settled.size(), 1u);
  EXPECT_FALSE(merged.steps[2].outranked) << "whoever promotes after it, knows of it";
  EXPECT_EQ(merged.states.at("orders"), canary(100));
}

TEST(Merge, WithTheKillFileNothingGoesOn) {
  const auto merged = merge({}, {}, true, taken({entry("orders", canary(2500)), entry("stock", back("bob"))}));
  EXPECT_TRUE(merged.steps[0].outranked);
  EXPECT_EQ(merged.states.at("orders"), State{});
  EXPECT_FALSE(merged.steps[1].outranked);
}

TEST(Merge, AFreezeOfAllMovesNothing) {
  const auto merged = merge({{"orders", canary(100)}}, {}, false, taken({entry("*", State{}, "1", "freeze")}));
  ASSERT_EQ(merged.steps.size(), 1u);
  EXPECT_TRUE(merged.states.empty());
}

TEST(WhoWasFirst, IsTheNewestThatIsAboutTheSame) {
  const auto entries = taken({entry("orders", canary(100), "1"), entry("orders", canary(2500), "2"), entry("stock", canary(100), "3")});
  ASSERT_TRUE(who_was_first(entries, {"orders"}));
  EXPECT_EQ(who_was_first(entries, {"orders"})->id, "2");
  EXPECT_EQ(who_was_first(entries, {"*"})->id, "3") << "a freeze of all is about every cutover";
  EXPECT_FALSE(who_was_first(entries, {"carts"}));
  EXPECT_TRUE(who_was_first(taken({entry("*", State{}, "4", "freeze")}), {"carts"}));
  EXPECT_EQ(describe(*who_was_first(entries, {"orders"})), "ada on edge-a, 2026-12-01T08:00:00.000Z: promote 'orders' to canary 25 %");
}

}  // namespace
}  // namespace banyan::fleet
