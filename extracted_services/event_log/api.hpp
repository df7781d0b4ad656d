// The endpoints of banyan-log. Filled before the server starts.
#pragma once
#include "extracted_services/service/api.hpp"

#include <functional>

namespace banyan::event_log {

struct ApiOptions {
  int partitions = 8;                           // of a topic that an append makes
  std::function<std::int64_t()> now_ms;         // since 1970
  std::function<void(std::size_t)> appended{};  // events committed or about to be; for metrics
};

void add_endpoints(service::Api& api, const ApiOptions& options);

}  // namespace banyan::event_log
