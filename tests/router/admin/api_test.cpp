#include "router/admin/api.hpp"

#include "tests/router/admin/fixture.hpp"

#include <boost/json.hpp>

namespace banyan::admin {
namespace {

namespace json = boost::json;

struct Fixture : testing::Test {
  Shop shop;
  std::unique_ptr<Control> control = shop.open();
  std::string not_ready;
  Api api{*control,
          {[] { return std::string("x_total 1\n"); }, [this] { return not_ready; }, {}, {}, {}},
          {{"", Role::operate, "secret-token-0123456789"}}};

  ApiResponse get(const std::string& target) const {
    return api.handle({"GET", target, "", "", "127.0.0.1"});
  }
  ApiResponse post(const std::string& target, const std::string& body = "",
                   const std::string& token = "secret-token-0123456789") const {
    return api.handle({"POST", target, "Bearer " + token, body, "127.0.0.1"});
  }
};

TEST_F(Fixture, ReadsWithoutATokenAndChangesOnlyWithOne) {
  EXPECT_EQ(get("/livez").status, 200);
  EXPECT_EQ(get("/api/v1/status").status, 200);
  for (const char* token : {"", "wrong", "secret-token-012345678X", "secret-token-01234567890"})
    EXPECT_EQ(post("/api/v1/cutovers/orders/promote", "", token).status, 401) << token;
  EXPECT_EQ(post("/api/v1/rollback-all", "", "wrong").status, 401);
  EXPECT_EQ(post("/api/v1/reload", "", "wrong").status, 401);
  EXPECT_EQ(stage(*control, "orders"), "legacy");
  EXPECT_EQ(post("/api/v1/cutovers/orders/promote").status, 200);
  EXPECT_EQ(stage(*control, "orders"), "shadow 20 %");
}

TEST_F(Fixture, EveryVerbWorksAndLandsInTheJournalWithItsActor) {
  EXPECT_EQ(
      post("/api/v1/cutovers/orders/set-weight", R"({"percent": 12.5, "who": "ada", "why": "try"})").status,
      200);
  EXPECT_EQ(stage(*control, "orders"), "canary 12.5 %");
  EXPECT_EQ(post("/api/v1/cutovers/orders/hold").status, 200);
  EXPECT_EQ(post("/api/v1/cutovers/orders/resume").status, 200);
  EXPECT_EQ(post("/api/v1/cutovers/orders/promote", R"({"full": true})").status, 200);
  EXPECT_EQ(post("/api/v1/cutovers/orders/rollback", R"({"why": "errors"})").status, 200);
  EXPECT_EQ(post("/api/v1/rollback-all").status, 200);
  const json::value audit = json::parse(get("/api/v1/audit").body);
  EXPECT_TRUE(audit.at("ok").as_bool());
  const auto& list = audit.at("list").as_array();
  ASSERT_EQ(list.size(), 5u);
  EXPECT_EQ(list[0].at("who").as_string(), "ada@127.0.0.1");
  EXPECT_EQ(list[0].at("why").as_string(), "try");
  EXPECT_EQ(list[4].at("next").at("rolled_back").at("reason").as_string(), "errors");
}

TEST_F(Fixture, ErrorsAreProblemsWithTheRightStatus) {
  const auto missing = post("/api/v1/cutovers/order/promote");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.content_type, "application/problem+json");
  EXPECT_EQ(json::parse(missing.body).at("hint").as_string(), "did you mean 'orders'?");
  EXPECT_EQ(post("/api/v1/cutovers/orders/resume").status, 409);
  EXPECT_EQ(post("/api/v1/cutovers/orders/set-weight", R"({"percent": 101})").status, 400);
  EXPECT_EQ(post("/api/v1/cutovers/orders/promote", "[1]").status, 400);
  EXPECT_EQ(post("/api/v1/cutovers/orders/explode").status, 404);
  EXPECT_EQ(get("/nothing").status, 404);
  EXPECT_EQ(api.handle({"DELETE", "/api/v1/cutovers", "", "", ""}).status, 405);
}

TEST_F(Fixture, ReadinessAndMetricsTellTheTruth) {
  EXPECT_EQ(get("/readyz").status, 200);
  not_ready = "draining";
  EXPECT_EQ(get("/readyz").status, 503);
  EXPECT_NE(get("/metrics").body.find("banyan_router_config_last_reload_success 1"), std::string::npos);
  shop.write("version: 3\n");
  EXPECT_EQ(post("/api/v1/reload").status, 422);
  EXPECT_NE(get("/metrics").body.find("banyan_router_config_last_reload_success 0"), std::string::npos);
  const json::value status = json::parse(get("/api/v1/status").body);
  EXPECT_EQ(status.at("problems").as_array().size(), 2u);
}

TEST_F(Fixture, ExplainsOverTheApi) {
  const auto answer = get("/api/v1/explain?method=GET&url=%2Forders%2F42%3Fa%3Db&header=X-Id%3A+7");
  ASSERT_EQ(answer.status, 200);
  const json::value body = json::parse(answer.body);
  EXPECT_EQ(body.at("cutover").as_string(), "orders");
  EXPECT_EQ(body.at("upstream").as_string(), "monolith");
  EXPECT_EQ(get("/api/v1/explain").status, 400);
}

}  // namespace
}  // namespace banyan::admin
