#include "tests/browser/chromium.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <sys/wait.h>

namespace banyan::browser {
namespace {

constexpr int deadline_ms = 60'000;

std::runtime_error failure(const std::string& what) { return std::runtime_error("chromium: " + what); }

std::string decode_base64(std::string_view text) {
  std::string out;
  unsigned bits = 0, count = 0;
  for (const char c : text) {
    const int value = c >= 'A' && c <= 'Z'   ? c - 'A'
                      : c >= 'a' && c <= 'z' ? c - 'a' + 26
                      : c >= '0' && c <= '9' ? c - '0' + 52
                      : c == '+'             ? 62
                      : c == '/'             ? 63
                                             : -1;
    if (value < 0) break;
    bits = (bits << 6) | static_cast<unsigned>(value), count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>((bits >> count) & 255);
  }
  return out;
}

[[noreturn]] void become_chromium(int commands, int answers, const std::string& profile) {
  setpgid(0, 0);
  dup2(commands, 3);
  dup2(answers, 4);
  const int log = ::open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3; ++fd) dup2(log, fd);
  for (int fd = 5; fd < 256; ++fd) close(fd);
  std::vector<std::string> words = {"chromium",
                                    "--headless",
                                    "--remote-debugging-pipe",
                                    "--disable-gpu",
                                    "--no-first-run",
                                    "--hide-scrollbars",
                                    "--disable-background-networking",
                                    "--disable-component-update",
                                    "--disable-sync",
                                    "--user-data-dir=" + profile};
  if (geteuid() == 0) words.emplace_back("--no-sandbox");  // it refuses to run as root otherwise
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  _exit(127);
}

}  // namespace

Chromium::Chromium() {
  start();
  const auto target = command("Target.createTarget", {{"url", "about:blank"}}, {});
  const auto attached =
      command("Target.attachToTarget", {{"targetId", target.at("targetId")}, {"flatten", true}}, {});
  session_ = attached.at("sessionId").as_string().c_str();
  for (const auto* domain : {"Page", "Runtime", "Log", "Network"}) call(std::string(domain) + ".enable");
}

Chromium::~Chromium() {
  kill(-pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  close(to_);
  close(from_);
}

void Chromium::start() {
  int commands[2], answers[2];
  if (pipe(commands) != 0 || pipe(answers) != 0) throw failure("no pipe");
  // The numbers 3 and 4 are the child's; ours must not be among them when they are copied there.
  for (int* fd : {&commands[0], &commands[1], &answers[0], &answers[1]}) {
    const int moved = fcntl(*fd, F_DUPFD_CLOEXEC, 10);
    close(*fd);
    *fd = moved;
  }
  signal(SIGPIPE, SIG_IGN);
  const auto profile = profile_.path().string();
  pid_ = fork();
  if (pid_ < 0) throw failure("no process");
  if (pid_ == 0) become_chromium(commands[0], answers[1], profile);
  setpgid(pid_, pid_);
  close(commands[0]);
  close(answers[1]);
  to_ = commands[1];
  from_ = answers[0];
}

void Chromium::send(const std::string& text) {
  const std::string message = text + '\0';
  for (std::size_t sent = 0; sent < message.size();) {
    const auto count = write(to_, message.data() + sent, message.size() - sent);
    if (count <= 0) throw failure("it does not listen. Is it installed? apt-get install chromium");
    sent += static_cast<std::size_t>(count);
  }
}

json::object Chromium::receive() {
  while (true) {
    if (const auto end = buffer_.find('\0'); end != std::string::npos) {
      auto message = json::parse(buffer_.substr(0, end)).as_object();
      buffer_.erase(0, end + 1);
      return message;
    }
    pollfd waiting{from_, POLLIN, 0};
    if (poll(&waiting, 1, deadline_ms) <= 0) throw failure("no answer in a minute");
    char bytes[65536];
    const auto count = read(from_, bytes, sizeof bytes);
    if (count <= 0) throw failure("it ended. Is it installed? apt-get install chromium");
    buffer_.append(bytes, static_cast<std::size_t>(count));
  }
}

json::object Chromium::command(const std::string& method, json::object parameters,
                               const std::string& session) {
  const auto id = ++next_;
  json::object message{{"id", id}, {"method", method}, {"params", std::move(parameters)}};
  if (!session.empty()) message["sessionId"] = session;
  send(json::serialize(message));
  while (true) {
    auto answer = receive();
    if (!answer.contains("id")) {
      events_.push_back(std::move(answer));
      continue;
    }
    if (answer.at("id").to_number<std::int64_t>() != id) continue;
    if (const auto* error = answer.if_contains("error"))
      throw failure(method + ": " + json::serialize(*error));
    return answer.at("result").as_object();
  }
}

json::object Chromium::call(const std::string& method, json::object parameters) {
  return command(method, std::move(parameters), session_);
}

std::vector<json::object> Chromium::events(const std::string& method) const {
  std::vector<json::object> found;
  for (const auto& event : events_)
    if (event.at("method").as_string() == method) found.push_back(event.at("params").as_object());
  return found;
}

void Chromium::open(const std::string& url) {
  events_.clear();
  call("Page.navigate", {{"url", url}});
  while (events("Page.loadEventFired").empty()) {
    auto message = receive();
    if (!message.contains("id")) events_.push_back(std::move(message));
  }
}

json::value Chromium::evaluate(const std::string& expression) {
  const auto answer =
      call("Runtime.evaluate", {{"expression", expression}, {"returnByValue", true}, {"awaitPromise", true}});
  if (const auto* problem = answer.if_contains("exceptionDetails"))
    throw failure(expression + ": " + json::serialize(*problem));
  const auto* value = answer.at("result").as_object().if_contains("value");
  return value ? *value : json::value(nullptr);
}

bool Chromium::eventually(const std::string& expression) {
  return support::eventually([&] { return evaluate("!!(" + expression + ")").as_bool(); });
}

void Chromium::key(const std::string& name) {
  json::object event{{"type", "keyDown"}, {"key", name}};
  if (name.size() == 1) event["text"] = name;
  if (name == "Enter") event["text"] = "\r", event["windowsVirtualKeyCode"] = 13;
  if (name == "Escape") event["windowsVirtualKeyCode"] = 27;
  if (name == "Tab") event["windowsVirtualKeyCode"] = 9;
  call("Input.dispatchKeyEvent", event);
  call("Input.dispatchKeyEvent", {{"type", "keyUp"}, {"key", name}});
}

void Chromium::click(double x, double y) {
  for (const auto* type : {"mouseMoved", "mousePressed", "mouseReleased"})
    call("Input.dispatchMouseEvent",
         {{"type", type}, {"x", x}, {"y", y}, {"button", "left"}, {"clickCount", 1}});
}

void Chromium::window(int width, int height) {
  call("Emulation.setDeviceMetricsOverride",
       {{"width", width}, {"height", height}, {"deviceScaleFactor", 1}, {"mobile", false}});
}

void Chromium::media(const std::string& type, const std::string& color_scheme) {
  call("Emulation.setEmulatedMedia",
       {{"media", type},
        {"features", json::array{json::object{{"name", "prefers-color-scheme"}, {"value", color_scheme}}}}});
}

void Chromium::screenshot(const std::string& file) {
  const auto answer = call("Page.captureScreenshot", {{"format", "png"}});
  support::write_file(file, decode_base64(answer.at("data").as_string()));
}

}  // namespace banyan::browser
