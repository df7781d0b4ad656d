// The proxies that are compared, each with one worker, keep-alive to the origin, an access log, forwarding fields and
// the same number of path rules. One owner each; the process ends with the object.
#pragma once
#include "tests/support/process.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace banyan::bench {

struct Contender {
  std::string name;
  std::string version;
  std::unique_ptr<support::Process> process;
  std::uint16_t port = 0;
};

struct Setup {
  std::string folder;    // for configurations and logs
  std::string programs;  // where banyan-router lies
  std::uint16_t origin = 0;
  unsigned rules = 1000;
};

// The router alone, with further lines of `static`.
Contender start_banyan(const Setup& setup, const std::string& name, const std::string& program, const std::string& more = "");

// Those that are installed; what is missing is named in `missing`.
std::vector<Contender> start_contenders(const Setup& setup, std::vector<std::string>& missing);

// User and system time of a process so far, all its threads, in microseconds.
double cpu_us(int pid);

}  // namespace banyan::bench
