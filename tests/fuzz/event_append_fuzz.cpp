// What the log takes from outside, it can hand out again: an append that is read gives messages that open as
// events under the same key, and lines that a consumer reads back byte for byte.
#include "extracted_services/event_log/envelope.hpp"
#include "extracted_services/event_log/http_log.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace banyan::event_log;
  const auto read = read_append({reinterpret_cast<const char*>(data), size});
  if (!read) {
    if (read.error().status != 400 || read.error().message.empty()) std::abort();
    return 0;
  }
  if (read->empty() || read->size() > most_events) std::abort();
  std::string answer = "{\"topic\":\"t\",\"events\":[";
  for (std::size_t i = 0; i < read->size(); ++i) {
    const auto& message = (*read)[i];
    const auto event = open_envelope(message.event);
    if (!event || event->key != message.key || event->sequence < 1) std::abort();
    answer += (i == 0 ? "\n" : ",\n");
    answer += "{\"partition\":0,\"offset\":" + std::to_string(i) + ",\"event\":" + message.event + "}";
  }
  const auto records = read_records(answer + "\n]}");
  if (records.size() != read->size()) std::abort();
  for (std::size_t i = 0; i < records.size(); ++i)
    if (records[i].event != (*read)[i].event || records[i].offset != static_cast<std::int64_t>(i)) std::abort();
  return 0;
}
