#include "analyzer/report/sqlite.hpp"
#include "tests/analyzer/report/shop_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::report {
namespace {

using ::testing::HasSubstr;
using testing::ShopReport;
using ::testing::StartsWith;
using testing::TemporaryDatabase;

class Written : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(write_database(file_.path(), shop_.input()).error, ""); }
  std::string csv(const std::string& statement) const {
    const auto outcome = sql(file_.path(), statement, Format::csv);
    return outcome.ok() ? outcome.text : "error: " + outcome.error;
  }
  ShopReport shop_;
  TemporaryDatabase file_;
};

TEST_F(Written, EveryFileHasOneContext) {
  EXPECT_EQ(csv("SELECT count(*) FROM component_file f JOIN context_member m USING(component)"),
            "count(*)\r\n" + std::to_string(shop_.graph.files.size()) + "\r\n");
}

TEST_F(Written, CrossContextWritesAreOneQueryAway) {
  EXPECT_THAT(csv("SELECT table_name, owner, writer, mode FROM v_cross_context_writes"),
              HasSubstr("stock_table,stock,orders,update\r\n"));
}

TEST_F(Written, ContextEdgesAddUpToTheSeams) {
  EXPECT_EQ(csv("SELECT s.src, s.dst FROM seam s WHERE abs(s.weight - (SELECT coalesce(sum(weight), 0) FROM "
                "v_context_edges v "
                "WHERE v.src = s.src AND v.dst = s.dst)) > 1e-6"),
            "src,dst\r\n");
}

TEST_F(Written, EvidenceCarriesItsLine) {
  EXPECT_THAT(csv("SELECT snippet FROM evidence WHERE file = 'src/orders/part0.cpp' ORDER BY line LIMIT 1"),
              HasSubstr("line "));
}

TEST_F(Written, WritingAgainReplacesAndLeavesForeignTablesAlone) {
  Database(file_.path(), Access::write)
      .run("CREATE TABLE facts_of_others(x); INSERT INTO facts_of_others VALUES(7)");
  const auto before = csv("SELECT count(*) FROM edge");
  ASSERT_TRUE(write_database(file_.path(), shop_.input()).ok());
  EXPECT_EQ(csv("SELECT count(*) FROM edge"), before);
  EXPECT_EQ(csv("SELECT x FROM facts_of_others"), "x\r\n7\r\n");
}

TEST_F(Written, EveryNamedQueryRuns) {
  const auto list = list_queries();
  int queries = 0;
  for (std::size_t at = 0; at < list.size(); at = list.find('\n', at) + 1) {
    const auto name = list.substr(at, list.find(' ', at) - at);
    for (const auto format : {Format::table, Format::csv, Format::json}) {
      const auto outcome = query(file_.path(), name, format);
      EXPECT_TRUE(outcome.ok()) << name << ": " << outcome.error;
      EXPECT_FALSE(outcome.text.empty()) << name;
    }
    ++queries;
  }
  EXPECT_GE(queries, 12);
}

TEST_F(Written, QueriesAnswerAsTableCsvAndJson) {
  EXPECT_THAT(query(file_.path(), "cross-writes", Format::table).text,
              StartsWith("table_name   owner  writer  mode    at"));
  EXPECT_EQ(sql(file_.path(), "SELECT 1 AS a, 'x,\"y' AS b, NULL AS c", Format::csv).text,
            "a,b,c\r\n1,\"x,\"\"y\",\r\n");
  EXPECT_EQ(sql(file_.path(), "SELECT 1 AS a, 'x\"y' AS b, NULL AS c", Format::json).text,
            "[\n  {\"a\": 1, \"b\": \"x\\\"y\", \"c\": null}\n]\n");
  EXPECT_EQ(sql(file_.path(), "SELECT 1 AS a WHERE 0", Format::table).text, "a\n(no rows)\n");
}

TEST_F(Written, OnlyReadingIsAllowed) {
  EXPECT_THAT(sql(file_.path(), "DELETE FROM edge", Format::csv).error,
              HasSubstr("only statements that read"));
  EXPECT_THAT(sql(file_.path(), "SELECT 1; DROP TABLE edge", Format::csv).error, HasSubstr("one statement"));
  EXPECT_THAT(sql(file_.path(), "SELECT nowhere FROM edge", Format::csv).error, HasSubstr("no such column"));
  EXPECT_THAT(csv("SELECT count(*) > 0 FROM edge"), HasSubstr("1"));
}

TEST_F(Written, AMisspeltQueryIsCorrected) {
  EXPECT_THAT(query(file_.path(), "contxts", Format::csv).error, HasSubstr("did you mean 'contexts'?"));
}

TEST(Database, AMissingFileIsAnError) {
  EXPECT_THAT(query("/nonexistent/banyan.db", "contexts", Format::csv).error,
              HasSubstr("cannot open /nonexistent/banyan.db"));
  ShopReport shop;
  EXPECT_THAT(write_database("/nonexistent/banyan.db", shop.input()).error, HasSubstr("cannot write"));
}

}  // namespace
}  // namespace banyan::report
