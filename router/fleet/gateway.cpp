#include "router/fleet/gateway.hpp"

#include <boost/json.hpp>
#include <openssl/evp.h>

#include <charconv>

namespace banyan::fleet {
namespace {

namespace json = boost::json;

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::optional<json::object> parse_object(std::string_view text) {
  boost::system::error_code error;
  json::value value = json::parse(json::string_view(text.data(), text.size()), error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

const json::object* object_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value && value->is_object() ? &value->get_object() : nullptr;
}

std::string_view text_in(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (!value || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

bool true_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value && value->is_bool() && value->get_bool();
}

// 0 when it is left out; nothing when it stands there and is no number.
std::optional<std::int64_t> number_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (!value) return 0;
  if (value->is_int64()) return value->get_int64();
  const std::string_view text = text_in(object, key);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> revision_of(const json::object& answer) {
  const json::object* header = object_at(answer, "header");
  return header ? number_at(*header, "revision") : std::nullopt;
}

std::optional<KeyValue> key_value_of(const json::value& value) {
  if (!value.is_object()) return std::nullopt;
  const json::object& object = value.get_object();
  auto key = decode_base64(text_in(object, "key"));
  auto bytes = decode_base64(text_in(object, "value"));
  const auto created = number_at(object, "create_revision");
  if (!key || key->empty() || !bytes || !created || *created <= 0) return std::nullopt;
  return KeyValue{std::move(*key), std::move(*bytes), *created};
}

std::optional<Listing> listing_of(const json::object& answer) {
  const auto revision = revision_of(answer);
  if (!revision) return std::nullopt;
  Listing out{*revision, {}, true_at(answer, "more")};
  const json::value* all = answer.if_contains("kvs");
  if (!all) return out;
  if (!all->is_array()) return std::nullopt;
  for (const json::value& each : all->get_array()) {
    auto item = key_value_of(each);
    if (!item) return std::nullopt;
    out.items.push_back(std::move(*item));
  }
  return out;
}

json::object range_of(std::string_view from, std::string_view end) {
  return {{"key", encode_base64(from)}, {"range_end", encode_base64(end)}};
}

}  // namespace

std::string encode_base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // EVP_EncodeBlock ends with a NUL
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::optional<std::string> decode_base64(std::string_view text) {
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  if (text.size() % 4 != 0 || text.substr(0, text.size() - padding).find_first_not_of(alphabet) != text.npos) return std::nullopt;
  std::string out(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size != static_cast<int>(out.size())) return std::nullopt;
  out.resize(out.size() - padding);  // it counts the padding as bytes
  return out;
}

std::string range_request(std::string_view from, std::string_view end, int limit) {
  json::object out = range_of(from, end);
  out["limit"] = limit;
  return json::serialize(out);
}

std::optional<Listing> parse_range(std::string_view body) {
  const auto answer = parse_object(body);
  return answer ? listing_of(*answer) : std::nullopt;
}

std::string write_request(const std::vector<Condition>& conditions, std::string_view key, std::string_view value,
                          std::string_view from, std::string_view end) {
  json::array compare;
  for (const Condition& each : conditions)
    compare.push_back(json::object{{"key", encode_base64(each.key)},
                                   {"target", "CREATE"},
                                   {"result", "EQUAL"},
                                   {"create_revision", std::to_string(each.created)}});
  const json::object put{{"request_put", {{"key", encode_base64(key)}, {"value", encode_base64(value)}}}};
  const json::object list{{"request_range", range_of(from, end)}};
  return json::serialize(json::object{
      {"compare", std::move(compare)}, {"success", json::array{put}}, {"failure", json::array{list}}});
}

std::optional<Written> parse_write(std::string_view body) {
  const auto answer = parse_object(body);
  const auto revision = answer ? revision_of(*answer) : std::nullopt;
  if (!revision) return std::nullopt;
  Written out{true_at(*answer, "succeeded"), *revision, {}};
  if (out.done) return out;
  const json::value* all = answer->if_contains("responses");
  if (!all || !all->is_array() || all->get_array().size() != 1 || !all->get_array().front().is_object()) return std::nullopt;
  const json::object* range = object_at(all->get_array().front().get_object(), "response_range");
  auto listing = range ? listing_of(*range) : std::nullopt;
  if (!listing) return std::nullopt;
  out.instead = std::move(*listing);
  return out;
}

std::string watch_request(std::string_view from, std::string_view end, std::int64_t revision) {
  json::object range = range_of(from, end);
  range["start_revision"] = std::to_string(revision);
  return json::serialize(json::object{{"create_request", std::move(range)}});
}

WatchNews parse_watch(std::string_view line) {
  const auto answer = parse_object(line);
  const json::object* result = answer ? object_at(*answer, "result") : nullptr;
  if (!result) return WatchNews::ended;
  const auto compacted = number_at(*result, "compact_revision");
  if (!compacted) return WatchNews::ended;
  if (*compacted != 0) return WatchNews::compacted;
  if (true_at(*result, "canceled")) return WatchNews::ended;
  if (true_at(*result, "created")) return WatchNews::created;
  const json::value* events = result->if_contains("events");
  return events && events->is_array() && !events->get_array().empty() ? WatchNews::changed : WatchNews::nothing;
}

std::optional<std::string> parse_version(std::string_view body) {
  const auto answer = parse_object(body);
  if (!answer || text_in(*answer, "version").empty()) return std::nullopt;
  return std::string(text_in(*answer, "version"));
}

std::string refusal_words(int status, std::string_view body) {
  const auto answer = parse_object(body);
  const std::string_view words = answer ? text_in(*answer, "error") : std::string_view();
  return words.empty() ? "status " + std::to_string(status) : std::string(words.substr(0, 300));
}

}  // namespace banyan::fleet
