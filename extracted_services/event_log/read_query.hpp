// The query of a read: from=0:120,3:77&limit=1000&wait_ms=10000. Pure; any thread.
#pragma once
#include "extracted_services/event_log/records.hpp"
#include "extracted_services/service/fault.hpp"

#include <chrono>
#include <string_view>

namespace banyan::event_log {

struct ReadQuery {
  std::vector<From> from;  // empty: asked to wait for anything to happen ("none")
  std::size_t limit = 1000;
  std::chrono::milliseconds wait{0};
};

// Faults name the parameter.
service::Outcome<ReadQuery> read_query(std::string_view query);

}  // namespace banyan::event_log
