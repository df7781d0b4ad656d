#include "router/cutover/evidence.hpp"

#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <sqlite3.h>

namespace banyan::cutover {
namespace {

namespace fs = std::filesystem;

Numbers some_numbers(std::uint64_t n) {
  Numbers out;
  out.fresh = {n, n / 10, 1, std::vector<std::uint64_t>(400)};
  out.legacy = {3 * n, 0, 0, std::vector<std::uint64_t>(400)};
  out.fresh.latency[17] = n;
  out.legacy.latency[399] = 3 * n;
  out.equal = 5 * n;
  out.different = 2;
  return out;
}

void expect_same(const SideNumbers& one, const SideNumbers& other) {
  EXPECT_EQ(one.requests, other.requests);
  EXPECT_EQ(one.upstream_errors, other.upstream_errors);
  EXPECT_EQ(one.unreachable, other.unreachable);
  EXPECT_EQ(one.latency, other.latency);
}
void expect_same(const Evidence& one, const Evidence& other) {
  EXPECT_EQ(one.definition, other.definition);
  EXPECT_EQ(one.step, other.step);
  expect_same(one.numbers.fresh, other.numbers.fresh);
  expect_same(one.numbers.legacy, other.numbers.legacy);
  expect_same(one.legacy_before, other.legacy_before);
  EXPECT_EQ(one.numbers.equal, other.numbers.equal);
  EXPECT_EQ(one.numbers.different, other.numbers.different);
}

class EvidenceFile : public testing::Test {
 protected:
  std::string file() const { return (folder_ / "state.db.evidence").string(); }
  static EvidenceStore::Checkpoint checkpoint(std::uint64_t n) {
    EvidenceStore::Checkpoint out;
    out.steps["orders"] = {"d1", "canary 100 t", some_numbers(n), some_numbers(n + 1).legacy};
    out.steps["stock"] = {"d2", "shadow 100 t", some_numbers(7), {}};
    out.noise["orders"] = {"d1", std::string("learned\0bytes", 13)};
    out.cutovers = {"orders", "stock"};
    return out;
  }
  void sql(const std::string& text) const {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(file().c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, text.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
    sqlite3_close(db);
  }
  support::TempDir folder_;
};

TEST_F(EvidenceFile, GivesBackWhatWasWritten) {
  {
    EvidenceStore store(file());
    EXPECT_TRUE(store.load().steps.empty());
    EXPECT_EQ(store.write(checkpoint(100)), "");
    EXPECT_EQ(store.write(checkpoint(200)), "");
    EXPECT_EQ(store.write(checkpoint(200)), "");
  }
  EvidenceStore store(file());
  const auto kept = store.load();
  EXPECT_TRUE(kept.troubles.empty()) << kept.troubles[0];
  ASSERT_EQ(kept.steps.size(), 2u);
  expect_same(kept.steps.at("orders"), checkpoint(200).steps.at("orders"));
  expect_same(kept.steps.at("stock"), checkpoint(200).steps.at("stock"));
  EXPECT_EQ(kept.noise.at("orders").bytes, std::string("learned\0bytes", 13));
  EXPECT_EQ(kept.noise.at("orders").definition, "d1");
}

TEST_F(EvidenceFile, ForgetsStepsThatWereLeftAndNoiseOfCutoversThatAreGone) {
  EvidenceStore store(file());
  store.load();
  ASSERT_EQ(store.write(checkpoint(100)), "");
  EvidenceStore::Checkpoint later;
  later.steps["stock"] = checkpoint(1).steps["stock"];
  later.cutovers = {"orders", "stock"};
  ASSERT_EQ(store.write(later), "");
  EXPECT_FALSE(EvidenceStore(file()).load().steps.contains("orders"));
  EXPECT_TRUE(EvidenceStore(file()).load().noise.contains("orders")) << "what legacy's noise is like has nothing to do with steps";
  later.cutovers = {"stock"};
  ASSERT_EQ(store.write(later), "");
  EXPECT_TRUE(EvidenceStore(file()).load().noise.empty());
}

TEST_F(EvidenceFile, ABrokenFileIsPutAsideNamedAndCountsAsEmpty) {
  for (const std::string& broken : {std::string("not a database at all, but long enough to look like one to somebody"), std::string(8192, 'x')}) {
    support::write_file(file(), broken);
    EvidenceStore store(file());
    const auto kept = store.load();
    EXPECT_TRUE(kept.steps.empty());
    ASSERT_EQ(kept.troubles.size(), 1u);
    EXPECT_NE(kept.troubles[0].find(file()), std::string::npos) << kept.troubles[0];
    EXPECT_NE(kept.troubles[0].find("Gates start anew"), std::string::npos) << kept.troubles[0];
    EXPECT_EQ(support::read_file(file() + ".broken"), broken);
    EXPECT_EQ(store.write(checkpoint(5)), "");
    EXPECT_EQ(EvidenceStore(file()).load().steps.size(), 2u);
  }
}

TEST_F(EvidenceFile, AFileOfAnotherVersionIsPutAside) {
  {
    EvidenceStore store(file());
    store.load();
    ASSERT_EQ(store.write(checkpoint(5)), "");
  }
  sql("PRAGMA user_version = 2");
  const auto kept = EvidenceStore(file()).load();
  EXPECT_TRUE(kept.steps.empty());
  ASSERT_EQ(kept.troubles.size(), 1u);
  EXPECT_NE(kept.troubles[0].find("another version"), std::string::npos) << kept.troubles[0];
  EXPECT_TRUE(fs::exists(file() + ".broken"));
}

TEST_F(EvidenceFile, OneBrokenRowSpoilsOnlyItsOwnCutover) {
  {
    EvidenceStore store(file());
    store.load();
    ASSERT_EQ(store.write(checkpoint(5)), "");
  }
  for (const char* numbers : {"{}", "[]", "nothing", R"({"new":{"requests":1,"upstream_errors":2,"unreachable":0,"buckets":0,"latency":[]}})"}) {
    sql(std::string("UPDATE steps SET numbers = '") + numbers + "' WHERE cutover = 'orders'");
    const auto kept = EvidenceStore(file()).load();
    EXPECT_EQ(kept.steps.size(), 1u) << numbers;
    ASSERT_EQ(kept.troubles.size(), 1u) << numbers;
    EXPECT_NE(kept.troubles[0].find("'orders'"), std::string::npos) << kept.troubles[0];
  }
}

TEST_F(EvidenceFile, WhatCannotBeWrittenIsNamedAndTriedAgain) {
  const std::string later = (folder_ / "not-yet/state.db.evidence").string();
  EvidenceStore store(later);
  EXPECT_EQ(store.load().troubles.size(), 1u);
  EXPECT_NE(store.write(checkpoint(5)).find(later), std::string::npos);
  fs::create_directories(folder_ / "not-yet");
  EXPECT_EQ(store.write(checkpoint(6)), "");
  EXPECT_EQ(EvidenceStore(later).load().steps.at("orders").numbers.fresh.requests, 6u);
}

TEST(NumbersText, ComesBackAsItWas) {
  Evidence out;
  const Evidence in{"", "", some_numbers(std::uint64_t{1} << 52), some_numbers(3).fresh};
  ASSERT_TRUE(numbers_from_json(to_json(in), out));
  expect_same(in, out);
}

TEST(NumbersText, IsRefusedWhenItCannotBeTrue) {
  const std::string good = to_json(Evidence{"", "", some_numbers(100), some_numbers(3).fresh});
  const auto with = [&good](const std::string& part, const std::string& other) {
    std::string text = good;
    const auto at = text.find(part);
    EXPECT_NE(at, std::string::npos) << part;
    return text.replace(at, part.size(), other);
  };
  Evidence out;
  EXPECT_TRUE(numbers_from_json(good, out));
  for (const std::string& bad : {with("\"requests\":100", "\"requests\":-1"), with("\"requests\":100", "\"requests\":1e3"),
                                 with("\"requests\":100", "\"requests\":5"), with("[17,100]", "[400,100]"), with("[17,100]", "[17]"),
                                 with("\"buckets\":400", "\"buckets\":99999999"), with("\"equal\":500,", ""), std::string("")})
    EXPECT_FALSE(numbers_from_json(bad, out)) << bad;
}

}  // namespace
}  // namespace banyan::cutover
