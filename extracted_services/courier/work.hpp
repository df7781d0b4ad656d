// What is to be sent to other services stands in a service's own database, written in the transaction of the
// change that makes it necessary; a courier carries it out. Its owner is a Work: what is due, and what an
// answer means. A Work knows no sockets and no clock, so tests drive it without either.
#pragma once
#include "extracted_services/client/answer.hpp"
#include "extracted_services/store/connection.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace banyan::courier {

using Millis = std::int64_t;  // since 1970

// One call that is to be made. Sent at least once: whoever receives it must know it by its key.
struct Parcel {
  std::string id;        // of the row it comes from, together with the attempt: "7/reserve/do#2"
  std::string upstream;  // "inventory"
  client::Call call;
};

class Work {
 public:
  virtual ~Work() = default;
  // On the writer thread, in a transaction; whatever they write is on disk before anything is sent.
  // All that is to be sent now, but at most `limit`. Also does what time alone makes due.
  virtual std::vector<Parcel> due(store::Connection& db, Millis now, std::size_t limit) = 0;
  virtual void answered(store::Connection& db, const Parcel& parcel, const client::Result& result, Millis now,
                        std::uint64_t random) = 0;
  // When due() should be asked again at the latest.
  virtual std::optional<Millis> next(store::Connection& db) = 0;
};

}  // namespace banyan::courier
