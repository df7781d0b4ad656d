#include "extracted_services/outbox/event.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace banyan::outbox {
namespace json = boost::json;
namespace {

constexpr std::size_t longest_key = 255;
constexpr std::size_t longest_type = 128;
constexpr std::size_t largest_data = 256 * 1024;

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_word(std::string_view text) {
  return !text.empty() && is_lower_or_digit(text.front()) && is_lower_or_digit(text.back()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

bool is_version(std::string_view text) {
  return text.size() >= 2 && text[0] == 'v' && text[1] >= '1' && text[1] <= '9' &&
         std::all_of(text.begin() + 2, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_type(std::string_view type) {
  const auto last = type.rfind('.');
  if (type.size() > longest_type || last == std::string_view::npos || !is_version(type.substr(last + 1)))
    return false;
  auto rest = type.substr(0, last);
  for (auto dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
    if (!is_word(rest.substr(0, dot))) return false;
    rest.remove_prefix(dot + 1);
  }
  return is_word(rest);
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

std::optional<std::string> wrong_with(const Event& event) {
  if (!is_type(event.type))
    return "type '" + event.type +
           "' must be dotted lower-case words with the version last, as in "
           "banyan.orders.order-placed.v1";
  if (event.key.empty() || event.key.size() > longest_key ||
      std::any_of(event.key.begin(), event.key.end(), is_control))
    return "key must be 1 to 255 bytes without control characters";
  if (event.data.size() > largest_data) return "data must be at most 262144 bytes";
  boost::system::error_code error;
  const auto data = json::parse(event.data, error);
  if (error || !data.is_object()) return "data must be one JSON object";
  return std::nullopt;
}

std::string to_cloud_event(std::string_view producer, const Row& row) {
  json::object head{{"specversion", "1.0"},
                    {"id", std::to_string(row.position)},
                    {"source", producer},
                    {"type", row.event.type},
                    {"subject", row.event.key},
                    {"time", row.event.time},
                    {"datacontenttype", "application/json"},
                    {"partitionkey", row.event.key},
                    {"keysequence", row.sequence}};
  if (!row.event.traceparent.empty()) head["traceparent"] = row.event.traceparent;
  std::string text = json::serialize(head);
  // The data is JSON text already: it was checked when it was appended.
  text.pop_back();
  return text + ",\"data\":" + row.event.data + "}";
}

}  // namespace banyan::outbox
