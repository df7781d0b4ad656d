// Three ways to change a running router: the command line, the API, the page. Each can do everything, with the same effect and
// the same line in the audit, but for the word that says which way it was.
#include "tests/browser/dashboard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <sstream>

namespace banyan::browser {
namespace {

const std::string why_changed = "a reason";
// One click on the page, without a question.
const std::string why_back = "rolled back from the page";

class ThreeWays : public DashboardPage {
 protected:
  struct Change {
    std::string command;               // of the command line
    std::vector<std::string> words;    // after it
    std::string operation, target;     // of the API, as documented and as called
    std::string body;
    std::string verb;                  // of the page's button
    std::function<void()> on_the_page;
    bool in_audit = true;
  };
  // What a button asks, answered.
  std::function<void()> through(const std::string& selector, std::vector<std::pair<std::string, std::string>> fields = {}) {
    return [this, selector, fields = std::move(fields)] {
      const std::string element = "document.querySelector('" + selector + "')";
      ASSERT_TRUE(becomes(element + " && !" + element + ".disabled && " + element + ".checkVisibility()")) << selector;
      press(selector);
      ASSERT_TRUE(becomes(is_open("confirm")));
      for (const auto& [field, value] : fields) write(field, value);
      confirm(why_changed);
    };
  }
  std::function<void()> on_card(const std::string& name, const std::string& verb, std::vector<std::pair<std::string, std::string>> fields = {}) {
    return through(button_of(name, verb), std::move(fields));
  }
  std::function<void()> for_all(const std::string& verb) { return through(".heading [data-verb=" + verb + "]"); }
  std::function<void()> ignoring() {
    return [this] {
      ASSERT_TRUE(becomes("/[1-9][0-9]* differences/.test(document.querySelector('" + card("orders-read") + " summary').textContent)"));
      press(card("orders-read") + " summary");
      through(card("orders-read") + " [data-path=\"$.price\"]")();
    };
  }
  std::function<void()> straight_to_live() {
    return [this] {
      ASSERT_TRUE(becomes("!document.querySelector('" + button_of("orders-read", "promote") + "').disabled"));
      press(button_of("orders-read", "promote"));
      ASSERT_TRUE(becomes(is_open("confirm")));
      press("#confirm-fields input[name=full]");
      ASSERT_TRUE(becomes("document.getElementById('confirm-body').textContent.includes('→ live')"));
      confirm(why_changed);
    };
  }
  std::vector<Change> changes() {
    const std::string one = "post /api/v1/cutovers/{name}/", orders = "/api/v1/cutovers/orders-read/", pay = "/api/v1/cutovers/pay-read/";
    const std::string why = R"("why": ")" + why_changed + "\"", until = "2099-01-01T00:00:00Z";
    const auto reason = [](std::vector<std::string> words) {
      words.insert(words.end(), {"--why", why_changed});
      return words;
    };
    return {
        {"freeze", reason({"orders-read", "--until", until}), one + "freeze", orders + "freeze", "{" + why + R"(, "until": ")" + until + "\"}", "freeze",
         on_card("orders-read", "freeze", {{"#confirm-fields input", until}})},
        {"thaw", reason({"orders-read"}), one + "thaw", orders + "thaw", "{" + why + "}", "thaw", on_card("orders-read", "thaw")},
        {"freeze", reason({"--all"}), "post /api/v1/freeze", "/api/v1/freeze", "{" + why + "}", "freeze", for_all("freeze")},
        {"thaw", reason({"--all"}), "post /api/v1/thaw", "/api/v1/thaw", "{" + why + "}", "thaw", for_all("thaw")},
        {"promote", reason({"orders-read"}), one + "promote", orders + "promote", "{" + why + "}", "promote", on_card("orders-read", "promote")},
        {"ignore", reason({"orders-read", "$.price"}), one + "ignore", orders + "ignore", "{" + why + R"(, "path": "$.price", "apply": true})", "ignore", ignoring()},
        {"promote", reason({"orders-read", "--force"}), one + "promote", orders + "promote", "{" + why + R"(, "force": true})", "promote", on_card("orders-read", "promote")},
        {"set-weight", reason({"orders-read", "40"}), one + "set-weight", orders + "set-weight", "{" + why + R"(, "percent": "40"})", "set-weight",
         on_card("orders-read", "set-weight", {{"#confirm-fields input", "40"}})},
        {"hold", reason({"orders-read"}), one + "hold", orders + "hold", "{" + why + "}", "hold", on_card("orders-read", "hold")},
        {"resume", reason({"orders-read"}), one + "resume", orders + "resume", "{" + why + "}", "resume", on_card("orders-read", "resume")},
        {"promote", reason({"orders-read", "--full", "--force"}), one + "promote", orders + "promote", "{" + why + R"(, "full": true, "force": true})", "promote", straight_to_live()},
        {"promote", reason({"pay-read"}), one + "promote", pay + "promote", "{" + why + "}", "promote", on_card("pay-read", "promote")},
        {"approve", reason({"pay-read", "--as", "team-pay"}), one + "approve", pay + "approve", "{" + why + R"(, "as": "team-pay"})", "approve", on_card("pay-read", "approve")},
        {"rollback", {"orders-read", "--why", why_back}, one + "rollback", orders + "rollback", R"({"why": ")" + why_back + "\"}", "rollback",
         [this] { press(button_of("orders-read", "rollback")); }},
        {"rollback", reason({"--all"}), "post /api/v1/rollback-all", "/api/v1/rollback-all", "{" + why + "}", "rollback-all", for_all("rollback-all")},
        {"reload", reason({}), "post /api/v1/reload", "/api/v1/reload", "{" + why + "}", "reload", for_all("reload"), false}};
  }
  static json::array audit(const Site& site) { return json::parse(site.api("GET", "/api/v1/audit?limit=1000").body).at("list").as_array(); }
  // What must be the same whichever way: everything but times, hashes, the figures of the moment and the way.
  static json::array lines(const Site& site, const std::string& way) {
    json::array out;
    for (json::value& each : audit(site)) {
      json::object record = each.as_object();
      EXPECT_EQ(record.at("via"), json::value(way)) << json::serialize(record);
      for (const char* of_the_moment : {"via", "time", "hash", "config_hash"}) record.erase(of_the_moment);
      for (const char* of_the_moment : {"via", "numbers", "judged"}) record.at("evidence").as_object().erase(of_the_moment);
      for (const char* side : {"previous", "next"})
        if (auto* note = record.at(side).as_object().if_contains("rolled_back"); note && note->is_object()) note->as_object().erase("at");
      out.push_back(std::move(record));
    }
    return out;
  }
  // One after another on a fresh router; between the promotion to shadow and `ignore` callers come.
  void walk(Site& site, const std::function<void(const Change&)>& act) {
    std::size_t records = 0, reloads = 0;
    for (const Change& change : changes()) {
      if (change.command == "ignore") site.ask(60);
      if (change.command == "ignore") await_difference(site);
      act(change);
      if (::testing::Test::HasFatalFailure()) return;
      (change.in_audit ? records : reloads) += 1;
      ASSERT_TRUE(support::eventually([&] { return audit(site).size() >= records; }, std::chrono::seconds(30))) << change.command << " " << change.target;
      ASSERT_EQ(audit(site).size(), records) << change.command << " " << change.target;
    }
    EXPECT_TRUE(support::eventually([&] { return site.router().log_text().find("configuration reloaded (0 changes)") != std::string::npos; }));
  }
  static void await_difference(const Site& site) {
    ASSERT_TRUE(support::eventually([&] { return site.api("GET", "/api/v1/cutovers/orders-read/diff").body.find("$.price") != std::string::npos; },
                                    std::chrono::seconds(30)));
  }
};

const std::string third_cutover =
    "  - { name: pay-read, match: { methods: [ GET ], path: \"/pay/**\" }, to: orders,\n"
    "      plan: [ { stage: shadow, percent: 100 }, { stage: live, approve: [ team-pay ] } ] }\n";
const std::string everybody = "ada operate " + operate + "\n";

TEST_F(ThreeWays, LeaveTheSameLinesInTheAudit) {
  json::array by_cli, by_api, by_page;
  {
    Site site(everybody, third_cutover);
    walk(site, [&](const Change& change) {
      auto words = change.words;
      words.insert(words.begin(), change.command);
      const auto output = site.cli(words);
      EXPECT_EQ(output.exit_code, 0) << change.command << ": " << output.err;
    });
    by_cli = lines(site, "cli");
  }
  {
    Site site(everybody, third_cutover);
    walk(site, [&](const Change& change) {
      const auto answer = site.api("POST", change.target, change.body);
      EXPECT_EQ(answer.status, 200) << change.target << ": " << answer.body;
    });
    by_api = lines(site, "api");
  }
  Site site(everybody, third_cutover);
  open(site.url());
  press("#token");
  give_token(operate);
  ASSERT_TRUE(becomes("document.getElementById('token').textContent === 'ada · operate'"));
  walk(site, [&](const Change& change) { change.on_the_page(); });
  by_page = lines(site, "page");
  ASSERT_EQ(by_cli.size(), by_api.size());
  ASSERT_EQ(by_cli.size(), by_page.size());
  for (std::size_t i = 0; i < by_cli.size(); ++i) {
    EXPECT_EQ(by_cli[i], by_api[i]) << json::serialize(by_cli[i]) << "\n" << json::serialize(by_api[i]);
    EXPECT_EQ(by_cli[i], by_page[i]) << json::serialize(by_cli[i]) << "\n" << json::serialize(by_page[i]);
  }
}

// The list above is whole: nothing that changes a running router is missing from it.
TEST_F(ThreeWays, AreComplete) {
  std::set<std::string> commands, operations, verbs;
  for (const Change& change : changes()) commands.insert(change.command), operations.insert(change.operation), verbs.insert(change.verb);

  // These ask, or work on files; `run` is the router itself.
  const std::set<std::string> no_changes = {"run", "check", "explain", "status", "diff", "audit", "init", "simulate", "ledger", "config"};
  std::istringstream help(support::run({BANYAN_BINARY_DIR "/bin/banyan-router", "--help"}).out);
  std::set<std::string> spoken;
  bool in_list = false;
  for (std::string line; std::getline(help, line);) {
    if (line.starts_with("Subcommands")) in_list = true;
    else if (line.empty()) in_list = false;
    else if (in_list && line.starts_with("  ") && line[2] != ' ') spoken.insert(line.substr(2, line.find(' ', 2) - 2));
  }
  for (const std::string& word : spoken) EXPECT_EQ(commands.contains(word), !no_changes.contains(word)) << word;
  for (const std::string& word : commands) EXPECT_TRUE(spoken.contains(word)) << word;

  Site site(everybody, third_cutover);
  const json::value document = json::parse(site.api("GET", "/api/v1/openapi.json").body);
  for (const auto& path : document.at("paths").as_object())
    for (const auto& member : path.value().as_object()) {
      if (member.key() != "post" && member.key() != "delete") continue;
      // Services announce their own endpoints; no person does.
      if (path.key() == "/api/v1/upstreams/{name}/endpoints") continue;
      EXPECT_TRUE(operations.contains(std::string(member.key()) + " " + std::string(path.key()))) << path.key();
    }

  open(site.url());
  const auto shown = browser().evaluate("[...document.querySelectorAll('[data-verb]')].map(button => button.dataset.verb)");
  for (const auto& verb : shown.as_array()) EXPECT_TRUE(verbs.contains(std::string(verb.as_string()))) << verb;
  EXPECT_GE(shown.as_array().size(), 3u * 6 + 3);
}

}  // namespace
}  // namespace banyan::browser
