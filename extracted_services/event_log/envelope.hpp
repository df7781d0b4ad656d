// What an event must look like to enter or leave the log: CloudEvents 1.0 in JSON with our two extensions.
// Pure; any thread.
#pragma once
#include "extracted_services/event_log/log.hpp"
#include "extracted_services/service/fault.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::event_log {

inline constexpr std::size_t most_events = 2000;  // in one append

// The body of an append, {"events": [...]}: every event checked, faults named by JSON pointer.
service::Outcome<std::vector<Message>> read_append(std::string_view body);

// An event as a consumer needs it.
struct Envelope {
  std::string producer;  // CloudEvents source
  std::string key;
  std::int64_t sequence = 0;
  std::string type;
  std::string traceparent;
  boost::json::object data;
};
// A fault if it is no event of ours: code "not_an_event".
service::Outcome<Envelope> open_envelope(std::string_view event);

// "orders": 1 to 64 lower-case letters, digits and inner hyphens.
bool is_topic(std::string_view name);

}  // namespace banyan::event_log
