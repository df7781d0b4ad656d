// The bodies of etcd's v3 JSON gateway (etcd 3.4, rpc.proto): keys and values in base64, 64-bit numbers as texts, what is
// zero or false left out. Pure; any thread. An answer that is not of the form is nothing, never a guess.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::fleet {

std::string encode_base64(std::string_view bytes);
std::optional<std::string> decode_base64(std::string_view text);

struct KeyValue {
  std::string key, value;
  std::int64_t created = 0;  // the revision at which the key was written first
  bool operator==(const KeyValue&) const = default;
};

struct Listing {
  std::int64_t revision = 0;  // of the whole store, when it answered
  std::vector<KeyValue> items;
  bool more = false;  // cut at the limit
};

// POST /v3/kv/range: keys in [from, end), in their order, read from the quorum.
std::string range_request(std::string_view from, std::string_view end, int limit);
std::optional<Listing> parse_range(std::string_view body);

struct Condition {
  std::string key;
  std::int64_t created = 0;  // 0: there is no such key
};
// POST /v3/kv/txn: writes `key` if all conditions hold, else lists [from, end).
std::string write_request(const std::vector<Condition>& conditions, std::string_view key, std::string_view value,
                          std::string_view from, std::string_view end);
struct Written {
  bool done = false;
  std::int64_t revision = 0;
  Listing instead;  // when not done
};
std::optional<Written> parse_write(std::string_view body);

// POST /v3/watch: a stream of lines.
std::string watch_request(std::string_view from, std::string_view end, std::int64_t revision);
enum class WatchNews : std::uint8_t { created, changed, nothing, compacted, ended };
// Any line that is no answer of a watch has ended it.
WatchNews parse_watch(std::string_view line);

// POST /v3/maintenance/status; nothing when it does not say.
std::optional<std::string> parse_version(std::string_view body);

// What etcd says about a request that it did not take: "etcdserver: no leader", or the status.
std::string refusal_words(int status, std::string_view body);

}  // namespace banyan::fleet
