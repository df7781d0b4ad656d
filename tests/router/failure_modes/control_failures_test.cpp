// Failure modes of moving traffic, by number: the control plane over real files.
#include "router/admin/views.hpp"
#include "router/cutover/audit.hpp"
#include "tests/router/admin/fixture.hpp"

#include <boost/json.hpp>

#include <filesystem>
#include <random>
#include <sqlite3.h>
#include <stdexcept>

namespace banyan::admin {
namespace {

using cutover::Verb;

const std::string strict_yaml =
    "version: 1\n"
    "static: { state: \"state.db\" }\n"
    "cohort: { key: [ \"header:X-Id\" ], salt: \"s\" }\n"
    "upstreams: { monolith: { endpoints: [ \"a:1\" ] }, orders: { endpoints: [ \"b:1\" ] } }\n"
    "gates: { healthy: { min_samples: 1000, error_rate: { max: 1% } } }\n"
    "cutovers:\n"
    "  - { name: orders, match: { methods: [ GET ], path: \"/orders/**\" }, to: orders,\n"
    "      plan: [ { stage: canary, percent: 25, gate: [ healthy ], hold: 7d }, { stage: live, approve: [ team ] } ] }\n"
    "  - { name: stock, match: { methods: [ GET ], path: \"/stock/**\" }, to: orders }\n";

// Another program with a transaction open on the state file.
class HeldFile {
 public:
  explicit HeldFile(const std::string& path) {
    if (sqlite3_open(path.c_str(), &db_) != SQLITE_OK ||
        sqlite3_exec(db_, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr) != SQLITE_OK)
      throw std::runtime_error("cannot lock");
  }
  ~HeldFile() { sqlite3_close(db_); }
  HeldFile(const HeldFile&) = delete;
  HeldFile& operator=(const HeldFile&) = delete;

 private:
  sqlite3* db_ = nullptr;
};

// No gate engine ticks here, an approval is missing, a hold runs, a freeze is on, the file on disk is broken.
TEST(F8, NothingThatStopsAPromotionStopsARollback) {
  Shop shop(strict_yaml);
  auto control = shop.open();
  ASSERT_TRUE(control->command("orders", command(Verb::promote), ada));
  ASSERT_TRUE(control->freeze(cutover::every_cutover, "", ada));
  ASSERT_TRUE(control->command("orders", command(Verb::hold), ada));
  shop.write("version: [");
  EXPECT_FALSE(control->reload(ada).ok);
  const auto back = control->command("orders", command(Verb::rollback), ada);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->persisted, "journal");
  EXPECT_EQ(stage(*control, "orders"), "rolled_back");
}

// The order of events, not their speed: when the write is first heard of, traffic is already back.
TEST(F8, TrafficIsBackBeforeTheStateFileIsAskedFor) {
  Shop shop(strict_yaml);
  auto loaded = config::load_file(shop.file());
  ASSERT_TRUE(loaded.config);
  Control* seen = nullptr;
  std::string when_the_write_failed;
  Control control(loaded.config, [&](bool, const std::string& line) {
    if (seen && line.find("the journal cannot take it yet") != std::string::npos) when_the_write_failed = stage(*seen, "orders");
  });
  seen = &control;
  ASSERT_TRUE(control.command("orders", command(Verb::set_weight, 10'000), ada));
  const HeldFile held(shop.state());
  const auto back = control.command("orders", command(Verb::rollback), ada);
  ASSERT_TRUE(back);
  EXPECT_EQ(when_the_write_failed, "rolled_back");
  EXPECT_EQ(back->persisted, "sidecar");
}

TEST(F11, AnotherSaltOrKeyIsRefusedWhileCallersAreSplit) {
  for (const auto& [from, to] : {std::pair{"salt: \"s\"", "salt: \"t\""}, {"header:X-Id", "cookie:sid"}}) {
    Shop shop(strict_yaml);
    auto control = shop.open();
    ASSERT_TRUE(control->command("orders", command(Verb::promote), ada));
    std::string changed = strict_yaml;
    changed.replace(changed.find(from), std::string(from).size(), to);
    shop.write(changed);
    const auto refused = control->reload(ada);
    EXPECT_FALSE(refused.ok) << to;
    EXPECT_NE(refused.errors.find("callers would change sides"), std::string::npos) << refused.errors;
    control.reset();
    EXPECT_THROW(shop.open(), std::runtime_error) << "a restart is no way around it";
    shop.write(strict_yaml);
    control = shop.open();
    ASSERT_TRUE(control->command("orders", command(Verb::rollback), ada));
    shop.write(changed);
    EXPECT_TRUE(control->reload(ada).ok) << "nobody is split any more";
  }
}

// One byte changed, dropped or doubled, a thousand times: refused with a place, or taken over; never half of it.
TEST(F14, ABrokenFileChangesNothingAndSaysWhere) {
  Shop shop(strict_yaml);
  auto control = shop.open();
  ASSERT_TRUE(control->command("orders", command(Verb::promote), ada));
  std::mt19937 random(14);
  int refused = 0;
  for (int i = 0; i < 1000; ++i) {
    std::string text = strict_yaml;
    const std::size_t at = random() % text.size();
    const auto kind = random() % 3;
    if (kind == 0) text[at] = static_cast<char>(random() % 128);
    else if (kind == 1) text.erase(at, 1 + random() % 5);
    else text.insert(at, text.substr(at, 1 + random() % 20));
    shop.write(text);
    const auto before = control->config_status().hash;
    const auto outcome = control->reload(ada);
    ASSERT_EQ(stage(*control, "orders"), "canary 25 %") << text;
    if (outcome.ok) continue;
    ++refused;
    ASSERT_EQ(control->config_status().hash, before);
    ASSERT_TRUE(outcome.errors.starts_with(shop.file() + ":")) << outcome.errors;
    const bool placed = std::isdigit(static_cast<unsigned char>(outcome.errors[shop.file().size() + 1]));
    ASSERT_TRUE(placed || outcome.errors.find("; it needs a restart") != std::string::npos ||
                outcome.errors.find("needs a restart") != std::string::npos ||
                outcome.errors.find("roll it back first") != std::string::npos ||
                outcome.errors.find("would move") != std::string::npos)
        << outcome.errors;
  }
  EXPECT_GT(refused, 500);
  shop.write(strict_yaml);
  EXPECT_TRUE(control->reload(ada).ok);
}

TEST(F15, AColdStartWithoutATrustworthyJournalServesLegacyOnly) {
  const auto spoil = [](const std::string& state, int how) {
    if (how == 0) std::filesystem::remove(state);
    if (how == 1) support::write_file(state, "this is no database, though it is long enough to be taken for one");
    if (how == 2) std::filesystem::resize_file(state, 4096);
    if (how == 3) {  // a record rewritten by hand
      sqlite3* db = nullptr;
      ASSERT_EQ(sqlite3_open(state.c_str(), &db), SQLITE_OK);
      EXPECT_EQ(sqlite3_exec(db, "DROP TRIGGER journal_no_update; UPDATE journal SET who = 'mallory' WHERE seq = 1", nullptr, nullptr, nullptr), SQLITE_OK);
      sqlite3_close(db);
    }
  };
  for (int how = 0; how < 4; ++how) {
    Shop shop(strict_yaml);
    ASSERT_TRUE(shop.open()->command("orders", command(Verb::set_weight, 10'000), ada));
    spoil(shop.state(), how);
    const auto control = shop.open();
    EXPECT_EQ(stage(*control, "orders"), "legacy") << how;
    EXPECT_NE(shop.errors().find("THE JOURNAL CANNOT BE TRUSTED"), std::string::npos) << how;
    EXPECT_FALSE(control->command("orders", command(Verb::promote), ada)) << how;
    EXPECT_FALSE(control->freeze("orders", "", ada)) << how;
    EXPECT_TRUE(control->command("orders", command(Verb::rollback), ada)) << how;
    const auto blocks = control->own_blocks("orders");
    ASSERT_EQ(blocks.size(), 1u) << how;
    EXPECT_EQ(blocks[0].kind, cutover::Blocker::Kind::journal);
  }
}

TEST(F15, ABrokenRecordIsNamed) {
  Shop shop(strict_yaml);
  {
    const auto control = shop.open();
    for (const cutover::Weight weight : {100, 200, 300, 400}) ASSERT_TRUE(control->command("orders", command(Verb::set_weight, weight), ada));
  }
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(shop.state().c_str(), &db), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db, "DROP TRIGGER journal_no_update; UPDATE journal SET why = 'nothing' WHERE seq = 3", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(db);
  const auto audit = cutover::audit_file(shop.state(), std::chrono::seconds(1));
  EXPECT_FALSE(audit.ok());
  EXPECT_EQ(audit.first_bad, 3);
}

TEST(F30, ARetiredCutoverAsksToBeDeleted) {
  std::string yaml = strict_yaml;
  yaml.replace(yaml.find("approve: [ team ] }"), std::string("approve: [ team ] }").size(), "hold: 0s }, { stage: retired }");
  Shop shop(yaml);
  const auto control = shop.open();
  const auto warnings = [&] { return boost::json::serialize(status_json(*control, {}).at("warnings")); };
  ASSERT_TRUE(control->command("orders", command(Verb::promote_full), ada));
  EXPECT_EQ(warnings(), "[]");
  ASSERT_TRUE(control->command("orders", command(Verb::promote), ada));
  ASSERT_EQ(stage(*control, "orders"), "retired");
  EXPECT_NE(warnings().find("'orders' is retired for"), std::string::npos) << warnings();
}

}  // namespace
}  // namespace banyan::admin
