#include "extracted_services/client/backoff.hpp"

#include <algorithm>

namespace banyan::client {

std::chrono::milliseconds full_jitter(const Backoff& backoff, int failures, std::uint64_t random) {
  const int doublings = std::clamp(failures - 1, 0, 20);
  const auto longest = std::min(backoff.base.count() << doublings, backoff.most.count());
  return std::chrono::milliseconds(
      static_cast<std::int64_t>(random % (static_cast<std::uint64_t>(longest) + 1)));
}

}  // namespace banyan::client
