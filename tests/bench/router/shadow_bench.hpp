// `./banyan bench router --shadow`.
#pragma once

#include <cstddef>
#include <cstdint>

namespace banyan::bench {

struct ShadowOptions {
  std::size_t body = 1000;
  unsigned connections = 16;
  unsigned per_second = 1000;
  std::uint64_t requests = 5000;
  unsigned rounds = 7;
};

// Prints what it measured; throws std::runtime_error when it cannot be measured.
int run_shadow(const ShadowOptions& options);

}  // namespace banyan::bench
