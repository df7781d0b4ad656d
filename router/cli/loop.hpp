// The main thread's work while the router serves: signals, the configuration file, the kill file.
//
//   SIGTERM SIGINT  stop and drain      SIGHUP  reload      SIGUSR2  roll everything back
//   file changed    reload, once it has kept still for a moment
// Call block_signals() before any other thread starts.
#pragma once

#include <functional>
#include <string>

namespace banyan::cli {

void block_signals();

struct LoopActions {
  std::function<void(const std::string& why)> reload;
  std::function<void(const std::string& why)> rollback_all;
  std::function<void()> tick;  // a few times a second
};

// Returns the signal that ended it.
int run_loop(const std::string& config_file, const LoopActions& actions);

}  // namespace banyan::cli
