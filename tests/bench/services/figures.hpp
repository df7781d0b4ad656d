// What `./banyan bench services` measures. Every figure stands beside one of a peer that was measured in the
// same run on the same disk: the machine's speed falls out of the ratio.
#pragma once
#include <chrono>
#include <string>
#include <vector>

namespace banyan::services_bench {

using Clock = std::chrono::steady_clock;
inline double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Figure {
  std::string what;
  double value = 0;
  std::string unit;
  std::string peer;
  double peer_value = 0;
  std::string bar{};  // of the design; empty: there is none

  double ratio() const { return peer_value > 0 ? value / peer_value : 0; }
};

struct Scale {
  double seconds = 3;  // of each measured stretch
  int clients = 16;
  int orders = 400;
};

// Durable events per second: plain file, SQLite, outbox, banyan-log, relay, replay.
struct Storage {
  double commits = 0;  // group-committed transactions/s: the ceiling that orders are held against
  std::vector<Figure> figures;
};
Storage measure_storage(const Scale& scale);

// Orders through the real programs, with and without the saga; recovery with 100,000 sagas on file.
std::vector<Figure> measure_orders(const Scale& scale, double commits);

// How long other keys' events take while one key is parked.
std::vector<Figure> measure_poison(const Scale& scale);

}  // namespace banyan::services_bench
