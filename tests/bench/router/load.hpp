// The two ends of a proxy bench: an origin that answers at once, and a closed-loop load over keep-alive connections.
// Each runs on one thread with epoll; neither allocates per request, so that the machine's time goes to the proxy.
#pragma once
#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace banyan::bench {

class Origin {
 public:
  explicit Origin(std::size_t body_bytes);
  ~Origin();
  std::uint16_t port() const { return port_; }

 private:
  void run();
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::string answer_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

struct LoadResult {
  std::uint64_t requests = 0;
  std::uint64_t failures = 0;  // anything but a complete 200
  double seconds = 0;
  std::vector<std::uint32_t> latencies_us;
  double percentile_ms(double share) const;
};

// At a rate that does not wait for answers; a latency then begins when its request was due. 0: each connection as fast as it can.
struct Paced {
  unsigned per_second = 0;
  unsigned first_rule = 0;
};

// Sends exactly `requests` over `connections`, spreading them over the paths of `rules` rules; gives up at `limit_s`.
LoadResult run_load(std::uint16_t port, unsigned connections, std::uint64_t requests, unsigned rules, double limit_s,
                    const Paced& paced = {});

}  // namespace banyan::bench
