// The page with two hundred cutovers: found, filtered, paged, and still quick.
#include "tests/browser/dashboard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::browser {
namespace {

using ::testing::HasSubstr;

constexpr int many = 200;

std::string two_hundred() {
  std::string out;
  for (int i = 2; i < many; ++i) {  // two are there
    const std::string name = "route-" + std::to_string(1000 + i);
    out += "  - { name: " + name + ", match: { methods: [ GET ], path: \"/" + name + "/**\" }, to: orders }\n";
  }
  return out;
}

class ManyCutovers : public DashboardPage {
 protected:
  int shown() { return static_cast<int>(number("document.querySelectorAll('.card').length")); }
  std::string found() { return text("document.getElementById('found').textContent"); }
  void look_for(const std::string& word) { write("#find", word); }
  void only(const std::string& which) {
    browser().evaluate("(() => { const list = document.getElementById('which'); list.value = '" + which +
                       "'; list.dispatchEvent(new Event('change', {bubbles: true})); })()");
  }
};

TEST_F(ManyCutovers, AreFoundFilteredAndPaged) {
  Site site("ada operate " + operate + "\n", two_hundred());
  open(site.url());
  EXPECT_EQ(shown(), 20);
  EXPECT_EQ(found(), "200 cutovers");
  EXPECT_EQ(text("document.getElementById('place').textContent"), "page 1 of 10");
  EXPECT_TRUE(becomes("document.getElementById('figures').textContent.includes('0 of 200')"));
  picture("many");

  browser().key("n");
  EXPECT_EQ(text("document.getElementById('place').textContent"), "page 2 of 10");
  EXPECT_EQ(text("document.querySelector('.card h3').textContent"), "route-1020");
  browser().key("b");
  for (int i = 0; i < 21; ++i) browser().key("j");
  EXPECT_EQ(text("document.activeElement.id"), "cutover-route-1020") << "j goes on over the end of a page";
  browser().key("k");
  EXPECT_EQ(text("document.activeElement.id"), "cutover-route-1019");

  browser().key("/");
  EXPECT_EQ(text("document.activeElement.id"), "find");
  look_for("ROUTE-11");
  EXPECT_EQ(found(), "100 of 200 cutovers");
  look_for("route-1199");
  EXPECT_EQ(shown(), 1);
  EXPECT_TRUE(becomes("document.getElementById('pager').hidden"));
  look_for("nothing like this");
  EXPECT_TRUE(becomes("!document.getElementById('nothing').hidden"));
  look_for("");

  ASSERT_EQ(site.cli({"promote", "route-1150", "--why", "a test"}).exit_code, 0);
  only("moving");
  ASSERT_TRUE(becomes("document.getElementById('found').textContent === '1 of 200 cutovers'")) << found();
  EXPECT_EQ(text("document.querySelector('.card h3').textContent"), "route-1150");
  EXPECT_TRUE(becomes(state_of("route-1150") + ".startsWith('shadow')"));
  press(button_of("route-1150", "rollback"));
  give_token(operate);
  only("attention");
  ASSERT_TRUE(becomes("document.getElementById('found').textContent === '1 of 200 cutovers'")) << found();
  ASSERT_TRUE(becomes(state_of("route-1150") + ".startsWith('rolled_back')")) << "what was rolled back needs attention";
  only("all");
  EXPECT_EQ(found(), "200 cutovers");
}

// What costs time is what is in the document: a page of them, however many there are.
TEST_F(ManyCutovers, DrawNoMoreThanAPage) {
  Site site("ada operate " + operate + "\n", two_hundred());
  open(site.url());
  const double tall = number("document.body.scrollHeight");
  EXPECT_LT(tall, 30'000) << "only a page of them is drawn";
  EXPECT_LT(number("document.querySelectorAll('*').length"), 6'000);
  const auto answer = site.api("GET", "/api/v1/overview");
  EXPECT_EQ(json::parse(answer.body).at("state").at("cutovers").as_array().size(), static_cast<std::size_t>(many));
  std::printf("overview of %d cutovers: %zu bytes; elements on the page: %.0f\n", many, answer.body.size(), number("document.querySelectorAll('*').length"));
}

}  // namespace
}  // namespace banyan::browser
