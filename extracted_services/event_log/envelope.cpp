#include "extracted_services/event_log/envelope.hpp"

#include "extracted_services/service/fields.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace banyan::event_log {
namespace json = boost::json;
using service::Outcome;
namespace {

constexpr std::size_t longest_text = 255;

std::optional<service::Fault> wrong(const std::string& where, const char* member, const std::string& what) {
  const std::string pointer = where + "/" + member;
  return service::bad_request(std::string(member) + " " + what, pointer);
}

std::optional<service::Fault> check_text(const json::object& event, const std::string& where,
                                         const char* member) {
  const auto* value = event.if_contains(member);
  if (!value) return wrong(where, member, "is required");
  const auto* text = value->if_string();
  if (!text) return wrong(where, member, "must be a string");
  if (text->empty() || text->size() > longest_text) return wrong(where, member, "must have 1 to 255 bytes");
  return std::nullopt;
}

std::optional<service::Fault> check_sequence(const json::object& event, const std::string& where) {
  const auto* value = event.if_contains("keysequence");
  if (!value) return wrong(where, "keysequence", "is required");
  const auto* number = value->if_int64();
  // CloudEvents integers have 32 bits.
  if (!number || *number < 1 || *number > 2147483647)
    return wrong(where, "keysequence", "must be an integer between 1 and 2147483647");
  return std::nullopt;
}

std::optional<service::Fault> check_event(const json::value& value, const std::string& where) {
  const auto* event = value.if_object();
  if (!event) return service::bad_request("an event must be an object", where);
  for (const char* member : {"specversion", "id", "source", "type", "partitionkey"})
    if (auto fault = check_text(*event, where, member)) return fault;
  if (event->at("specversion").as_string() != "1.0") return wrong(where, "specversion", "must be \"1.0\"");
  if (auto fault = check_sequence(*event, where)) return fault;
  const auto* data = event->if_contains("data");
  if (!data || !data->is_object()) return wrong(where, "data", "must be an object");
  const auto* trace = event->if_contains("traceparent");
  if (trace && !trace->is_string()) return wrong(where, "traceparent", "must be a string");
  return std::nullopt;
}

std::string text_of(const json::value& value) { return std::string(value.as_string()); }

}  // namespace

Outcome<std::vector<Message>> read_append(std::string_view body) {
  json::monotonic_resource memory;
  boost::system::error_code error;
  const auto document = json::parse(body, error, &memory);
  if (error) return service::bad_request("the body must be JSON: " + error.message());
  const auto* object = document.if_object();
  const auto* events = object ? object->if_contains("events") : nullptr;
  const auto* list = events ? events->if_array() : nullptr;
  if (!list) return service::bad_request("events must be an array", "/events");
  if (list->empty() || list->size() > most_events)
    return service::bad_request("events must have 1 to " + std::to_string(most_events) + " entries",
                                "/events");
  std::vector<Message> messages;
  messages.reserve(list->size());
  for (const auto& event : *list) {
    if (auto fault = check_event(event, "/events/" + std::to_string(messages.size()))) return *fault;
    messages.push_back({text_of(event.as_object().at("partitionkey")), json::serialize(event)});
  }
  return messages;
}

Outcome<Envelope> open_envelope(std::string_view text) {
  boost::system::error_code error;
  auto document = json::parse(text, error);
  auto fault = error ? service::bad_request("not JSON: " + error.message()) : check_event(document, "");
  if (fault) return service::Fault{400, "not_an_event", fault->message, fault->pointer};
  auto& event = document.as_object();
  Envelope envelope{text_of(event.at("source")),
                    text_of(event.at("partitionkey")),
                    event.at("keysequence").as_int64(),
                    text_of(event.at("type")),
                    {},
                    {}};
  if (const auto* trace = event.if_contains("traceparent")) envelope.traceparent = text_of(*trace);
  envelope.data = std::move(event.at("data").as_object());
  return envelope;
}

bool is_topic(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= 64 && plain(name.front()) && plain(name.back()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return plain(c) || c == '-'; });
}

}  // namespace banyan::event_log
