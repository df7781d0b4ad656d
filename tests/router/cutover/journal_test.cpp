#include "router/cutover/audit.hpp"
#include "router/cutover/sqlite_file.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace banyan::cutover {
namespace {

using std::chrono::milliseconds;
using Access = Journal::Access;
constexpr milliseconds soon{100};

State at_canary(Weight weight) {
  State state;
  state.stage = Stage::canary;
  state.weight = weight;
  return state;
}

Entry entry(const std::string& cutover, Weight weight) {
  Entry out;
  out.time = std::chrono::system_clock::time_point(std::chrono::seconds(1'790'000'000));
  out.who = "ada";
  out.why = "it looks good";
  out.cutover = cutover;
  out.next = at_canary(weight);
  out.evidence = R"({"command":"promote"})";
  out.config_hash = "c0ffee";
  out.cohort = "f1";
  return out;
}

void fill(const std::string& path, int records) {
  Journal journal(path, Access::read_write, soon);
  ASSERT_FALSE(journal.trouble());
  for (int i = 1; i <= records; ++i)
    ASSERT_TRUE(journal.append(entry("c" + std::to_string(i % 3), static_cast<Weight>(i * 100)), soon));
}

std::string read_all(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}
void write_all(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}
void run_sql(const std::string& path, const std::string& sql) {
  SqliteFile db(path, SQLITE_OPEN_READWRITE);
  ASSERT_EQ(db.run(sql.c_str()), SQLITE_OK) << db.message();
}

TEST(Journal, KeepsStatesAcrossAReopen) {
  const support::TempDir scratch;
  fill((scratch / "s.db").string(), 5);
  const Journal again((scratch / "s.db").string(), Access::read_only, soon);
  ASSERT_FALSE(again.trouble());
  EXPECT_EQ(again.newest(), 5);
  EXPECT_EQ(again.states().at("c2"), at_canary(500));
  EXPECT_EQ(again.cohorts().at("c2"), "f1");
  const Audit audit = again.verify();
  EXPECT_TRUE(audit.ok());
  EXPECT_EQ(audit.records, 5);
}

TEST(Journal, HasNoTroubleBeforeItsFirstRecord) {
  const support::TempDir scratch;
  EXPECT_FALSE(Journal((scratch / "s.db").string(), Access::read_only, soon).trouble());
  EXPECT_FALSE(Journal((scratch / "s.db").string(), Access::read_write, soon).trouble());
}

TEST(Journal, IsMissedWhenItHasBeenWrittenBefore) {
  const support::TempDir scratch;
  fill((scratch / "s.db").string(), 1);
  std::filesystem::remove(scratch / "s.db");
  Journal journal((scratch / "s.db").string(), Access::read_write, soon);
  ASSERT_TRUE(journal.trouble());
  EXPECT_EQ(journal.trouble()->kind, JournalError::Kind::missing);
  EXPECT_TRUE(journal.states().empty());
  EXPECT_FALSE(journal.append(entry("c", 100), soon));
  EXPECT_FALSE(std::filesystem::exists((scratch / "s.db").string()));
}

TEST(Journal, RefusesUpdateAndDelete) {
  const support::TempDir scratch;
  fill((scratch / "s.db").string(), 2);
  SqliteFile db((scratch / "s.db").string(), SQLITE_OPEN_READWRITE);
  EXPECT_NE(db.run("UPDATE journal SET who = 'eve' WHERE seq = 1"), SQLITE_OK);
  EXPECT_NE(db.run("DELETE FROM journal"), SQLITE_OK);
  EXPECT_TRUE(audit_file((scratch / "s.db").string(), soon).ok());
}

// Every byte of the file, two ways each. Either the records read exactly as before (the byte belongs to no
// record), or the audit objects; and a record that reads differently is the one that is named.
TEST(Journal, NamesTheRecordOfEveryFlippedByte) {
  const support::TempDir scratch;
  const std::string path = (scratch / "s.db").string();
  fill(path, 4);
  const std::string good = read_all(path);
  std::vector<std::string> originals;
  audit_file(path, soon,
             [&](const Record& record) { originals.push_back(record.hash + record.who + record.time); });
  ASSERT_EQ(originals.size(), 4u);
  std::size_t inside = 0;
  std::vector<std::size_t> starts;  // where each record's own text lies in the file
  for (const char* needle :
       {"\"weight\":100}", "\"weight\":200}", "\"weight\":300}", "\"weight\":400}"})
    starts.push_back(good.find(needle));
  for (std::size_t at = 0; at < good.size(); ++at) {
    if (good[at] == 0 && at % 16 != 0) continue;  // long runs of unused space
    for (const char mask : {'\x01', '\xff'}) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ mask);
      write_all(path, bad);
      std::vector<std::string> seen;
      const Audit audit = audit_file(
          path, soon, [&](const Record& record) { seen.push_back(record.hash + record.who + record.time); });
      EXPECT_TRUE(!audit.ok() || seen == originals) << "byte " << at;
      for (std::size_t i = 0; i < starts.size(); ++i)
        if (at >= starts[i] && at < starts[i] + 13) {
          ++inside;
          ASSERT_TRUE(audit.first_bad) << "byte " << at;
          EXPECT_EQ(*audit.first_bad, static_cast<std::int64_t>(i + 1)) << "byte " << at;
        }
    }
  }
  EXPECT_EQ(inside, 4u * 13u * 2u);
}

TEST(Journal, NamesARecordThatWasRewrittenWithItsHash) {
  const support::TempDir scratch;
  const std::string path = (scratch / "s.db").string();
  fill(path, 3);
  run_sql(path, "DROP TRIGGER journal_no_update; UPDATE journal SET who = 'eve' WHERE seq = 2");
  Audit audit = audit_file(path, soon);
  EXPECT_EQ(audit.first_bad, 2);
  // With a hash that fits, record 2 itself holds, and record 3 no longer continues it.
  std::vector<Record> records;
  SqliteFile db(path, SQLITE_OPEN_READWRITE);
  SqliteStatement row(db,
                      "SELECT seq,time,who,why,cutover,previous,next,evidence,config_hash,cohort,prev_hash "
                      "FROM journal WHERE seq=2");
  ASSERT_EQ(row.step(), SQLITE_ROW);
  Record record{row.number(0), row.text(1), row.text(2), row.text(3), row.text(4),  row.text(5),
                row.text(6),   row.text(7), row.text(8), row.text(9), row.text(10), ""};
  ASSERT_EQ(db.run(("UPDATE journal SET hash = '" + hash_of(record) + "' WHERE seq = 2").c_str()), SQLITE_OK);
  audit = audit_file(path, soon);
  EXPECT_EQ(audit.first_bad, 3);
}

TEST(Journal, MissesRecordsCutFromItsEnd) {
  const support::TempDir scratch;
  const std::string path = (scratch / "s.db").string();
  fill(path, 3);
  run_sql(path, "DROP TRIGGER journal_no_delete; DELETE FROM journal WHERE seq = 3");
  EXPECT_EQ(audit_file(path, soon).first_bad, 3);
  EXPECT_TRUE(Journal(path, Access::read_write, soon).trouble());
}

TEST(Journal, SaysThatItIsLockedAndChangesNothing) {
  const support::TempDir scratch;
  const std::string path = (scratch / "s.db").string();
  fill(path, 1);
  Journal journal(path, Access::read_write, soon);
  SqliteFile other(path, SQLITE_OPEN_READWRITE);
  ASSERT_EQ(other.run("BEGIN EXCLUSIVE"), SQLITE_OK);
  const auto refused = journal.append(entry("c9", 900), milliseconds(50));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, JournalError::Kind::locked);
  ASSERT_EQ(other.run("ROLLBACK"), SQLITE_OK);
  EXPECT_FALSE(journal.states().contains("c9"));
  EXPECT_TRUE(journal.append(entry("c9", 900), soon));
}

TEST(Journal, NoticesThatItsFileWasReplaced) {
  const support::TempDir scratch;
  const std::string path = (scratch / "s.db").string();
  fill(path, 1);
  Journal journal(path, Access::read_write, soon);
  std::filesystem::rename(path, path + ".old");
  EXPECT_FALSE(journal.append(entry("c", 100), soon));
}

TEST(State, SurvivesItsJson) {
  State held = at_canary(2500);
  held.stage = Stage::held;
  held.before_hold = Stage::canary;
  State back;
  back.stage = Stage::rolled_back;
  back.note = RollbackNote{"a \"quoted\" reason\n", "ada", "2026-01-01T00:00:00.000Z"};
  for (const State& state : {State{}, at_canary(1), held, back})
    EXPECT_EQ(state_from_json(to_json(state)), state);
  for (const char* bad :
       {"", "{}", "[]", R"({"stage":"new","weight":1})", R"({"stage":"canary","weight":10001})",
        R"({"stage":"canary","weight":-1})", R"({"stage":"held","weight":1})"})
    EXPECT_FALSE(state_from_json(bad)) << bad;
}

}  // namespace
}  // namespace banyan::cutover
