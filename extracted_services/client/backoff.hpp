// How long to wait before the next attempt: exponential with full jitter, so that many callers that failed
// together do not come back together (M. Brooker, "Exponential Backoff And Jitter", 2015). Pure.
#pragma once
#include <chrono>
#include <cstdint>

namespace banyan::client {

struct Backoff {
  std::chrono::milliseconds base{50};
  std::chrono::milliseconds most{5000};
};

// After the n-th failure in a row (1, 2, ...): evenly spread over 0 to min(most, base * 2^(n-1)); `random` is
// any 64 random bits.
std::chrono::milliseconds full_jitter(const Backoff& backoff, int failures, std::uint64_t random);

}  // namespace banyan::client
