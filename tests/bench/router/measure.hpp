// One round of load through a proxy, and what it cost there.
#pragma once
#include "tests/bench/router/contenders.hpp"
#include "tests/bench/router/load.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace banyan::bench {

struct Options {
  std::size_t body = 100;
  unsigned connections = 64;
  std::uint64_t requests = 40'000;
  unsigned rounds = 5;
  unsigned rules = 1000;
  unsigned per_second = 0;  // 0: as fast as it goes
};

// One value a round.
struct Figures {
  std::vector<double> cpu_us;  // of a request
  std::vector<double> p99_ms;
  std::vector<double> per_second;
};

double median(std::vector<double> values);

// Warms the proxy first; throws std::runtime_error when a request fails.
void measure(Contender& contender, const Options& options, Figures& figures);

}  // namespace banyan::bench
