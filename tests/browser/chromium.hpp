// A headless Chromium with one page, driven through the DevTools protocol over a pipe (no port, no
// WebSocket). Errors and deadlines throw std::runtime_error. One thread.
#pragma once

#include "tests/support/process.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace banyan::browser {

namespace json = boost::json;

class Chromium {
 public:
  Chromium();
  ~Chromium();
  Chromium(const Chromium&) = delete;
  Chromium& operator=(const Chromium&) = delete;

  // A command to the page; its result.
  json::object call(const std::string& method, json::object parameters = {});
  // Opens a page and waits until it is loaded; what an earlier page has caused is forgotten.
  void open(const std::string& url);
  // The value of an expression; a promise is waited for.
  json::value evaluate(const std::string& expression);
  bool eventually(const std::string& expression);  // becomes true before the deadline
  void key(const std::string& name);               // "j", "/", "Enter", "Escape", "ArrowRight"
  void click(double x, double y);                  // of the viewport
  void window(int width, int height);
  void media(const std::string& type,
             const std::string& color_scheme);  // "screen" or "print"; "light" or "dark"
  void screenshot(const std::string& file);     // PNG of the viewport

  // Events since `open`.
  std::vector<json::object> events(const std::string& method) const;

 private:
  void start();
  json::object command(const std::string& method, json::object parameters, const std::string& session);
  json::object receive();  // the next message
  void send(const std::string& text);

  support::TempDir profile_;
  int pid_ = -1, to_ = -1, from_ = -1;
  std::int64_t next_ = 0;
  std::string buffer_, session_;
  std::vector<json::object> events_;
};

}  // namespace banyan::browser
