// `banyan-<service> saga list|show|retry|compensate|check`: the console of a running service, over its HTTP
// endpoints. Exit codes: 0 done, 1 refused or not found, 2 usage, not reachable, not a definition.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>

namespace CLI {
class App;
}

namespace banyan::saga {

class Console {
 public:
  void add_to(CLI::App& app, std::uint16_t default_port);
  // After the command line has been read: the exit code, if it asked for one of these.
  std::optional<int> run() const;

 private:
  std::function<void()> chosen_;
};

}  // namespace banyan::saga
