#include "router/fleet/shared_log.hpp"

#include "router/fleet/entry.hpp"

#include <poll.h>

namespace banyan::fleet {
namespace {

constexpr int page = 200;  // an entry is one or two KB
constexpr std::size_t longest_line = 8 * 1024 * 1024;

bool readable(int descriptor) {
  pollfd one{descriptor, POLLIN, 0};
  return ::poll(&one, 1, 0) > 0;
}

}  // namespace

SharedLog::SharedLog(const Address& address, std::chrono::milliseconds timeout)
    : prefix_(address.prefix), timeout_(timeout), connection_(address.endpoints) {}

Result<Answer> SharedLog::post(std::string_view target, std::string_view body) {
  try {
    Answer answer = connection_.post(target, body, timeout_);
    if (answer.status == 200) return answer;
    // 4xx: it was not begun. A 5xx may be said of a request that is carried out all the same (a change of leader).
    return LogError{connection_.member() + " says: " + refusal_words(answer.status, answer.body), answer.status >= 500};
  } catch (const NoAnswer& no) {
    return LogError{no.what(), no.sent};
  }
}

Result<Listing> SharedLog::list(std::int64_t seq) {
  Listing all;
  do {
    const auto answer = post("/v3/kv/range", range_request(entry_key(prefix_, seq), end_key(prefix_), page));
    if (!answer) return answer.error();
    auto part = parse_range(answer->body);
    if (!part || (part->more && part->items.empty())) return LogError{connection_.member() + ": that is not an answer of etcd's v3 gateway"};
    if (all.revision == 0) all.revision = part->revision;  // a watch from here misses nothing
    all.more = part->more;
    for (KeyValue& item : part->items) all.items.push_back(std::move(item));
    if (!all.items.empty()) seq = seq_of(prefix_, all.items.back().key).value_or(0) + 1;
    if (all.more && seq == 1) return LogError{"etcd holds '" + all.items.back().key.substr(0, 200) + "', which is not the key of an entry"};
  } while (all.more);
  return all;
}

Result<Written> SharedLog::add(std::int64_t seq, std::int64_t created, const std::string& text) {
  std::vector<Condition> conditions{{entry_key(prefix_, seq), 0}};
  if (seq > 1) conditions.push_back({entry_key(prefix_, seq - 1), created});
  const std::string from = entry_key(prefix_, seq > 1 ? seq - 1 : 1);
  const auto answer = post("/v3/kv/txn", write_request(conditions, entry_key(prefix_, seq), text, from, end_key(prefix_)));
  if (!answer) return answer.error();
  auto written = parse_write(answer->body);
  if (!written) return LogError{connection_.member() + ": that is not an answer of etcd's v3 gateway", true};
  return std::move(*written);
}

std::string SharedLog::version() {
  const auto answer = post("/v3/maintenance/status", "{}");
  return answer ? parse_version(answer->body).value_or("") : "";
}

Watch::Watch(const Address& address, std::chrono::milliseconds timeout)
    : prefix_(address.prefix), timeout_(timeout), connection_(address.endpoints) {}

std::string Watch::open(std::int64_t revision) {
  text_.clear();
  try {
    connection_.open_stream("/v3/watch", watch_request(entry_key(prefix_, 0), end_key(prefix_), revision), timeout_);
    return {};
  } catch (const NoAnswer& no) {
    return no.what();
  }
}

// `silent`: there is no whole line.
Watch::News Watch::next_line() {
  for (auto end = text_.find('\n'); end != text_.npos; end = text_.find('\n')) {
    const WatchNews news = parse_watch(std::string_view(text_).substr(0, end));
    if (news == WatchNews::ended) why_lost_ = "etcd ended the watch: " + text_.substr(0, std::min<std::size_t>(end, 300));
    text_.erase(0, end + 1);
    if (news == WatchNews::changed) return News::changed;
    if (news == WatchNews::compacted) return News::compacted;
    if (news == WatchNews::ended) return News::lost;
  }
  return News::silent;
}

Watch::News Watch::wait(std::chrono::milliseconds time, int wake) {
  const auto deadline = Connection::Clock::now() + time;
  try {
    for (;;) {
      if (const News news = next_line(); news != News::silent) {
        if (news != News::changed) close();
        return news;
      }
      if (readable(wake)) return News::woken;
      if (Connection::Clock::now() >= deadline) return News::silent;
      text_ += connection_.read_stream(deadline, wake);
      if (text_.size() > longest_line) throw NoAnswer(connection_.member() + ": a line without end", true);
    }
  } catch (const NoAnswer& no) {
    why_lost_ = no.what();
    close();
    return News::lost;
  }
}

}  // namespace banyan::fleet
