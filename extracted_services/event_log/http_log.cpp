#include "extracted_services/event_log/http_log.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <map>

namespace banyan::event_log {
namespace json = boost::json;
using std::chrono::milliseconds;
namespace {

// 4xx: the same request will be refused again. 5xx and 429: later perhaps not.
void check(const HttpAnswer& answer) {
  if (answer.status < 300) return;
  const bool final =
      answer.status >= 400 && answer.status < 500 && answer.status != 408 && answer.status != 429;
  throw LogError("the event log answers " + std::to_string(answer.status) + ": " + answer.body.substr(0, 500),
                 final);
}

std::int64_t number(std::string_view& text, std::string_view before) {
  std::int64_t value = 0;
  if (text.starts_with(before)) {
    text.remove_prefix(before.size());
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc()) {
      text.remove_prefix(static_cast<std::size_t>(end - text.data()));
      return value;
    }
  }
  throw LogError("the event log: not a line of records");
}

// Partition -> the offset its next record will get.
std::map<int, std::int64_t> ends_of(const json::value& grant) try {
  std::map<int, std::int64_t> ends;
  for (const auto& lease : grant.at("partitions").as_array()) {
    const auto* next = lease.as_object().if_contains("next");  // a log of an older release does not say
    ends[lease.at("partition").to_number<int>()] = next ? next->to_number<std::int64_t>() : 0;
  }
  return ends;
} catch (const std::exception&) {
  throw LogError("the event log: not a lease");
}

class HttpSubscription final : public Subscription {
 public:
  HttpSubscription(const HttpLogOptions& options, const std::string& topic, const std::string& group,
                   const std::string& member)
      : lease_(options.lease),
        exchange_(options.url),
        events_("/v1/topics/" + topic + "/events"),
        membership_("/v1/topics/" + topic + "/groups/" + group + "/members/" + member) {}

  ~HttpSubscription() override {
    // Twice, because a wake() that came too late for a poll interrupts the first. Else the lease runs out.
    for (int i = 0; i < 2; ++i) try {
        exchange_.request("DELETE", membership_, {}, milliseconds(1000));
        break;
      } catch (const LogError&) {
      }
  }

  Batch poll(std::size_t limit, milliseconds wait) override {
    Batch batch;
    const bool changed = renew();
    if (changed || any_unsought()) batch.assigned = assigned();
    if (batch.assigned) return batch;
    // A lease must be renewed while nothing comes.
    batch.records = fetch(limit, std::min(wait, lease_ / 3));
    for (const auto& record : batch.records) next_[record.partition] = record.offset + 1;
    return batch;
  }

  void seek(int partition, std::int64_t offset) override {
    if (next_.contains(partition)) next_[partition] = offset;
  }

  std::int64_t behind() const override {
    std::int64_t sum = 0;
    for (const auto& [partition, next] : next_) {
      const auto end = ends_.find(partition);
      if (end != ends_.end() && next != unsought) sum += std::max<std::int64_t>(end->second - next, 0);
    }
    return sum;
  }

  void wake() override { exchange_.interrupt(); }

 private:
  static constexpr std::int64_t unsought = -1;

  bool any_unsought() const {
    return std::any_of(next_.begin(), next_.end(),
                       [](const auto& entry) { return entry.second == unsought; });
  }

  std::vector<int> assigned() const {
    std::vector<int> all;
    for (const auto& [partition, offset] : next_) all.push_back(partition);
    return all;
  }

  bool renew() {
    const auto now = std::chrono::steady_clock::now();
    if (now < renew_at_) return false;
    const auto body = json::serialize(json::object{{"ttl_ms", lease_.count()}});
    const auto answer = exchange_.request("POST", membership_, body, lease_);
    if (answer.status == 404) next_.clear();  // nobody has appended yet
    if (answer.status != 404) check(answer);
    boost::system::error_code error;
    ends_ = answer.status == 404 ? std::map<int, std::int64_t>() : ends_of(json::parse(answer.body, error));
    const auto before = assigned();
    std::map<int, std::int64_t> next;
    for (const auto& [partition, end] : ends_) {
      const auto known = next_.find(partition);
      next[partition] = known == next_.end() ? unsought : known->second;
    }
    next_ = std::move(next);
    const bool changed = !asked_ || assigned() != before;
    asked_ = true;
    renew_at_ = now + (next_.empty() ? std::min(lease_ / 3, milliseconds(200)) : lease_ / 3);
    return changed;
  }

  std::vector<Record> fetch(std::size_t limit, milliseconds wait) {
    std::string from;
    for (const auto& [partition, offset] : next_)
      from += (from.empty() ? "" : ",") + std::to_string(partition) + ":" + std::to_string(offset);
    // Nothing is assigned: asking for nothing would be answered at once.
    if (from.empty()) from = "none";
    const auto answer =
        exchange_.request("GET",
                          events_ + "?from=" + from + "&limit=" + std::to_string(limit) +
                              "&wait_ms=" + std::to_string(from == "none" ? 200 : wait.count()),
                          {}, wait + milliseconds(10'000));
    check(answer);
    return read_records(answer.body);
  }

  const milliseconds lease_;
  HttpExchange exchange_;
  const std::string events_;
  const std::string membership_;
  std::map<int, std::int64_t> next_;
  std::map<int, std::int64_t> ends_;  // when the lease was last renewed
  bool asked_ = false;
  std::chrono::steady_clock::time_point renew_at_;
};

class HttpLog final : public Log {
 public:
  explicit HttpLog(HttpLogOptions options) : options_(std::move(options)), exchange_(options_.url) {}

  void append(const std::string& topic, std::span<const Message> messages) override {
    std::string body = "{\"events\":[";
    for (const auto& message : messages) {
      if (body.back() != '[') body += ',';
      body += message.event;
    }
    body += "]}";
    check(exchange_.request("POST", "/v1/topics/" + topic + "/events", body, options_.append_timeout));
  }

  std::unique_ptr<Subscription> subscribe(const std::string& topic, const std::string& group,
                                          const std::string& member) override {
    return std::make_unique<HttpSubscription>(options_, topic, group, member);
  }

  void wake() override { exchange_.interrupt(); }

 private:
  const HttpLogOptions options_;
  HttpExchange exchange_;
};

}  // namespace

// {"topic":"t","events":[\n{"partition":0,"offset":12,"event":{...}},\n...\n]}: one record a line, so that
// the events need not be parsed to be told apart.
std::vector<Record> read_records(std::string_view body) {
  std::vector<Record> records;
  auto end = body.find('\n');
  if (end == std::string_view::npos || !body.starts_with("{\"topic\":") || !body.ends_with("\n]}"))
    throw LogError("the event log: not an answer with records");
  body.remove_suffix(3);
  while (end < body.size()) {
    auto line = body.substr(end + 1, body.find('\n', end + 1) - (end + 1));
    end += 1 + line.size();
    if (line.ends_with(',')) line.remove_suffix(1);
    const auto partition = number(line, "{\"partition\":");
    const auto offset = number(line, ",\"offset\":");
    constexpr std::string_view name = ",\"event\":";
    if (!line.starts_with(name) || !line.ends_with('}'))
      throw LogError("the event log: not a line of records");
    line.remove_prefix(name.size());
    line.remove_suffix(1);
    records.push_back({static_cast<int>(partition), offset, std::string(line)});
  }
  return records;
}

std::unique_ptr<Log> http_log(HttpLogOptions options) {
  return std::make_unique<HttpLog>(std::move(options));
}

}  // namespace banyan::event_log
