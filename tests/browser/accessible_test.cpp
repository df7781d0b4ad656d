// The router's page for everybody: in both themes, wide and narrow, in every state that has colours of its own.
#include "tests/browser/accessible.hpp"
#include "tests/browser/dashboard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::browser {
namespace {

using ::testing::HasSubstr;

class Accessible : public DashboardPage {
 protected:
  void in_both_themes(const std::string& what) {
    for (const char* theme : {"light", "dark"}) {
      browser().media("screen", theme);
      // Colours that move would be judged on their way.
      browser().evaluate("new Promise(done => setTimeout(done, 50))");
      expect_accessible(browser(), what + ", " + theme);
      picture("a11y-" + what + "-" + theme);
    }
    browser().media("screen", "light");
  }
};

TEST_F(Accessible, InEveryState) {
  Site site("ada operate " + operate + "\n", "  - { name: pay-read, match: { methods: [ GET ], path: \"/pay/**\" }, to: orders,\n"
                                             "      plan: [ { stage: shadow, percent: 100 }, { stage: live, approve: [ team-pay ] } ] }\n");
  open(site.url());
  in_both_themes("fresh");
  press("#token");
  ASSERT_TRUE(becomes(is_open("ask-token")));
  in_both_themes("token");
  give_token(operate);
  ASSERT_TRUE(becomes("document.getElementById('token').textContent === 'ada · operate'"));

  ASSERT_EQ(site.cli({"promote", "orders-read", "--why", "a test"}).exit_code, 0);
  ASSERT_EQ(site.cli({"promote", "pay-read", "--why", "a test"}).exit_code, 0);
  ASSERT_TRUE(becomes(state_of("orders-read") + ".startsWith('shadow')"));
  site.ask(60);
  ASSERT_TRUE(becomes("/[1-9][0-9]* differences/.test(document.querySelector('" + card("orders-read") + " summary').textContent)"));
  press(card("orders-read") + " summary");
  ASSERT_TRUE(becomes("document.querySelector('" + card("orders-read") + " .group')"));
  browser().evaluate("document.querySelectorAll('details').forEach(d => d.open = true)");
  in_both_themes("differences");
  browser().window(390, 900);
  in_both_themes("narrow");
  browser().window(1280, 1000);

  press(button_of("orders-read", "promote"));
  ASSERT_TRUE(becomes(is_open("confirm")));
  in_both_themes("blocked");
  press("#confirm button[value=cancel]");
  ASSERT_TRUE(becomes("!" + is_open("confirm")));

  ASSERT_EQ(site.cli({"freeze", "--all", "--why", "holidays"}).exit_code, 0);
  ASSERT_EQ(site.cli({"freeze", "pay-read", "--why", "an audit"}).exit_code, 0);
  ASSERT_EQ(site.cli({"rollback", "orders-read", "--why", "wrong totals"}).exit_code, 0);
  ASSERT_TRUE(becomes(state_of("orders-read") + ".startsWith('rolled_back')"));
  ASSERT_TRUE(becomes("!document.getElementById('frozen').hidden"));
  in_both_themes("frozen");
}

// That the check of contrast sees: colours beneath colours, half-transparent ones, SVG, placeholders; and what it leaves out.
TEST_F(Accessible, TheCheckItselfSees) {
  silent_ = false;  // its page is taken away from the script
  Site site("ada operate " + operate + "\n");
  open(site.url());
  browser().evaluate(R"js((() => {
    document.body.replaceChildren();
    document.body.style.background = '#ffffff';
    const add = (style, words, more) => { const p = document.createElement('p'); p.style.cssText = style; p.textContent = words; if (more) p.append(more); document.body.append(p); return p; };
    add('color:#767676', 'just enough');
    add('color:#777777', 'just too little');
    add('color:#777777;font-size:24px', 'large enough');
    add('color:#000;opacity:.3', 'faded');
    add('color:rgb(0 0 0 / .4)', 'half there');
    add('background:#000;color:#000;display:none', 'hidden');
    const dark = add('background:rgb(0 0 0 / .9);color:#fff', ''), inner = document.createElement('span');
    inner.style.color = '#333'; inner.textContent = 'dark on dark'; dark.append(inner);
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg'), text = document.createElementNS('http://www.w3.org/2000/svg', 'text');
    text.textContent = 'drawn'; text.style.fill = '#ccc'; text.setAttribute('y', '20'); svg.append(text); document.body.append(svg);
    const off = document.createElement('button'); off.disabled = true; off.style.color = '#eee'; off.textContent = 'off'; document.body.append(off);
    const field = document.createElement('input'); field.placeholder = 'faint hint'; field.className = 'f'; field.style.cssText = 'background:#fff;color:#000'; document.body.append(field);
  })())js");
  int looked_at = 0;
  const auto faint = faint_texts(browser(), looked_at);
  EXPECT_THAT(faint, ::testing::Contains(HasSubstr("just too little")));
  EXPECT_THAT(faint, ::testing::Contains(HasSubstr("faded")));
  EXPECT_THAT(faint, ::testing::Contains(HasSubstr("half there")));
  EXPECT_THAT(faint, ::testing::Contains(HasSubstr("dark on dark")));
  EXPECT_THAT(faint, ::testing::Contains(HasSubstr("drawn")));
  for (const char* fine : {"just enough", "large enough", "hidden", "off"}) EXPECT_THAT(faint, ::testing::Not(::testing::Contains(::testing::EndsWith(std::string(": ") + fine)))) << fine;
  EXPECT_EQ(looked_at, 9);
}

}  // namespace
}  // namespace banyan::browser
