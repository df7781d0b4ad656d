#include "tests/analyzer/report/shop_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::ShopReport;
using testing::TemporaryDatabase;

class Explain : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(write_database(file_.path(), shop_.input()).ok()); }
  std::string explain(const std::string& what) {
    const auto outcome = report::explain(file_.path(), what);
    EXPECT_EQ(outcome.error, "");
    found_ = outcome.found;
    return outcome.text;
  }
  ShopReport shop_;
  TemporaryDatabase file_;
  bool found_ = false;
};

TEST_F(Explain, AFileWithItsContextTiesTablesAndWhatWouldMoveIt) {
  EXPECT_THAT(
      explain("src/orders/part0.hpp"),
      AllOf(HasSubstr("one unit: src/orders/part0.cpp, src/orders/part0.hpp"),
            HasSubstr("context: orders, together with it in"), HasSubstr("needs   src/orders/part"),
            HasSubstr("src/orders/part0.cpp:"), HasSubstr("[stock]"), HasSubstr("stock_table  update"),
            HasSubstr("(owned by stock)"), HasSubstr("what would move it")));
}

TEST_F(Explain, AUniqueEndOfAPathIsEnough) {
  EXPECT_THAT(explain("mail/part1.cpp"), HasSubstr("context: mail"));
}

TEST_F(Explain, ASymbolByItsFullOrItsLastName) {
  EXPECT_THAT(explain("shop::stock::stockA"), AllOf(HasSubstr("context: stock"), HasSubstr("used from"),
                                                    HasSubstr("orders (src/orders/part0.cpp:")));
  EXPECT_THAT(explain("stockA"), HasSubstr("shop::stock::stockA  src/stock/part0.cpp:"));
}

TEST_F(Explain, ATableWithItsOwnerAndEveryPlace) {
  EXPECT_THAT(explain("stock_table"),
              AllOf(HasSubstr("context: stock, with"), HasSubstr("orders  update  src/orders/part0.cpp:"),
                    HasSubstr("orders writes it in 1 places")));
  EXPECT_THAT(explain("ORDERS_TABLE"), HasSubstr("table orders_table  schema.sql:7"));
}

TEST_F(Explain, ARouteWithHandlerAndTables) {
  EXPECT_THAT(
      explain("GET /orders/{id}"),
      AllOf(HasSubstr("registered at src/orders/part2.cpp:"), HasSubstr("handler: shop::orders::ordersC"),
            HasSubstr("context: orders"), HasSubstr("orders_table  read,insert,update")));
}

TEST_F(Explain, WhatIsNotThereGetsTheNearestNames) {
  EXPECT_THAT(explain("stock_tabel"),
              AllOf(HasSubstr("nothing named 'stock_tabel'"), HasSubstr("stock_table")));
  EXPECT_FALSE(found_);
  EXPECT_THAT(explain("zzzzzzzzzzzz"), ::testing::Not(HasSubstr("nearest")));
}

TEST_F(Explain, QuotesInANameAreOnlyText) {
  EXPECT_THAT(explain("x' OR '1'='1"), HasSubstr("nothing named"));
}

}  // namespace
}  // namespace banyan::report
