// Another proxy in the router's place: BANYAN_CONFORMANCE_PROXY=nginx|haproxy runs the same cases against it, so that
// one can see which expectations others share. Cases that need what it cannot be told (stages, cohorts, limits of ours,
// metrics) end with NotApplicable. See tests/conformance/compare_proxies.cpp.
#pragma once
#include "tests/support/process.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace banyan::conformance {

struct NotApplicable : std::runtime_error {
  explicit NotApplicable(const std::string& what) : std::runtime_error("not applicable: " + what) {}
};

// The name in the environment; nullopt: our own router is tested.
std::optional<std::string> foreign_proxy_name();

class ForeignProxy {
 public:
  // Starts it as a plain reverse proxy to that port with time-outs of five seconds. Throws when it is not installed.
  ForeignProxy(const std::string& name, std::uint16_t upstream_port);
  std::uint16_t port() const { return port_; }

 private:
  support::TempDir folder_;
  std::uint16_t port_ = 0;
  std::unique_ptr<support::Process> process_;
};

}  // namespace banyan::conformance
