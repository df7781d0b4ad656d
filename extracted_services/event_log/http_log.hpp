// The log that `banyan-log` keeps, over HTTP. Leases for the assignment, long poll for the records.
#pragma once
#include "extracted_services/event_log/http_exchange.hpp"
#include "extracted_services/event_log/log.hpp"

#include <memory>
#include <string>

namespace banyan::event_log {

struct HttpLogOptions {
  std::string url;  // http://127.0.0.1:8094
  std::chrono::milliseconds append_timeout{10'000};
  std::chrono::milliseconds lease{10'000};  // a member not heard of for this long loses its partitions
};

// Throws std::invalid_argument if the address is none.
std::unique_ptr<Log> http_log(HttpLogOptions options);

// The lines of a read's answer. Throws LogError if they are not what banyan-log writes.
std::vector<Record> read_records(std::string_view body);

}  // namespace banyan::event_log
