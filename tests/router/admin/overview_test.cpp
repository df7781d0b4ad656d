// The view of the page from states and numbers.
#include "router/admin/overview.hpp"
#include "tests/router/admin/fixture.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace banyan::admin {
namespace {

namespace json = boost::json;

struct Overview : testing::Test {
  Shop shop;  // orders: shadow 20 %, canary 25 %, live; stock: a plan of its own
  std::unique_ptr<Control> control = shop.open();

  void promote(int times) {
    for (int i = 0; i < times; ++i) ASSERT_TRUE(control->command("orders", command(cutover::Verb::promote), ada));
  }
  static Recent recent(std::uint64_t fresh, std::uint64_t legacy, std::uint64_t elsewhere) {
    Recent out;
    out.seconds = 40;
    out.numbers["orders"].fresh.requests = fresh;
    out.numbers["orders"].legacy.requests = legacy;
    out.numbers["none"].legacy.requests = elsewhere;
    return out;
  }
  std::vector<std::string> places() {
    std::vector<std::string> out;
    const auto overview = overview_json(*control, {}, {});
    for (const auto& step : overview.at("cutovers").at(0).at("track").as_array()) out.emplace_back(step.at("place").as_string());
    return out;
  }
};

TEST_F(Overview, TheTrackSaysWhatIsBehindAndWhatComesNext) {
  using ::testing::ElementsAre;
  EXPECT_THAT(places(), ElementsAre("now", "next", "later", "later"));
  promote(1);
  EXPECT_THAT(places(), ElementsAre("past", "now", "next", "later"));
  promote(1);
  EXPECT_THAT(places(), ElementsAre("past", "past", "now", "next"));
  ASSERT_TRUE(control->command("orders", command(cutover::Verb::hold), ada));
  EXPECT_THAT(places(), ElementsAre("past", "past", "now", "next"));
  ASSERT_TRUE(control->command("orders", command(cutover::Verb::resume), ada));
  promote(1);
  EXPECT_THAT(places(), ElementsAre("past", "past", "past", "now"));
  ASSERT_TRUE(control->command("orders", command(cutover::Verb::rollback), ada));
  EXPECT_THAT(places(), ElementsAre("now", "next", "later", "later"));
}

TEST_F(Overview, TheSharesCountCallersByCutoverAndRequestsByNumber) {
  promote(2);
  const auto overview = overview_json(*control, {}, recent(25, 75, 100));
  EXPECT_EQ(overview.at("percent_of_callers").to_number<double>(), 12.5);  // of 25 and 0
  EXPECT_EQ(overview.at("percent_of_requests").to_number<double>(), 12.5);
  EXPECT_TRUE(overview_json(*control, {}, {}).at("percent_of_requests").is_null());
}

TEST_F(Overview, APreviewCountsWhatWouldMoveAndMovesNothing) {
  promote(1);
  auto preview = preview_json(*control, {}, recent(0, 200, 7), 0, command(cutover::Verb::promote));
  EXPECT_EQ(preview.at("callers_percent").to_number<double>(), 25);
  EXPECT_EQ(preview.at("requests_seen").to_number<int>(), 200);
  EXPECT_EQ(preview.at("requests_moved").to_number<int>(), 50);
  EXPECT_TRUE(preview.at("refused").is_null());
  EXPECT_EQ(stage(*control, "orders"), "shadow 20 %");
  preview = preview_json(*control, {}, recent(0, 200, 7), 0, command(cutover::Verb::resume));
  EXPECT_FALSE(preview.at("refused").is_null());
  EXPECT_EQ(preview.at("callers_percent").to_number<double>(), 0);
}

TEST_F(Overview, ProgressIsTheMeanAfterEachChangeThatMovedIt) {
  promote(2);
  ASSERT_TRUE(control->command("orders", command(cutover::Verb::hold), ada));  // moves nobody
  ASSERT_TRUE(control->command("orders", command(cutover::Verb::rollback), ada));
  const auto progress = progress_json(*control, 500);
  std::vector<double> percents;
  for (const auto& point : progress.at("points").as_array()) percents.push_back(point.at("percent").to_number<double>());
  EXPECT_EQ(percents, (std::vector<double>{0, 12.5, 0}));
  EXPECT_EQ(progress_json(*control, 2).at("points").as_array().size(), 2u);
}

}  // namespace
}  // namespace banyan::admin
