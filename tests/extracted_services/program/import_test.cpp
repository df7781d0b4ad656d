#include "extracted_services/store/connection.hpp"
#include "tests/extracted_services/program/shop_fixture.hpp"

#include <gmock/gmock.h>

namespace banyan::services_test {
namespace {

using testing::HasSubstr;

class ImportTest : public ShopTest {
 protected:
  static std::string dump(const std::string& file) {
    const auto db = store::open_reader(file);
    std::string text;
    std::vector<std::string> tables;
    auto names = db->query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
    while (names.next()) tables.push_back(names.text(0));
    for (const auto& table : tables) {
      auto rows = db->query("SELECT * FROM " + table);
      for (text += table + "\n"; rows.next(); text += "\n")
        for (int i = 0; i < rows.statement().getColumnCount(); ++i) text += rows.text(i) + "|";
    }
    return text;
  }
};

TEST_F(ImportTest, TwiceIsTheSameAsOnceAndTheMonolithIsOnlyRead) {
  for (const std::string name : {"inventory", "orders", "payments"}) {
    const auto monolith = dump(shop_db());
    const auto first = import(name);
    ASSERT_EQ(first.exit_code, 0) << first.err;
    const auto once = dump(own_db(name));
    const auto second = import(name);
    EXPECT_EQ(second.exit_code, 0) << second.err;
    EXPECT_EQ(first.out, second.out);
    EXPECT_EQ(dump(own_db(name)), once);
    EXPECT_EQ(dump(shop_db()), monolith);
  }
}

TEST_F(ImportTest, RefusesToUndoTheServicesOwnWrites) {
  ASSERT_EQ(import("inventory").exit_code, 0);
  start("inventory").client().request("POST", "/api/inventory/1/receive", {}, R"({"quantity":5})");
  services_.clear();
  const auto refused = import("inventory");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--replace"));
  EXPECT_EQ(import("inventory", {"--replace"}).exit_code, 0);
}

TEST_F(ImportTest, IsRefusedWhileTheServiceRuns) {
  ASSERT_EQ(import("orders").exit_code, 0);
  start("orders");
  const auto refused = import("orders");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("already writes this database"));
}

TEST_F(ImportTest, AnotherKindOfDatabaseIsRefusedAndNothingIsLeftHalf) {
  ASSERT_EQ(import("payments").exit_code, 0);
  const auto before = dump(own_db("payments"));
  const auto wrong = support::run(
      {program("banyan-payments"), "import", "--from", own_db("payments"), "--db", own_db("orders")});
  EXPECT_EQ(wrong.exit_code, 0) << "the ledger has the monolith's tables: " << wrong.err;
  const auto refused = support::run(
      {program("banyan-inventory"), "import", "--from", own_db("payments"), "--db", own_db("inventory")});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("is --from the monolith's database?"));
  EXPECT_EQ(dump(own_db("payments")), before);
}

}  // namespace
}  // namespace banyan::services_test
