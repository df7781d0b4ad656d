// Endpoints that announce themselves: what is heard, what is refused and where it says so.
#include "router/admin/api.hpp"
#include "tests/router/admin/fixture.hpp"

#include <gmock/gmock.h>

#include <optional>

namespace banyan::admin {
namespace {

using ::testing::HasSubstr;

class Registry : public testing::Test {
 protected:
  static constexpr const char* token = "operate-0123456789";

  Registry() {
    std::string yaml = shop_yaml;
    const std::string plain = "orders: { endpoints: [ \"b:1\" ] }";
    yaml.replace(yaml.find(plain), plain.size(), "orders: { registry: true, endpoints: [ \"b:1\" ] }");
    shop_.write(yaml);
    control_ = shop_.open();
    Sources sources;
    sources.announce = [this](const Announcement& a) {
      const bool fresh = !heard_ || !(heard_->address == a.address);
      heard_ = a;
      return fresh;
    };
    sources.withdraw = [this](const Announcement& a) {
      const bool was = heard_ && heard_->address == a.address;
      if (was) heard_.reset();
      return was;
    };
    api_ = std::make_unique<Api>(*control_, std::move(sources),
                                 std::vector<Credential>{{"svc", Role::operate, token}, {"wall", Role::view, "view-0123456789abc"}});
  }
  ApiResponse ask(const std::string& method, const std::string& body, const std::string& upstream = "orders", const std::string& with = token) const {
    return api_->handle({method, "/api/v1/upstreams/" + upstream + "/endpoints", "Bearer " + with, body, "127.0.0.1"});
  }

  Shop shop_;
  std::unique_ptr<Control> control_;
  std::optional<Announcement> heard_;
  std::unique_ptr<Api> api_;
};

TEST_F(Registry, IsToldWhoAnnouncesWhatForHowLong) {
  const auto first = ask("POST", R"({"address": "10.0.0.7:8080", "ttl": "1500ms"})");
  EXPECT_EQ(first.status, 201);
  EXPECT_THAT(first.body, HasSubstr("\"new\":true"));
  EXPECT_THAT(first.body, HasSubstr("\"ttl_ms\":1500"));
  ASSERT_TRUE(heard_);
  EXPECT_EQ(heard_->upstream, "orders");
  EXPECT_EQ(to_string(heard_->address), "10.0.0.7:8080");
  EXPECT_EQ(heard_->ttl.count(), 1500);
  EXPECT_EQ(ask("POST", R"({"address": "10.0.0.7:8080", "ttl": "2s"})").status, 200);
  EXPECT_EQ(heard_->ttl.count(), 2000);
  EXPECT_EQ(ask("POST", R"({"address": "[::1]:9", "ttl": "1h"})").status, 201);
}

TEST_F(Registry, LetsGoOfWhatWithdraws) {
  ASSERT_EQ(ask("POST", R"({"address": "10.0.0.7:8080", "ttl": "1s"})").status, 201);
  EXPECT_THAT(ask("DELETE", R"({"address": "10.0.0.8:8080"})").body, HasSubstr("\"withdrawn\":false"));
  EXPECT_TRUE(heard_);
  EXPECT_THAT(ask("DELETE", R"({"address": "10.0.0.7:8080"})").body, HasSubstr("\"withdrawn\":true"));
  EXPECT_FALSE(heard_);
}

TEST_F(Registry, RefusesWithThePlaceAndHearsNothing) {
  struct {
    const char *body, *upstream;
    int status;
    const char* says;
  } const rows[] = {
      {R"({"address": "10.0.0.7:8080", "ttl": "1s"})", "none", 404, "'none'"},
      {R"({"address": "10.0.0.7:8080", "ttl": "1s"})", "monolith", 409, "registry: true"},
      {"", "orders", 400, "JSON object"},
      {"[]", "orders", 400, "JSON object"},
      {R"({"address": "10.0.0.7:8080", "ttl": "1s")", "orders", 400, "JSON object"},
      {R"({"ttl": "1s"})", "orders", 400, "/address"},
      {R"({"address": 7, "ttl": "1s"})", "orders", 400, "/address"},
      {R"({"address": "10.0.0.7", "ttl": "1s"})", "orders", 400, "/address"},
      {R"({"address": "10.0.0.7:0", "ttl": "1s"})", "orders", 400, "/address"},
      {R"({"address": "10.0.0.7:65536", "ttl": "1s"})", "orders", 400, "/address"},
      {R"({"address": "10.0.0.256:80", "ttl": "1s"})", "orders", 400, "/address"},
      {R"({"address": "a.name:8080", "ttl": "1s"})", "orders", 400, "/address"},
      {R"({"address": "10.0.0.7:8080"})", "orders", 400, "/ttl"},
      {R"({"address": "10.0.0.7:8080", "ttl": 10})", "orders", 400, "/ttl"},
      {R"({"address": "10.0.0.7:8080", "ttl": "99ms"})", "orders", 400, "/ttl"},
      {R"({"address": "10.0.0.7:8080", "ttl": "61m"})", "orders", 400, "/ttl"},
      {R"({"address": "10.0.0.7:8080", "ttl": "-1s"})", "orders", 400, "/ttl"},
      {R"({"address": "10.0.0.7:8080", "ttl": "soon"})", "orders", 400, "/ttl"},
  };
  for (const auto& row : rows) {
    const auto answer = ask("POST", row.body, row.upstream);
    EXPECT_EQ(answer.status, row.status) << row.body;
    EXPECT_THAT(answer.body, HasSubstr(row.says)) << row.body;
    EXPECT_FALSE(heard_) << row.body;
  }
}

TEST_F(Registry, NeedsATokenThatMayOperate) {
  const std::string good = R"({"address": "10.0.0.7:8080", "ttl": "1s"})";
  EXPECT_EQ(ask("POST", good, "orders", "wrong").status, 401);
  EXPECT_EQ(ask("POST", good, "orders", "view-0123456789abc").status, 403);
  EXPECT_EQ(ask("DELETE", good, "orders", "view-0123456789abc").status, 403);
  EXPECT_FALSE(heard_);
}

// Who runs with a registry declared, but nothing behind it, is told so and not thanked.
TEST_F(Registry, WithoutADirectoryNothingIsTaken) {
  const Api bare(*control_, {}, {{"svc", Role::operate, token}});
  EXPECT_EQ(bare.handle({"POST", "/api/v1/upstreams/orders/endpoints", std::string("Bearer ") + token,
                         R"({"address": "10.0.0.7:8080", "ttl": "1s"})", "127.0.0.1"})
                .status,
            409);
}

}  // namespace
}  // namespace banyan::admin
