#include "router/cutover/record.hpp"

#include <boost/json.hpp>
#include <openssl/evp.h>

#include <cstdio>
#include <ctime>

namespace banyan::cutover {
namespace json = boost::json;

std::string sha256_hex(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE] = {};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr);
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += digits[digest[i] >> 4];
    text += digits[digest[i] & 15];
  }
  return text;
}

std::string hash_of(const Record& record) {
  std::string bytes;
  const auto add = [&bytes](std::string_view field) {
    bytes += std::to_string(field.size());
    bytes += ':';
    bytes += field;
  };
  add(std::to_string(record.seq));
  for (const std::string* field :
       {&record.time, &record.who, &record.why, &record.cutover, &record.previous, &record.next,
        &record.evidence, &record.config_hash, &record.cohort, &record.prev_hash})
    add(*field);
  return sha256_hex(bytes);
}

std::string to_json(const State& state) {
  json::object out;
  out["stage"] = to_string(state.stage);
  if (state.stage == Stage::held) out["before_hold"] = to_string(state.before_hold);
  out["weight"] = state.weight;
  if (state.note)
    out["rolled_back"] = {{"reason", state.note->reason}, {"by", state.note->by}, {"at", state.note->at}};
  return json::serialize(out);
}

namespace {

std::string text_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::optional<RollbackNote> note_from(const json::object& object) {
  const json::value* note = object.if_contains("rolled_back");
  if (!note || !note->is_object()) return std::nullopt;
  const json::object& fields = note->get_object();
  return RollbackNote{text_at(fields, "reason"), text_at(fields, "by"), text_at(fields, "at")};
}

}  // namespace

std::optional<State> state_from_json(std::string_view text) {
  boost::system::error_code error;
  const json::value value = json::parse(json::string_view(text.data(), text.size()), error);
  if (error || !value.is_object()) return std::nullopt;
  const json::object& object = value.get_object();
  const auto stage = stage_from(text_at(object, "stage"));
  const json::value* weight = object.if_contains("weight");
  if (!stage || !weight || !weight->is_int64() || weight->get_int64() < 0 ||
      weight->get_int64() > full_weight)
    return std::nullopt;
  State state;
  state.stage = *stage;
  state.weight = static_cast<Weight>(weight->get_int64());
  if (*stage == Stage::held) {
    const auto before = stage_from(text_at(object, "before_hold"));
    if (!before || *before == Stage::held) return std::nullopt;
    state.before_hold = *before;
  }
  state.note = note_from(object);
  return state;
}

std::string format_time(std::chrono::system_clock::time_point time) {
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  const std::time_t seconds = since / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40];
  const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  const std::string millis = std::to_string(1000 + since % 1000);
  return std::string(text, length) + "." + millis.substr(1) + "Z";
}

std::optional<std::chrono::system_clock::time_point> parse_time(const std::string& text) {
  std::tm parts{};
  int taken = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &parts.tm_year, &parts.tm_mon, &parts.tm_mday, &parts.tm_hour,
                  &parts.tm_min, &parts.tm_sec, &taken) != 6 || taken != 19)
    return std::nullopt;
  int ms = 0;
  std::string rest = text.substr(19);
  if (rest.size() == 5 && std::sscanf(rest.c_str(), ".%3d%n", &ms, &taken) == 1 && taken == 4) rest.erase(0, 4);
  // system_clock counts nanoseconds: it ends in 2262.
  const bool possible = parts.tm_year >= 1970 && parts.tm_year <= 2200 && parts.tm_mon >= 1 && parts.tm_mon <= 12 && parts.tm_mday >= 1 && parts.tm_mday <= 31 &&
                        parts.tm_hour < 24 && parts.tm_min < 60 && parts.tm_sec <= 60;
  if (rest != "Z" || !possible) return std::nullopt;
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  return std::chrono::system_clock::from_time_t(timegm(&parts)) + std::chrono::milliseconds(ms);
}

}  // namespace banyan::cutover
