// How the bank is to misbehave: a plan of faults, each for the next so-and-so many charges and refunds. In memory only:
// a restarted bank behaves. Any thread.
#pragma once
#include "extracted_services/service/server.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace banyan::bank {

//   decline        says no, and remembers it under the key
//   delay_before   acts late: the caller may have given up and asked for something else by then
//   delay_after    acts, answers late
//   cut_before     cuts the connection, nothing was done
//   cut_after      acts, cuts the connection instead of answering
struct PlannedFault {
  std::string kind;
  std::int64_t count = 1;
  std::int64_t delay_ms = 0;
};
BOOST_DESCRIBE_STRUCT(PlannedFault, (), (kind, count, delay_ms))

bool is_fault_kind(std::string_view word);

class Faults {
 public:
  void add(const PlannedFault& fault);
  void clear();
  std::vector<PlannedFault> planned() const;
  std::int64_t suffered() const;  // how many requests have met a fault

  // One charge on its way in: what happens to its connection.
  service::Disturbance on_request(const service::Request& request);
  // One charge being decided: is it to be declined?
  bool take_decline();

 private:
  std::optional<PlannedFault> take(bool decline);  // with mutex_ held

  mutable std::mutex mutex_;
  std::deque<PlannedFault> plan_;
  std::int64_t suffered_ = 0;
};

}  // namespace banyan::bank
