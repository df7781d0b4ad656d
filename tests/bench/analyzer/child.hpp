// Runs a program to its end and tells what it cost.
#pragma once

#include <string>
#include <vector>

namespace banyan::bench {

struct Cost {
  double cpu_seconds = 0;  // user and system, with children
  double wall_seconds = 0;
  long peak_kb = 0;
  int status = -1;  // exit code, or 128 + signal
  std::string err;  // what it wrote to stderr
};

Cost run(const std::vector<std::string>& command, const std::string& directory);

}  // namespace banyan::bench
