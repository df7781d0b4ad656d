// The router as a process of its own, and what the kernel says of it. One owner, one thread.
#pragma once
#include "tests/conformance/wire.hpp"
#include "tests/support/process.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace banyan::soak {

struct RouterOptions {
  std::vector<std::uint16_t> upstream;  // ports of the endpoints of the one upstream, `default`
  std::string upstream_extra{};         // further keys of it, each line indented by four
  std::string upstreams{};              // further upstreams, whole lines
  std::string cutovers{};               // the whole list
  std::string limits{};                 // inside static.limits
  std::uint32_t workers = 1;
};

class RouterProgram {
 public:
  // `program` is a file name in the folder of built programs. Waits until it listens.
  RouterProgram(const std::string& program, const RouterOptions& options);

  std::uint16_t port() const { return port_; }
  conformance::Wire connect() const { return conformance::Wire::connect(port_); }

  std::size_t resident_kib() const { return status_kib("VmRSS:"); }
  std::size_t peak_kib() const { return status_kib("VmHWM:"); }  // since forget_peak()
  void forget_peak() const;
  std::size_t descriptors() const;

  std::string get(const std::string& target) const;  // from the admin listener
  // POST to the admin listener, with the token; the status.
  int post(const std::string& target, const std::string& body) const;
  void rewrite(const RouterOptions& options) const;  // the file only; a reload is asked for with post()
  support::Process& process() { return *process_; }
  // True when it ends with 0 after SIGTERM.
  bool ends_well();

 private:
  std::size_t status_kib(const std::string& field) const;

  support::TempDir folder_;
  std::optional<support::Process> process_;
  std::uint16_t port_ = 0;
  std::uint16_t admin_ = 0;
};

// A number that the environment may raise: the suite runs a bounded part of what a soak of hours would.
std::size_t times(const char* variable, std::size_t usual);

}  // namespace banyan::soak
