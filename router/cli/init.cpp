#include "router/cli/cli.hpp"
#include "router/config/load.hpp"
#include "router/config/units.hpp"
#include "router/plan/starter.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>
#include <stdexcept>

namespace banyan::cli {
namespace {

// "http://127.0.0.1:8081/" is what people have at hand.
std::string address_of(const std::string& given, const std::string& what) {
  std::string text = given;
  if (text.starts_with("http://")) text.erase(0, 7);
  if (text.ends_with('/')) text.pop_back();
  if (text.find(':') == std::string::npos) text += ":80";
  if (!config::parse_address(text) || given.starts_with("https://"))
    throw std::runtime_error(what + ": expected HOST:PORT or http://HOST:PORT, found '" + given + "'");
  return text;
}

// "orders=127.0.0.1:8091" -> both parts
std::pair<std::string, std::string> pair_of(const std::string& text, const std::string& what) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
    throw std::runtime_error(what + ": expected " + (what == "--path" ? "NAME=PATH" : "NAME=HOST:PORT") + ", found '" + text + "'");
  return {text.substr(0, equals), text.substr(equals + 1)};
}

std::string asked(const std::string& question, const std::string& otherwise = "") {
  std::cerr << question << (otherwise.empty() ? "" : " [" + otherwise + "]") << ": " << std::flush;
  std::string line;
  std::getline(std::cin, line);
  return line.empty() ? otherwise : line;
}

// Only on a terminal, and only when nothing was said.
void ask_for(Options& options) {
  if (!options.upstream.empty()) return;
  if (!::isatty(STDIN_FILENO)) throw std::runtime_error("--upstream HOST:PORT is needed: where the monolith listens");
  options.upstream = asked("Where does the monolith listen (HOST:PORT)?");
  options.cohort = asked("What tells callers apart (header:NAME, cookie:NAME, query:NAME, peer)?", options.cohort);
  const std::string service = asked("A service taken out of it already (NAME=HOST:PORT; empty: none)?");
  if (service.empty()) return;
  options.services.push_back(service);
  options.paths.push_back(pair_of(service, "--service").first + "=" +
                          asked("Which paths does it take over?", "/api/" + pair_of(service, "--service").first + "/**"));
}

std::vector<plan::Route> routes_of(const std::string& file) {
  if (file.empty()) return {};
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + file + ": " + std::strerror(errno));
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  std::string problem;
  auto routes = plan::read_routes(bytes.str(), problem);
  if (!routes) throw std::runtime_error(file + ": " + problem);
  return *routes;
}

std::string fresh_salt() {
  std::random_device random;
  char text[17];
  std::snprintf(text, sizeof text, "%08x%08x", random(), random());
  return text;
}

plan::Starter starter_of(const Options& options) {
  plan::Starter out{options.listen, address_of(options.upstream, "--upstream"), options.cohort, fresh_salt(), {}, routes_of(options.contexts)};
  for (const std::string& text : options.services) {
    const auto [name, address] = pair_of(text, "--service");
    out.services.push_back({name, address_of(address, "--service"), ""});
  }
  for (const std::string& text : options.paths) {
    const auto [name, path] = pair_of(text, "--path");
    bool known = false;
    for (plan::Service& service : out.services)
      if (service.name == name) service.path = path, known = true;
    if (!known) throw std::runtime_error("--path: there is no --service named '" + name + "'");
  }
  return out;
}

int write_new(const Options& options, const std::string& text) {
  const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (options.force ? O_TRUNC : O_EXCL);
  const int fd = ::open(options.config.c_str(), flags, 0644);
  if (fd < 0 || ::write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    std::cerr << "error: cannot write " << options.config << ": " << std::strerror(errno)
              << (errno == EEXIST ? " (--force overwrites)" : "") << "\n";
    if (fd >= 0) ::close(fd);
    return Exit::unusable;
  }
  ::close(fd);
  return Exit::done;
}

}  // namespace

int init(const Options& given) {
  Options options = given;
  ask_for(options);
  const plan::Starter starter = starter_of(options);
  const std::string text = plan::starter_text(starter);
  if (const auto loaded = config::load_text(text, options.config); !loaded.config) {
    std::cerr << config::format(loaded.diagnostics) << "nothing was written\n";
    return Exit::unusable;
  }
  if (const int code = write_new(options, text); code != Exit::done) return code;
  std::cout << "wrote " << options.config << ": everything goes to " << starter.monolith << "\n"
            << "next: banyan-router check -c " << options.config << " && banyan-router run -c " << options.config << "\n";
  return Exit::done;
}

}  // namespace banyan::cli
