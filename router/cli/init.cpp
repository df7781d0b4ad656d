#include "router/cli/cli.hpp"
#include "router/config/load.hpp"
#include "router/config/units.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>

namespace banyan::cli {
namespace {

// "http://127.0.0.1:8081/" is what people have at hand.
std::string address_of(std::string text) {
  if (text.starts_with("http://")) text.erase(0, 7);
  if (text.ends_with('/')) text.pop_back();
  if (text.find(':') == std::string::npos) text += ":80";
  return text;
}

std::string first_config(const std::string& upstream, const std::string& listen) {
  return "# yaml-language-server: $schema=docs/reference/router.schema.json\n"
         "version: 1\n"
         "static: { listen: \"" +
         listen +
         "\", admin: \"127.0.0.1:9901\", state: \"./banyan-state.db\" }\n"
         "upstreams:\n"
         "  monolith: { endpoints: [ \"" +
         upstream +
         "\" ] }\n"
         "default: monolith\n"
         "# Next: add `cohort:` and a first entry under `cutovers:`; then banyan-router check, run, "
         "promote.\n";
}

}  // namespace

int init(const Options& options) {
  const std::string upstream = address_of(options.upstream);
  if (!config::parse_address(upstream) || options.upstream.starts_with("https://")) {
    std::cerr << "error: --upstream: expected HOST:PORT or http://HOST:PORT, found '" << options.upstream
              << "'\n";
    return Exit::unusable;
  }
  const std::string text = first_config(upstream, options.listen);
  if (const auto loaded = config::load_text(text, options.config); !loaded.config) {
    std::cerr << config::format(loaded.diagnostics);
    return Exit::unusable;
  }
  const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (options.force ? O_TRUNC : O_EXCL);
  const int fd = ::open(options.config.c_str(), flags, 0644);
  if (fd < 0 || ::write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    std::cerr << "error: cannot write " << options.config << ": " << std::strerror(errno)
              << (errno == EEXIST ? " (--force overwrites)" : "") << "\n";
    if (fd >= 0) ::close(fd);
    return Exit::unusable;
  }
  ::close(fd);
  std::cout << "wrote " << options.config << ": everything goes to " << upstream << "\n"
            << "next: banyan-router check -c " << options.config << " && banyan-router run -c "
            << options.config << "\n";
  return Exit::done;
}

}  // namespace banyan::cli
