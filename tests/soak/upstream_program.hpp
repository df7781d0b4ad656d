// soak_upstream as a process: it can be killed, and the writes that reached it are in a file that outlives it.
#pragma once
#include "tests/support/process.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace banyan::soak {

class UpstreamProgram {
 public:
  UpstreamProgram() { start(0); }
  std::uint16_t port() const { return port_; }
  void kill() { process_->kill_hard(); }
  void restart() { start(port_); }  // on the port it had
  // The ids of the writes that arrived whole, in order, over all lives of this upstream.
  std::vector<std::string> arrived() const;

 private:
  void start(std::uint16_t port);
  support::TempDir folder_;
  std::optional<support::Process> process_;
  std::uint16_t port_ = 0;
  int lives_ = 0;
};

}  // namespace banyan::soak
