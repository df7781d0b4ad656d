// What an exchange keeps while it puts an answer together. Made only for requests that an aggregation takes.
#pragma once
#include "router/proxy/part_call.hpp"

#include <memory>
#include <string>
#include <vector>

namespace banyan::proxy {

struct Aggregated {
  const aggregate::Aggregation* rules = nullptr;
  std::vector<std::unique_ptr<PartCall>> calls;  // in the declared order
  std::string detail;   // of the failure the caller is told
  std::string summary;  // "order:ok payment:timed_out", for the access log
};

}  // namespace banyan::proxy
