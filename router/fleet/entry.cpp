#include "router/fleet/entry.hpp"

#include "router/cutover/record.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <random>

namespace banyan::fleet {
namespace {

namespace json = boost::json;

constexpr int format = 1;
constexpr std::size_t digits = 12;
constexpr std::string_view folder = "/log/";

std::string text_field(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::optional<cutover::State> state_field(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value ? cutover::state_from_json(json::serialize(*value)) : std::nullopt;
}

std::optional<SharedChange> change_of(const json::value& value) {
  if (!value.is_object()) return std::nullopt;
  const json::object& object = value.get_object();
  const auto before = state_field(object, "before"), after = state_field(object, "after");
  const json::value* evidence = object.if_contains("evidence");
  SharedChange out{text_field(object, "cutover"), {}, {}, text_field(object, "cohort"), ""};
  if (out.cutover.empty() || !before || !after || !evidence || !evidence->is_object()) return std::nullopt;
  out.before = *before;
  out.after = *after;
  out.evidence = json::serialize(*evidence);
  return out;
}

// A text that is no JSON is kept as a text.
json::value embedded(const std::string& text) {
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  return error ? json::value(text) : value;
}

}  // namespace

std::string to_json(const Entry& entry) {
  json::array changes;
  for (const SharedChange& change : entry.changes)
    changes.push_back(json::object{{"cutover", change.cutover},
                                   {"before", embedded(cutover::to_json(change.before))},
                                   {"after", embedded(cutover::to_json(change.after))},
                                   {"cohort", change.cohort},
                                   {"evidence", embedded(change.evidence)}});
  return json::serialize(json::object{{"format", format},
                                      {"seq", entry.seq},
                                      {"prev", entry.prev},
                                      {"id", entry.id},
                                      {"router", entry.router},
                                      {"who", entry.who},
                                      {"why", entry.why},
                                      {"at", entry.at},
                                      {"config", entry.config},
                                      {"changes", std::move(changes)}});
}

std::optional<Entry> entry_from_json(std::string_view text, std::string& why) {
  boost::system::error_code error;
  const json::value value = json::parse(json::string_view(text.data(), text.size()), error);
  why = "it is not an entry of a fleet's record";
  if (error || !value.is_object()) return std::nullopt;
  const json::object& object = value.get_object();
  const json::value* version = object.if_contains("format");
  const json::value* seq = object.if_contains("seq");
  const json::value* changes = object.if_contains("changes");
  if (!version || !version->is_int64()) return std::nullopt;
  if (version->get_int64() != format) {
    why = "it is of format " + std::to_string(version->get_int64()) + "; this version of the router knows " + std::to_string(format);
    return std::nullopt;
  }
  if (!seq || !seq->is_int64() || !changes || !changes->is_array()) return std::nullopt;
  Entry out{seq->get_int64(),
            text_field(object, "prev"),
            text_field(object, "id"),
            text_field(object, "router"),
            text_field(object, "who"),
            text_field(object, "why"),
            text_field(object, "at"),
            text_field(object, "config"),
            {}};
  for (const json::value& each : changes->get_array()) {
    auto change = change_of(each);
    if (!change) {
      why = "it holds a change or a stage that this version of the router does not know";
      return std::nullopt;
    }
    out.changes.push_back(std::move(*change));
  }
  return out;
}

std::string fresh_id() {
  std::random_device random;
  return std::to_string((static_cast<std::uint64_t>(random()) << 32) | random());
}

std::string entry_key(std::string_view prefix, std::int64_t seq) {
  const std::string number = std::to_string(seq);
  return std::string(prefix) + std::string(folder) + std::string(digits - std::min(digits, number.size()), '0') + number;
}

std::string end_key(std::string_view prefix) {
  std::string key = std::string(prefix) + std::string(folder);
  ++key.back();
  return key;
}

std::optional<std::int64_t> seq_of(std::string_view prefix, std::string_view key) {
  const std::size_t start = prefix.size() + folder.size();
  if (key.size() != start + digits || !key.starts_with(prefix) || key.substr(prefix.size(), folder.size()) != folder)
    return std::nullopt;
  std::int64_t seq = 0;
  const auto [end, error] = std::from_chars(key.data() + start, key.data() + key.size(), seq);
  if (error != std::errc() || end != key.data() + key.size() || seq <= 0) return std::nullopt;
  return seq;
}

}  // namespace banyan::fleet
