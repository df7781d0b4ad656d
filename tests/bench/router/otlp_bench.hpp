// `./banyan bench router --otlp`.
#pragma once
#include "tests/bench/router/measure.hpp"

namespace banyan::bench {

// Prints what it measured; throws std::runtime_error when it cannot be measured.
int run_otlp(const Options& options);

}  // namespace banyan::bench
