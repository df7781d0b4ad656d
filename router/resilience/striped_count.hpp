// A count that many threads change on every request and hardly anybody reads: each thread has a stripe of its own, on
// a cache line of its own, and a reader sums them. Any thread.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>

namespace banyan::resilience {

class StripedCount {
 public:
  void add(std::uint32_t stripe, std::int64_t n) {
    stripes_[stripe % stripes].value.fetch_add(n, std::memory_order_relaxed);
  }
  std::int64_t sum() const {
    std::int64_t total = 0;
    for (const auto& stripe : stripes_) total += stripe.value.load(std::memory_order_relaxed);
    return total;
  }

 private:
  static constexpr std::size_t stripes = 16;
  struct alignas(64) Stripe {
    std::atomic<std::int64_t> value{0};
  };
  std::array<Stripe, stripes> stripes_;
};

}  // namespace banyan::resilience
