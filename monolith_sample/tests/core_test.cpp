#include "core/config.hpp"
#include "core/util.hpp"
#include "shop_fixture.hpp"

#include <filesystem>
#include <fstream>
#include <thread>

namespace shop::test {
namespace {

TEST(Util, MoneyReadsLikeMoney) {
  EXPECT_EQ(core::money(0), "0.00 EUR");
  EXPECT_EQ(core::money(5), "0.05 EUR");
  EXPECT_EQ(core::money(123456789), "1,234,567.89 EUR");
  EXPECT_EQ(core::money(-100000, "CHF"), "-1,000.00 CHF");
}

TEST(Util, DatesCrossMonthsAndLeapYears) {
  EXPECT_EQ(core::add_days("2026-02-28", 1), "2026-03-01");
  EXPECT_EQ(core::add_days("2028-02-28", 1), "2028-02-29");
  EXPECT_EQ(core::add_days("2026-01-01", -1), "2025-12-31");
  EXPECT_EQ(core::add_days("2026-01-01", 365), "2027-01-01");
  EXPECT_TRUE(core::is_date("2026-11-30"));
  for (const char* bad : {"2026-11-31", "2026-13-01", "26-01-01", "2026/01/01", "", "2026-1-01"}) {
    EXPECT_FALSE(core::is_date(bad)) << bad;
  }
}

TEST(Util, UrlDecodingLeavesBrokenEscapesAlone) {
  EXPECT_EQ(core::url_decode("a+b%20c%2Fd"), "a b c/d");
  EXPECT_EQ(core::url_decode("100%"), "100%");
  EXPECT_EQ(core::url_decode("%zz%4"), "%zz%4");
}

TEST(Util, EscapesForHtmlAndCsv) {
  EXPECT_EQ(core::html_escape("<a href=\"x\">'&"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
  EXPECT_EQ(core::csv_field("plain"), "plain");
  EXPECT_EQ(core::csv_field("a,\"b\""), "\"a,\"\"b\"\"\"");
}

TEST(Util, ParsesWholeNumbersOnly) {
  std::int64_t value = 0;
  EXPECT_TRUE(core::parse_int("-42", value));
  EXPECT_EQ(value, -42);
  for (const char* bad : {"", "4x", " 4", "99999999999999999999"}) EXPECT_FALSE(core::parse_int(bad, value)) << bad;
}

TEST(Query, FirstValueWinsAndNamesAreDecoded) {
  const auto query = core::parse_query("a=1&a=2&b%20c=%41&flag&=x");
  EXPECT_EQ(query.at("a"), "1");
  EXPECT_EQ(query.at("b c"), "A");
  EXPECT_EQ(query.at("flag"), "");
  EXPECT_EQ(query.size(), 3u);
}

TEST(Config, FileHasCommentsAndPreciseErrors) {
  const std::string directory = make_temp_directory();
  const std::string path = directory + "/shop.conf";
  std::ofstream(path) << "# comment\ntest_key = 17 # seventeen\n\n";
  core::Config::instance().load_file(path);
  EXPECT_EQ(core::Config::instance().get_int("test_key", 0), 17);
  EXPECT_EQ(core::Config::instance().get_int("no_such_key", 3), 3);
  std::ofstream(path) << "fine = 1\nbroken line\n";
  try {
    core::Config::instance().load_file(path);
    FAIL() << "a broken line was accepted";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(std::string(error.what()), path + ":2: expected 'key = value'");
  }
  std::filesystem::remove_all(directory);
}

core::Response named(const char* name, const core::Request& request) {
  core::Response response;
  response.body = name;
  for (const auto& [key, value] : request.params) response.body += " " + key + "=" + value;
  return response;
}

std::string route(const core::Router& router, const std::string& method, const std::string& path) {
  core::Request request;
  request.method = method;
  request.path = path;
  const core::Response response = router.handle(request);
  return response.status == 200 ? response.body : std::to_string(response.status);
}

TEST(Router, LiteralsWinOverParametersAndBacktrack) {
  core::Router router;
  router.get("/a/{x}", [](const core::Request& r) { return named("param", r); });
  router.get("/a/list", [](const core::Request& r) { return named("list", r); });
  router.get("/a/{x}/end", [](const core::Request& r) { return named("end", r); });
  router.get("/a/list/other", [](const core::Request& r) { return named("other", r); });
  EXPECT_EQ(route(router, "GET", "/a/list"), "list");
  EXPECT_EQ(route(router, "GET", "/a/7"), "param x=7");
  EXPECT_EQ(route(router, "GET", "/a/list/end"), "end x=list");
  EXPECT_EQ(route(router, "GET", "/a/b%20c"), "param x=b c");
  EXPECT_EQ(route(router, "GET", "/a/"), "404");
  EXPECT_EQ(route(router, "GET", "/a"), "404");
  EXPECT_EQ(route(router, "GET", ""), "404");
  EXPECT_EQ(route(router, "POST", "/a/7"), "405");
  EXPECT_EQ(route(router, "HEAD", "/a/7"), "param x=7");
  EXPECT_EQ(route(router, "OPTIONS", "/a/7"), "204");
}

TEST(Router, RefusesTheSameRouteTwice) {
  core::Router router;
  const auto handler = [](const core::Request& r) { return named("x", r); };
  router.get("/a/{x}", handler);
  EXPECT_THROW(router.get("/a/{x}", handler), std::logic_error);
}

class DatabaseTest : public ShopTest {};

TEST_F(DatabaseTest, TransactionRollsBackUnlessCommitted) {
  {
    core::Transaction transaction(shop.db());
    shop.db().run("DELETE FROM prices");
  }
  EXPECT_GT(shop.count("prices"), 0);
}

TEST_F(DatabaseTest, NestedRollbackKeepsTheOuterWork) {
  const std::int64_t coupons = shop.count("coupons");
  {
    core::Transaction outer(shop.db());
    shop.db().run("INSERT INTO coupons (code, kind, value, valid_until) VALUES ('A', 'amount', 1, '2030-01-01')");
    {
      core::Transaction inner(shop.db());
      shop.db().run("INSERT INTO coupons (code, kind, value, valid_until) VALUES ('B', 'amount', 1, '2030-01-01')");
    }
    outer.commit();
  }
  EXPECT_EQ(shop.count("coupons"), coupons + 1);
}

TEST_F(DatabaseTest, SameStatementMayRunInsideItsOwnLoop) {
  const std::string sql = "SELECT code FROM warehouses ORDER BY code";
  int pairs = 0;
  for (auto outer = shop.db().select(sql); outer.next();) {
    for (auto inner = shop.db().select(sql); inner.next();) ++pairs;
  }
  EXPECT_EQ(pairs, 9);
}

TEST_F(DatabaseTest, ErrorsNameTheStatement) {
  try {
    shop.db().run("DELETE FROM no_such_table");
    FAIL();
  } catch (const core::DatabaseError& error) {
    EXPECT_NE(std::string(error.what()).find("no such table: no_such_table in: DELETE"), std::string::npos);
    EXPECT_FALSE(error.is_constraint());
  }
  try {
    shop.db().run("INSERT INTO warehouses (code, city) VALUES ('BER', 'again')");
    FAIL();
  } catch (const core::DatabaseError& error) {
    EXPECT_TRUE(error.is_constraint());
  }
}

TEST_F(DatabaseTest, ThreadsTakeTurnsAndLoseNothing) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int n = 0; n < 25; ++n) shop.post("/api/inventory/7/receive", R"({"quantity":1})");
    });
  }
  const std::int64_t before = 139;
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(shop.get("/api/inventory/7").number("/received"), before + 100);
}

TEST_F(DatabaseTest, SeedingTwiceChangesNothing) {
  const std::string before = shop.fingerprint();
  EXPECT_FALSE(core::seed_all(shop.db()));
  EXPECT_EQ(shop.fingerprint(), before);
}

}  // namespace
}  // namespace shop::test
