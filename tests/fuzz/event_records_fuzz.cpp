// The answer of a log, and the query of a reader: any bytes are read or refused, and what is read is within
// its bounds.
#include "extracted_services/event_log/http_log.hpp"
#include "extracted_services/event_log/read_query.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace banyan::event_log;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    std::size_t kept = 0;
    for (const auto& record : read_records(bytes)) {
      if (record.event.find('\n') != std::string::npos) std::abort();
      kept += record.event.size();
    }
    if (kept > size) std::abort();
  } catch (const LogError&) {
  }
  const auto query = read_query(bytes);
  if (!query) return 0;
  if (query->limit < 1 || query->limit > 10'000) std::abort();
  if (query->wait.count() < 0 || query->wait.count() > 60'000) std::abort();
  for (const auto& from : query->from)
    if (from.partition < 0 || from.offset < 0) std::abort();
  return 0;
}
