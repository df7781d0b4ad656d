// A running router between two upstreams whose answers differ at $.price, and its page in Chromium.
#pragma once

#include "tests/browser/chromium.hpp"
#include "tests/router/cli/named_upstream.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

namespace banyan::browser {

inline const std::filesystem::path dashboard_pictures = std::filesystem::path(BANYAN_BINARY_DIR) / "browser";
inline const std::string operate = "operate-0123456789", view = "view-0123456789abcd";

class Site {
 public:
  // `more`: further cutovers, each a line of the list.
  explicit Site(const std::string& tokens, std::string more = "") : more_(std::move(more)) {
    support::write_file(folder_ / "tokens", tokens);
    support::write_file(folder_ / "router.yaml", yaml());
    router_ = std::make_unique<support::Process>(
        std::vector<std::string>{BANYAN_BINARY_DIR "/bin/banyan-router", "run", "-c", config(), "--token-file",
                                 (folder_ / "tokens").string()},
        folder_ / "run.log");
    listen_ = router_->wait_for_line("listening on http://");
    admin_ = router_->wait_for_line("admin on http://");
    router_->wait_for_line("status: ");
  }
  std::string yaml() const {
    return "version: 1\n"
           "static: { listen: \"127.0.0.1:0\", admin: \"127.0.0.1:0\", state: state.db, timeouts: { drain: 1s } }\n"
           "cohort: { key: [ \"header:X-Id\" ], salt: \"s\" }\n"
           "upstreams:\n"
           "  monolith: { endpoints: [ \"" + legacy_.address() + "\" ] }\n"
           "  orders: { endpoints: [ \"" + fresh_.address() + "\" ] }\n"
           "gates: { parity: { min_samples: 20, diff_rate: { max: 1% } } }\n"
           "cutovers:\n"
           "  - name: orders-read\n"
           "    match: { methods: [ GET ], path: \"/orders/**\" }\n"
           "    to: orders\n"
           "    compare: { noise: 50% }  # a comment that stays\n"
           "    plan: [ { stage: shadow, percent: 100, gate: [ parity ] }, { stage: canary, percent: 25, hold: 1h }, { stage: live } ]\n"
           "  - { name: stock-read, match: { methods: [ GET ], path: \"/stock/**\" }, to: orders }\n" + more_;
  }
  void ask(int times) const {
    support::HttpClient client(listen_);
    for (int i = 0; i < times; ++i) client.get("/orders/" + std::to_string(i), {{"X-Id", std::to_string(i)}});
  }
  support::Output cli(std::vector<std::string> words) const {
    words.insert(words.begin(), BANYAN_BINARY_DIR "/bin/banyan-router");
    words.insert(words.end(), {"-c", config(), "--token-file", (folder_ / "tokens").string()});
    return support::run(words);
  }
  std::string config() const { return (folder_ / "router.yaml").string(); }
  support::HttpResponse api(const std::string& method, const std::string& target, const std::string& body = "") const {
    return support::HttpClient(admin_).request(method, target, {{"Authorization", "Bearer " + operate}, {"Content-Type", "application/json"}}, body);
  }
  std::string url() const { return "http://" + admin_ + "/"; }
  std::uint16_t port() const { return static_cast<std::uint16_t>(std::stoi(admin_.substr(admin_.rfind(':') + 1))); }
  support::Process& router() { return *router_; }

 private:
  std::string more_;
  support::TempDir folder_;
  static constexpr const char* json_fields = "Content-Type: application/json\r\n";
  cli::NamedUpstream legacy_{R"({"id":7,"price":10})", json_fields}, fresh_{R"({"id":7,"price":11})", "Content-Type: application/json\r\nX-Served-By: new\r\n"};
  std::unique_ptr<support::Process> router_;
  std::string listen_, admin_;
};

class DashboardPage : public ::testing::Test {
 protected:
  static inline std::unique_ptr<Chromium> browser_;
  static void SetUpTestSuite() {
    std::filesystem::create_directories(dashboard_pictures);
    browser_ = std::make_unique<Chromium>();
  }
  static void TearDownTestSuite() { browser_.reset(); }

  void open(const std::string& url) {
    url_ = url;
    browser().window(1280, 1000);
    browser().media("screen", "light");
    browser().open("about:blank");
    browser().open(url);
    ASSERT_TRUE(browser().eventually("document.querySelector('.card')")) << text("document.body.innerText");
  }
  // Whatever a test did: the page asked nobody but its own listener, and said nothing on the console.
  void TearDown() override {
    for (const auto& request : browser().events("Network.requestWillBeSent")) {
      const std::string asked(request.at("request").at("url").as_string());
      EXPECT_TRUE(asked.starts_with(url_) || asked.starts_with("data:")) << asked;
    }
    if (!silent_) return;
    for (const auto* kind : {"Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"})
      for (const auto& event : browser().events(kind)) ADD_FAILURE() << json::serialize(event);
  }
  Chromium& browser() { return *browser_; }
  std::string text(const std::string& expression) {
    return browser().evaluate("String(" + expression + ")").as_string().c_str();
  }
  double number(const std::string& expression) { return browser().evaluate(expression).to_number<double>(); }
  bool becomes(const std::string& expression) {
    return support::eventually([&] { return browser().evaluate("!!(" + expression + ")").as_bool(); }, std::chrono::seconds(30));
  }
  void press(const std::string& selector) { browser().evaluate("document.querySelector('" + selector + "').click()"); }
  void picture(const std::string& name) { browser().screenshot(dashboard_pictures / ("dashboard-" + name + ".png")); }
  static std::string card(const std::string& name) { return "#cutover-" + name; }
  static std::string state_of(const std::string& name) {
    return "document.querySelector('" + card(name) + " .state').textContent";
  }
  static std::string button_of(const std::string& name, const std::string& verb) {
    return card(name) + " [data-verb=" + verb + "]";
  }
  static std::string is_open(const std::string& dialog) { return "document.getElementById('" + dialog + "').open"; }
  void give_token(const std::string& secret) {
    ASSERT_TRUE(becomes(is_open("ask-token")));
    browser().evaluate("document.getElementById('secret').value = '" + secret + "'");
    press("#ask-token button[value=ok]");
  }
  // Writes into a field of the dialog, as a person does.
  void write(const std::string& selector, const std::string& value) {
    browser().evaluate("(() => { const field = document.querySelector('" + selector + "'); field.value = '" + value +
                       "'; field.dispatchEvent(new Event('input', {bubbles: true})); })()");
  }
  void confirm(const std::string& why = "") {
    ASSERT_TRUE(becomes(is_open("confirm") + " && !document.getElementById('confirm-ok').disabled")) << text("document.getElementById('confirm').innerText");
    if (!why.empty()) write("#why", why);
    press("#confirm-ok");
  }

  std::string url_;
  bool silent_ = true;
};

}  // namespace banyan::browser
