// Who of a consumer group reads which partition: shares by the alphabetical order of the living members,
// given from hand to hand. A lease only spares work: what keeps a stale member from doing harm is the
// compare-and-set on its position.
#pragma once
#include "extracted_services/store/connection.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace banyan::event_log {

struct Lease {
  int partition = 0;
  std::string member;
  std::int64_t epoch = 0;  // rises whenever the partition changes hands
  std::int64_t until_ms = 0;
  bool operator==(const Lease&) const = default;
};

// Pure. `leases` has one entry for every partition, in order; member empty: free. `alive` is sorted and
// contains `member`. Answers the leases after `member` has asked at `now_ms`: it keeps and takes its share,
// gives back what is another's, and takes nothing that a living member still holds.
std::vector<Lease> after_asking(std::vector<Lease> leases, const std::vector<std::string>& alive,
                                const std::string& member, std::int64_t now_ms, std::int64_t ttl_ms);

// The same on the log's tables; answers what `member` holds. On the writer's thread.
std::vector<Lease> ask(store::Connection& db, const std::string& topic, const std::string& group,
                       const std::string& member, int partitions, std::int64_t now_ms, std::int64_t ttl_ms);
// Gives everything back at once.
void leave(store::Connection& db, const std::string& topic, const std::string& group,
           const std::string& member);

}  // namespace banyan::event_log
