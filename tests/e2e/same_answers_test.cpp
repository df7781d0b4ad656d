// Two equal shops get the same requests: one directly, one through the router with the analyzer's draft in front.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <algorithm>
#include <optional>

#include "tests/demo/world.hpp"
#include "tests/e2e/shop_requests.hpp"
#include "tests/support/sample_map.hpp"

namespace banyan::e2e {
namespace {

class SameAnswers : public testing::Test {
 protected:
  // The World is the shop behind the router; `direct_` is the shop asked directly.
  demo::World world_{BANYAN_BINARY_DIR "/bin", BANYAN_BINARY_DIR "/e2e/same_answers"};
  std::optional<support::Process> direct_;

  void SetUp() override {
    world_.start_shop();
    world_.import_inventory();
    world_.start_inventory();
    static const auto analysis = support::sample_map().out;
    world_.write_draft(analysis);
    world_.start_router();
    direct_.emplace(std::vector<std::string>{world_.program("banyan-shop"), "--db", world_.file("direct.db"), "--port",
                                             "0", "--seed"},
                    world_.file("direct.log"));
  }

  std::string direct_address() { return direct_->wait_for_line("listening on "); }
};

std::string shown(const ShopRequest& request) {
  return "shop_requests.txt:" + std::to_string(request.line) + ": " + request.method + " " + request.target;
}

void expect_equal(const ShopRequest& request, const support::HttpResponse& direct, const support::HttpResponse& routed) {
  EXPECT_EQ(direct.status, routed.status) << shown(request);
  if (request.status_only) return;
  EXPECT_EQ(direct.body, routed.body) << shown(request);
  EXPECT_EQ(direct.header("Content-Type"), routed.header("Content-Type")) << shown(request);
  EXPECT_EQ(direct.header("Allow"), routed.header("Allow")) << shown(request);
}

TEST_F(SameAnswers, EveryEndpointAnswersAsBeforeWithTheDraftInFront) {
  support::HttpClient direct(direct_address());
  support::HttpClient routed(world_.router_address());
  for (const auto& request : shop_requests()) expect_equal(request, play(direct, request), play(routed, request));
}

TEST_F(SameAnswers, EveryRouteOfTheShopIsAmongTheRequests) {
  support::HttpClient direct(direct_address());
  const auto routes = boost::json::parse(direct.get("/api/admin/routes").body).at("routes").as_array();
  const auto requests = shop_requests();
  EXPECT_GE(routes.size(), 70U);
  for (const auto& entry : routes) {
    const std::string route(entry.as_string());
    const std::string method = route.substr(0, route.find(' '));
    const std::string path = route.substr(route.find(' ') + 1);
    const bool covered = std::any_of(requests.begin(), requests.end(), [&](const ShopRequest& request) {
      return request.method == method && covers(path, request.target);
    });
    EXPECT_TRUE(covered) << route;
  }
}

// The reads of inventory come from its own service and still have the same bytes.
TEST_F(SameAnswers, InventoryReadsAnswerAsBeforeWhenLive) {
  world_.router({"promote", "inventory-read", "--full", "--why", "test"});
  support::HttpClient direct(direct_address());
  support::HttpClient routed(world_.router_address());
  for (const auto& request : shop_requests()) {
    if (request.inventory) expect_equal(request, play(direct, request), play(routed, request));
  }
}

}  // namespace
}  // namespace banyan::e2e
