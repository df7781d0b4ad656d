// Who may do what over the admin API, and what the journal says about it.
#include "router/admin/api.hpp"
#include "tests/router/admin/fixture.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <atomic>
#include <mutex>
#include <thread>

namespace banyan::admin {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

const std::string operate = "operate-0123456789", view = "view-0123456789abc", nameless = "nameless-0123456789";

std::string why_refused(std::string_view text) {
  try {
    parse_tokens(text, "tokens");
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST(Tokens, AFileNamesWhoMayDoWhat) {
  const auto all = parse_tokens("# team\nada operate " + operate + "\n\nwall view " + view + "  # a screen\n", "t");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].name, "ada");
  EXPECT_EQ(all[1].role, Role::view);
  EXPECT_EQ(all[1].secret, view);
  EXPECT_EQ(parse_tokens(nameless + "\n", "t").at(0).name, "");
}

TEST(Tokens, AnythingElseIsSaidWithItsLine) {
  const struct {
    std::string text, part;
  } rows[] = {{"ada operate\n", "tokens:1: expected SECRET"},
              {"short\n", "tokens:1: a secret has 16"},
              {"\nada admin " + operate, "tokens:2: the role 'admin'"},
              {"a/b view " + view, "tokens:1: a name has letters"},
              {"ada view " + view + "\nada operate " + operate, "tokens:2: the name 'ada' comes twice"},
              {"ada view " + view + "\nbob operate " + view, "tokens:2: this secret comes twice"}};
  for (const auto& row : rows) EXPECT_THAT(why_refused(row.text), HasSubstr(row.part)) << row.text;
}

TEST(Tokens, TheNamelessTokenIsMadeOnceAndKeptForItsOwner) {
  const Shop shop;
  const auto made = load_or_make_tokens(shop.state(), "");
  EXPECT_TRUE(made.fresh);
  EXPECT_EQ(find_token(shop.state(), ""), made.credentials.at(0).secret);
  EXPECT_FALSE(load_or_make_tokens(shop.state(), "").fresh);
  namespace fs = std::filesystem;
  EXPECT_EQ(fs::status(made.file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_THROW(load_or_make_tokens(shop.state(), shop.state() + ".nowhere"), std::runtime_error);
}

struct Door : testing::Test {
  Shop shop;
  std::unique_ptr<Control> control = shop.open();
  Api with_roles{*control, {}, {{"ada", Role::operate, operate}, {"wall", Role::view, view}}};
  Api with_one{*control, {}, {{"", Role::operate, nameless}}};

  static ApiRequest request(const std::string& method, const std::string& target, const std::string& secret = "") {
    return {method, target, secret.empty() ? "" : "Bearer " + secret, "", "127.0.0.1", "127.0.0.1:9901"};
  }
  static ApiRequest hold(const std::string& secret = "") {
    return request("POST", "/api/v1/cutovers/orders/hold", secret);
  }
  json::value newest(const Api& api, const std::string& secret) {
    const auto answer = api.handle(request("GET", "/api/v1/audit", secret));
    return json::parse(answer.body).at("list").as_array().back();
  }
};

TEST_F(Door, NothingChangesWithoutATokenThatMay) {
  const std::vector<std::string> changes = {"cutovers/orders/promote", "cutovers/orders/rollback", "cutovers/orders/hold",
                                            "cutovers/orders/resume",  "cutovers/orders/set-weight",
                                            "cutovers/orders/approve", "rollback-all", "reload",
                                            "upstreams/orders/endpoints"};
  for (const auto& change : changes) {
    const std::string target = "/api/v1/" + change;
    EXPECT_EQ(with_roles.handle(request("POST", target)).status, 401) << change;
    EXPECT_EQ(with_roles.handle(request("POST", target, "nobody-0123456789")).status, 401) << change;
    EXPECT_EQ(with_roles.handle(request("POST", target, operate.substr(0, 17))).status, 401) << change;
    EXPECT_EQ(with_roles.handle(request("POST", target, view)).status, 403) << change;
    auto basic = request("POST", target);
    basic.authorization = "Basic " + operate;
    EXPECT_EQ(with_roles.handle(basic).status, 401) << change;
  }
  EXPECT_EQ(stage(*control, "orders"), "legacy");
  EXPECT_EQ(json::parse(with_roles.handle(request("GET", "/api/v1/audit", view)).body).at("records").to_number<int>(), 0);
}

TEST_F(Door, RefusalsAreProblemsThatSayWhatIsMissing) {
  const auto none = with_roles.handle(hold());
  EXPECT_EQ(none.content_type, "application/problem+json");
  EXPECT_THAT(none.body, HasSubstr("a change needs the header Authorization"));
  EXPECT_THAT(with_roles.handle(hold("nobody-0123456789")).body, HasSubstr("nobody holds this token"));
  EXPECT_THAT(with_roles.handle(hold(view)).body, HasSubstr("the token 'wall' may look, not change anything"));
}

TEST_F(Door, ReadingNeedsATokenAsSoonAsSomebodyHoldsOneForReading) {
  for (const auto& operation : Api::operations()) {
    if (operation.method != "GET" || operation.path.find("/api/") != 0) continue;
    std::string target(operation.path);
    if (const auto name = target.find("{name}"); name != std::string::npos) target.replace(name, 6, "orders");
    EXPECT_EQ(with_roles.handle(request("GET", target)).status, 401) << target;
    EXPECT_NE(with_roles.handle(request("GET", target, view)).status, 401) << target;
    EXPECT_NE(with_one.handle(request("GET", target)).status, 401) << target;
  }
  for (const char* target : {"/livez", "/readyz", "/metrics"})
    EXPECT_EQ(with_roles.handle(request("GET", target)).status, 200) << target;
}

TEST_F(Door, AHostNameThatIsNotOursReadsWithATokenOnly) {
  const struct {
    const char* host;
    int status;
  } rows[] = {{"127.0.0.1:9901", 200}, {"[::1]:9901", 200}, {"localhost", 200}, {"", 200},
              {"rebound.example:9901", 401}, {"127.0.0.1.rebound.example", 401}};
  for (const auto& row : rows) {
    auto asked = request("GET", "/api/v1/status");
    asked.host = row.host;
    EXPECT_EQ(with_one.handle(asked).status, row.status) << row.host;
    asked.authorization = "Bearer " + nameless;
    EXPECT_EQ(with_one.handle(asked).status, 200) << row.host;
  }
}

TEST_F(Door, APageOfAnotherSiteIsTurnedAwayEvenWithAToken) {
  const struct {
    const char *origin, *host, *forwarded, *site;
    int status;
  } rows[] = {{"", "127.0.0.1:9901", "", "", 200},
              {"http://127.0.0.1:9901", "127.0.0.1:9901", "", "", 200},
              {"http://127.0.0.1:9901", "127.0.0.1:9901", "", "same-origin", 200},
              {"https://ops.example", "127.0.0.1:9901", "ops.example", "", 200},
              {"https://ops.example", "127.0.0.1:9901", "", "same-origin", 200},
              {"http://127.0.0.1:8080", "127.0.0.1:9901", "", "", 403},
              {"https://elsewhere.example", "127.0.0.1:9901", "", "", 403},
              {"null", "127.0.0.1:9901", "", "", 403},
              {"http://127.0.0.1:9901", "127.0.0.1:9901", "", "cross-site", 403},
              {"", "127.0.0.1:9901", "", "same-site", 403}};
  for (const auto& row : rows) {
    auto asked = request("POST", "/api/v1/rollback-all", nameless);
    asked.origin = row.origin, asked.host = row.host, asked.forwarded_host = row.forwarded, asked.fetch_site = row.site;
    EXPECT_EQ(with_one.handle(asked).status, row.status) << row.origin << " " << row.site;
  }
}

TEST_F(Door, TheJournalNamesTheTokenAndTheWay) {
  auto asked = hold(operate);
  asked.body = R"({"who": "somebody else", "why": "look first"})";
  asked.via = "page";
  ASSERT_EQ(with_roles.handle(asked).status, 200);
  auto record = newest(with_roles, view);
  EXPECT_EQ(record.at("who").as_string(), "ada@127.0.0.1");
  EXPECT_EQ(record.at("via").as_string(), "page");
  EXPECT_EQ(record.at("why").as_string(), "look first");
  asked = request("POST", "/api/v1/cutovers/orders/rollback", nameless);
  asked.body = R"({"who": "eve"})";
  asked.via = "\"},{\"";
  ASSERT_EQ(with_one.handle(asked).status, 200);
  record = newest(with_one, "");
  EXPECT_EQ(record.at("who").as_string(), "eve@127.0.0.1");
  EXPECT_EQ(record.at("via").as_string(), "api");
}

// Gates are asked before a promotion. One that never answers keeps nobody from going back.
TEST_F(Door, ARollbackWaitsForNoGate) {
  ASSERT_TRUE(control->command("orders", command(cutover::Verb::promote), ada));
  std::mutex never;
  std::atomic<bool> asked{false};
  control->set_gatekeeper(
      [&](const std::string&) {
        asked = true;
        const std::lock_guard wait(never);
        return Control::Opinion{};
      },
      [](const std::string&, const cutover::State&) {});
  never.lock();
  int late = 0;
  std::thread stuck([&] { late = with_one.handle(request("POST", "/api/v1/cutovers/orders/promote", nameless)).status; });
  while (!asked) std::this_thread::yield();
  EXPECT_EQ(with_one.handle(request("POST", "/api/v1/cutovers/orders/rollback", nameless)).status, 200);
  EXPECT_EQ(stage(*control, "orders"), "rolled_back");
  never.unlock();
  stuck.join();
  EXPECT_EQ(late, 409);  // and what was asked for before it does not come after it
  EXPECT_EQ(stage(*control, "orders"), "rolled_back");
}

TEST_F(Door, WhoeverIsStruckFromTheFileIsOut) {
  with_roles.set_credentials({{"bob", Role::operate, "another-0123456789"}});
  EXPECT_EQ(with_roles.handle(hold(operate)).status, 401);
  EXPECT_EQ(with_roles.handle(hold("another-0123456789")).status, 200);
}

}  // namespace
}  // namespace banyan::admin
