// The page of a running router in Chromium: watched, promoted, ignored and rolled back there; under a path of a proxy, by a
// token that only looks, by keyboard, dark, narrow and on paper. Screenshots go to build/*/browser/ for a person to look at.
#include "tests/browser/dashboard.hpp"
#include "tests/browser/subpath_proxy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::browser {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

TEST_F(DashboardPage, PromotesWithAPreviewIgnoresADifferenceAndRollsBack) {
  Site site("ada operate " + operate + "\n");
  open(site.url());
  EXPECT_TRUE(becomes("document.getElementById('age').textContent === 'live'"));
  EXPECT_TRUE(becomes(state_of("orders-read") + " === 'legacy'"));
  picture("fresh");

  press(button_of("orders-read", "promote"));
  picture("token");
  give_token(operate);
  ASSERT_TRUE(becomes(is_open("confirm")));
  EXPECT_THAT(text("document.getElementById('confirm-body').textContent"), HasSubstr("legacy → shadow 100 %"));
  picture("promote");
  confirm();
  ASSERT_TRUE(becomes(state_of("orders-read") + ".startsWith('shadow 100 %')")) << text("document.body.innerText");
  EXPECT_EQ(text("Object.values(sessionStorage)[0]"), operate);

  site.ask(60);
  ASSERT_TRUE(becomes("/[1-9][0-9]* differences/.test(document.querySelector('" + card("orders-read") + " summary').textContent)"));
  press(card("orders-read") + " summary");
  const std::string ignore = card("orders-read") + " [data-path=\"$.price\"]";
  ASSERT_TRUE(becomes("document.querySelector('" + ignore + "')")) << text("document.body.innerText");
  EXPECT_THAT(text("document.querySelector('" + card("orders-read") + " .gate').textContent"), HasSubstr("parity"));
  picture("differences");
  press(button_of("orders-read", "promote"));
  ASSERT_TRUE(becomes(is_open("confirm")));
  EXPECT_THAT(text("document.getElementById('confirm-body').textContent"), ContainsRegex("What blocks it.*parity"));
  EXPECT_THAT(text("document.getElementById('confirm-body').textContent"), ContainsRegex("Adds 25 %"));
  picture("blocked");
  browser().key("Escape");
  ASSERT_TRUE(becomes("!" + is_open("confirm")));

  press(ignore);
  ASSERT_TRUE(becomes(is_open("confirm")));
  EXPECT_THAT(text("document.getElementById('confirm-body').textContent"), HasSubstr("ignore: [ \"$.price\" ]"));
  EXPECT_THAT(support::read_file(site.config()), ::testing::Not(HasSubstr("$.price"))) << "only proposed";
  picture("ignore");
  confirm();
  ASSERT_TRUE(becomes("document.getElementById('message').textContent.startsWith('Written to')")) << text("document.body.innerText");
  EXPECT_THAT(support::read_file(site.config()), HasSubstr("ignore: [ \"$.price\" ]"));
  EXPECT_THAT(support::read_file(site.config()), HasSubstr("# a comment that stays"));

  site.ask(60);  // what is left is a header
  const std::string ignore_header = card("orders-read") + " [data-path=\"header:x-served-by\"]";
  ASSERT_TRUE(becomes("document.querySelector('" + ignore_header + "') && !document.querySelector('" + ignore + "')")) << text("document.body.innerText");
  press(ignore_header);
  confirm("it names the server");
  ASSERT_TRUE(becomes("document.getElementById('message').textContent.includes('x-served-by')")) << text("document.body.innerText");
  EXPECT_THAT(support::read_file(site.config()), HasSubstr("headers: { ignore: [ \"x-served-by\" ] }"));

  press(button_of("orders-read", "rollback"));  // one click
  ASSERT_TRUE(becomes(state_of("orders-read") + ".startsWith('rolled_back')"));
  EXPECT_TRUE(becomes("document.getElementById('message').textContent.includes('To reverse: banyan-router promote orders-read')"));
  EXPECT_THAT(text("document.querySelector('" + card("orders-read") + " .gate').textContent"), HasSubstr("rolled back by ada@127.0.0.1"));
  ASSERT_TRUE(becomes("document.querySelectorAll('#audit tr').length === 4")) << text("document.getElementById('audit').innerText");
  EXPECT_THAT(text("document.querySelector('#audit tr').innerText"), ContainsRegex("orders-read.*rolled_back.*ada@127.0.0.1.*page"));
  EXPECT_THAT(text("document.getElementById('audit').innerText"), HasSubstr("ignores $.price"));
  EXPECT_THAT(text("document.getElementById('audit').innerText"), ContainsRegex("ignores header:x-served-by.*it names the server"));
  EXPECT_TRUE(becomes("document.getElementById('chain').textContent === '4 records, the chain is whole.'"));
}

TEST_F(DashboardPage, ShowsBothSidesAndWhatTheCommandLineDid) {
  Site site("ada operate " + operate + "\n");
  open(site.url());
  ASSERT_EQ(site.cli({"promote", "orders-read", "--force", "--why", "a test"}).exit_code, 0);
  ASSERT_EQ(site.cli({"promote", "orders-read", "--force", "--why", "a test"}).exit_code, 0);
  ASSERT_TRUE(becomes(state_of("orders-read") + ".startsWith('canary 25 %')")) << text("document.body.innerText");
  site.ask(200);
  const std::string sides = "[...document.querySelectorAll('" + card("orders-read") + " tbody .num:nth-child(6)')]";
  ASSERT_TRUE(becomes(sides + ".every(cell => / (m|µ)s$/.test(cell.textContent))")) << text("document.body.innerText");
  EXPECT_THAT(text("document.querySelector('" + card("orders-read") + " .splitwords').textContent"), HasSubstr("25 % of callers"));
  EXPECT_EQ(text("document.querySelector('" + card("orders-read") + " [aria-current=step]').textContent"), "canary 25 %");
  EXPECT_TRUE(becomes("document.querySelector('#progress svg')"));
  EXPECT_THAT(text("document.getElementById('audit').innerText"), ContainsRegex("canary 25 %.*cli"));
  picture("light");
  browser().media("screen", "dark");
  EXPECT_EQ(text("getComputedStyle(document.body).backgroundColor"), "rgb(18, 22, 29)");
  picture("dark");
  browser().media("screen", "light");
  for (const int width : {320, 390, 768}) {
    browser().window(width, 900);
    EXPECT_LE(number("document.scrollingElement.scrollWidth"), width);
    const std::string sides_box = "document.querySelector('" + card("orders-read") + " .body > div')";
    EXPECT_LE(number(sides_box + ".scrollWidth"), number(sides_box + ".clientWidth")) << width;
    if (width == 390) picture("narrow");
  }
  browser().window(1280, 1000);
  browser().media("print", "dark");
  EXPECT_EQ(text("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)");
  EXPECT_EQ(text("getComputedStyle(document.querySelector('" + button_of("orders-read", "rollback") + "')).display"), "none");
  EXPECT_GT(browser().call("Page.printToPDF", {{"printBackground", true}}).at("data").as_string().size(), 10000u);
}

TEST_F(DashboardPage, WorksUnderAPathOfAProxyAndByKeyboard) {
  Site site("ada operate " + operate + "\n");
  const SubpathProxy proxy("/ops/banyan", site.port());
  open(proxy.url());
  EXPECT_TRUE(becomes("document.getElementById('age').textContent === 'live'"));
  press("#token");
  give_token(operate);
  ASSERT_TRUE(becomes("document.getElementById('token').textContent === 'ada · operate'"));
  browser().evaluate("document.activeElement.blur()");
  browser().key("j");
  EXPECT_EQ(text("document.activeElement.id"), "cutover-orders-read");
  browser().key("j");
  EXPECT_EQ(text("document.activeElement.id"), "cutover-stock-read");
  browser().key("p");
  ASSERT_TRUE(becomes(is_open("confirm")));
  EXPECT_EQ(text("document.getElementById('confirm-title').textContent"), "Promote stock-read");
  browser().key("Enter");
  ASSERT_TRUE(becomes(state_of("stock-read") + ".startsWith('shadow')")) << text("document.body.innerText");
  browser().evaluate("document.getElementById('cutover-stock-read').focus()");
  browser().key("w");
  ASSERT_TRUE(becomes(is_open("confirm") + " && document.activeElement.name === 'percent'"));
  write("#confirm-fields input", "12.345");
  ASSERT_TRUE(becomes("document.querySelector('#confirm-body .worse')")) << "finer than a weight can be";
  EXPECT_TRUE(becomes("document.getElementById('confirm-ok').disabled"));
  write("#confirm-fields input", "12.5");
  ASSERT_TRUE(becomes("document.getElementById('confirm-body').textContent.includes('Adds 12.5 %')"));
  picture("weight");
  browser().key("Escape");
  ASSERT_TRUE(becomes("!" + is_open("confirm")));
  browser().evaluate("document.getElementById('cutover-stock-read').focus()");
  browser().key("f");
  ASSERT_TRUE(becomes(is_open("confirm")));
  press("#confirm-ok");
  EXPECT_TRUE(becomes(is_open("confirm"))) << "a freeze needs a reason";
  picture("freeze");
  browser().key("Escape");
  ASSERT_TRUE(becomes("!" + is_open("confirm")));
  browser().evaluate("document.getElementById('cutover-stock-read').focus()");
  browser().key("h");
  ASSERT_TRUE(becomes(is_open("confirm")));
  EXPECT_EQ(text("document.getElementById('confirm-title').textContent"), "Hold stock-read");
  browser().key("Enter");
  ASSERT_TRUE(becomes(state_of("stock-read") + ".startsWith('held')"));
  browser().key("R");
  ASSERT_TRUE(becomes(state_of("stock-read") + ".startsWith('rolled_back')"));
  const auto theme = text("document.documentElement.dataset.theme");
  browser().key("t");
  EXPECT_NE(text("document.documentElement.dataset.theme"), theme);
}

TEST_F(DashboardPage, ATokenThatLooksSeesEverythingAndCanDoNothing) {
  silent_ = false;  // Chromium notes the 401 that comes before the token
  Site site("ada operate " + operate + "\nwall view " + view + "\n");
  ASSERT_EQ(site.cli({"promote", "orders-read"}).exit_code, 0);
  url_ = site.url();
  browser().window(1280, 1000);
  browser().media("screen", "light");
  browser().open(url_);
  ASSERT_TRUE(becomes(is_open("ask-token")));
  EXPECT_EQ(number("document.querySelectorAll('.card').length"), 0);
  give_token(view);
  ASSERT_TRUE(becomes("document.querySelectorAll('.card').length === 2"));
  ASSERT_TRUE(becomes("document.getElementById('token').textContent === 'wall · view'"));
  EXPECT_TRUE(becomes("[...document.querySelectorAll('.act')].every(button => button.disabled)"));
  picture("view");
  const auto status = browser().evaluate("fetch('api/v1/cutovers/orders-read/rollback', {method: 'POST', headers: {Authorization: 'Bearer " +
                                         view + "'}}).then(answer => answer.status)");
  EXPECT_EQ(status.to_number<int>(), 403);
}

TEST_F(DashboardPage, TurnsRedWhenTheRouterFallsSilentAndComesBack) {
  silent_ = false;  // Chromium notes failed connections
  Site site("ada operate " + operate + "\n");
  open(site.url());
  ASSERT_TRUE(becomes("document.getElementById('age').textContent === 'live'"));
  site.router().send(SIGSTOP);
  ASSERT_TRUE(becomes("document.getElementById('age').classList.contains('stale')"));
  EXPECT_THAT(text("document.getElementById('age').textContent"), ::testing::StartsWith("stale: "));
  picture("stale");
  site.router().send(SIGCONT);
  EXPECT_TRUE(becomes("document.getElementById('age').textContent === 'live'"));
}

// Roles, names and states as a screen reader gets them.
TEST_F(DashboardPage, EverythingThatCanBeUsedHasAName) {
  Site site("ada operate " + operate + "\n");
  open(site.url());
  const auto tree = browser().call("Accessibility.getFullAXTree");
  int used = 0;
  for (const auto& node : tree.at("nodes").as_array()) {
    const auto* role = node.as_object().if_contains("role");
    if (!role || node.at("ignored").as_bool()) continue;
    const std::string word(role->at("value").as_string());
    if (word != "button" && word != "textbox" && word != "dialog" && word != "article" && word != "region" && word != "DisclosureTriangle") continue;
    ++used;
    EXPECT_FALSE(node.at("name").at("value").as_string().empty()) << json::serialize(node);
  }
  EXPECT_GE(used, 8);
}

}  // namespace
}  // namespace banyan::browser
