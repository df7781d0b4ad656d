#include "extracted_services/event_log/api.hpp"

#include "extracted_services/event_log/envelope.hpp"
#include "extracted_services/event_log/leases.hpp"
#include "extracted_services/event_log/read_query.hpp"
#include "extracted_services/event_log/records.hpp"

#include <algorithm>

namespace banyan::event_log {
namespace json = boost::json;
using service::Action;
using service::Outcome;
using service::Request;
using service::Success;

struct LeaseWish {
  service::Bounded<1000, 600'000> ttl_ms;
};
BOOST_DESCRIBE_STRUCT(LeaseWish, (), (ttl_ms))

struct Granted {
  std::int64_t partition;
  std::int64_t epoch;
  std::int64_t next;  // the offset the next record will get
};
BOOST_DESCRIBE_STRUCT(Granted, (), (partition, epoch, next))

struct Membership {
  std::string topic;
  std::string group;
  std::string member;
  std::vector<Granted> partitions;
  std::int64_t of;
};
BOOST_DESCRIBE_STRUCT(Membership, (), (topic, group, member, partitions, of))

struct Appended {
  std::string topic;
  std::int64_t appended;
};
BOOST_DESCRIBE_STRUCT(Appended, (), (topic, appended))

struct TopicRow {
  std::string topic;
  std::int64_t events;
  std::vector<std::int64_t> next;
};
BOOST_DESCRIBE_STRUCT(TopicRow, (), (topic, events, next))

struct TopicList {
  std::vector<TopicRow> topics;
};
BOOST_DESCRIBE_STRUCT(TopicList, (), (topics))

namespace {

json::object text_parameter(const std::string& name, const char* in, const char* description, bool required) {
  return {{"name", name},
          {"in", in},
          {"required", required},
          {"description", description},
          {"schema", {{"type", "string"}, {"minLength", 1}}}};
}

json::array path_parameters_of(const service::Spec& spec) {
  json::array all;
  for (const auto& name : service::path_parameters(spec.path))
    all.push_back(text_parameter(name, "path", "1 to 64 lower-case letters, digits and inner hyphens", true));
  return all;
}

// The first of the path's names that is none.
std::optional<service::Fault> wrong_path(const service::Spec& spec, const Request& request) {
  for (const auto& name : service::path_parameters(spec.path)) {
    const auto value = request.path_values.find(name);
    if (value == request.path_values.end() || !is_topic(value->second))
      return service::bad_request(name + " must be 1 to 64 lower-case letters, digits and inner hyphens");
  }
  return std::nullopt;
}

std::string value_of(const Request& request, const char* name) {
  return request.path_values.find(name)->second;
}

json::object append_schema() {
  const json::object text{{"type", "string"}, {"minLength", 1}, {"maxLength", 255}};
  const json::object event{
      {"type", "object"},
      {"required", {"specversion", "id", "source", "type", "partitionkey", "keysequence", "data"}},
      {"properties",
       {{"specversion", {{"type", "string"}, {"const", "1.0"}}},
        {"id", text},
        {"source", text},
        {"type", text},
        {"partitionkey", text},
        {"keysequence", {{"type", "integer"}, {"minimum", 1}, {"maximum", 2147483647}}},
        {"traceparent", {{"type", "string"}}},
        {"data", {{"type", "object"}}}}}};
  return {{"type", "object"},
          {"required", {"events"}},
          {"properties",
           {{"events", {{"type", "array"}, {"minItems", 1}, {"maxItems", most_events}, {"items", event}}}}}};
}

service::Endpoint append_endpoint(const ApiOptions& options) {
  service::Endpoint made;
  made.spec = {"POST", "/v1/topics/{topic}/events", "appendEvents",
               "Append CloudEvents: all or none, on disk when answered; a repetition appends again"};
  made.parameters = path_parameters_of(made.spec);
  made.body_schema = append_schema();
  made.reply_schema = service::Field<Appended>::schema();
  made.prepare = [spec = made.spec, options](const Request& request) -> Outcome<Action> {
    if (auto fault = wrong_path(spec, request)) return *fault;
    auto read = read_append(request.body);
    if (!read) return read.error();
    const auto messages = std::make_shared<const std::vector<Message>>(std::move(*read));
    return Action(
        [messages, topic = value_of(request, "topic"), options](store::Connection& db) -> Outcome<Success> {
          append(db, topic, *messages, options.partitions);
          if (options.appended) options.appended(messages->size());
          return service::success(Appended{topic, static_cast<std::int64_t>(messages->size())});
        });
  };
  return made;
}

// One record a line: a reader can tell the events apart without parsing them.
std::string written(const std::string& topic, const std::vector<Record>& records) {
  std::size_t size = 100 + topic.size();
  for (const auto& record : records) size += record.event.size() + 64;
  std::string text;
  text.reserve(size);
  text += "{\"topic\":\"" + topic + "\",\"events\":[";
  for (const auto& record : records) {
    text += text.back() == '[' ? "\n{\"partition\":" : ",\n{\"partition\":";
    text += std::to_string(record.partition);
    text += ",\"offset\":";
    text += std::to_string(record.offset);
    text += ",\"event\":";
    text += record.event;
    text += '}';
  }
  return text + "\n]}";
}

Outcome<Success> on_read(const std::string& topic, const ReadQuery& query, store::Connection& db) {
  const int count = query.from.empty() ? 0 : partitions(db, topic);
  if (!query.from.empty() && count == 0) return service::not_found("no topic " + topic + " yet");
  std::int64_t turn = 0;
  for (const auto& from : query.from) {
    if (from.partition >= count)
      return service::not_found("topic " + topic + " has partitions 0 to " + std::to_string(count - 1));
    turn += from.offset;
  }
  std::vector<Record> records;
  if (!query.from.empty())
    records = read(db, topic, query.from, {.records = query.limit}, static_cast<std::size_t>(turn));
  return Success{written(topic, records), {}, records.empty()};
}

json::object read_schema() {
  const json::object integer{{"type", "integer"}, {"minimum", 0}};
  const json::object record{
      {"type", "object"},
      {"required", {"partition", "offset", "event"}},
      {"properties", {{"partition", integer}, {"offset", integer}, {"event", {{"type", "object"}}}}}};
  return {
      {"type", "object"},
      {"required", {"topic", "events"}},
      {"properties", {{"topic", {{"type", "string"}}}, {"events", {{"type", "array"}, {"items", record}}}}}};
}

service::Endpoint read_endpoint() {
  service::Endpoint made;
  made.spec = {
      "GET",        "/v1/topics/{topic}/events",
      "readEvents", "Records from an offset on, partition by partition; waits for some if there are none",
      200,          {404}};
  made.parameters = path_parameters_of(made.spec);
  made.parameters.push_back(text_parameter("from", "query", "PARTITION:OFFSET, several by commas", true));
  made.parameters.push_back(text_parameter("limit", "query", "1 to 10000 records, default 1000", false));
  made.parameters.push_back(text_parameter("wait_ms", "query", "0 to 60000, default 0", false));
  made.reply_schema = read_schema();
  made.patience = [](const Request& request) {
    const auto query = read_query(request.query());
    return query ? query->wait : std::chrono::milliseconds(0);
  };
  made.prepare = [spec = made.spec](const Request& request) -> Outcome<Action> {
    if (auto fault = wrong_path(spec, request)) return *fault;
    const auto query = read_query(request.query());
    if (!query) return query.error();
    return Action([query = *query, topic = value_of(request, "topic")](store::Connection& db) {
      return on_read(topic, query, db);
    });
  };
  return made;
}

Outcome<TopicList> on_topics(const service::Call<>&, store::Connection& db) {
  TopicList list;
  for (auto& topic : topics(db)) {
    std::int64_t events = 0;
    for (const auto next : topic.next) events += next;
    list.topics.push_back({topic.name, events, std::move(topic.next)});
  }
  return list;
}

constexpr const char* member_path = "/v1/topics/{topic}/groups/{group}/members/{member}";

Membership membership(const Request& request) {
  return {value_of(request, "topic"), value_of(request, "group"), value_of(request, "member"), {}, 0};
}

service::Endpoint ask_endpoint(const ApiOptions& options) {
  service::Endpoint made;
  made.spec = {"POST",
               member_path,
               "renewMembership",
               "Join a consumer group or stay in it; answers the partitions that are this member's",
               200,
               {404}};
  made.parameters = path_parameters_of(made.spec);
  made.body_schema = service::Field<LeaseWish>::schema();
  made.reply_schema = service::Field<Membership>::schema();
  made.prepare = [spec = made.spec, options](const Request& request) -> Outcome<Action> {
    if (auto fault = wrong_path(spec, request)) return *fault;
    const auto wish = service::read_json<LeaseWish>(request.body);
    if (!wish) return wish.error();
    return Action([reply = membership(request), ttl = wish->ttl_ms.value,
                   options](store::Connection& db) -> Outcome<Success> {
      auto answer = reply;
      const int count = partitions(db, reply.topic);
      if (count == 0) return service::not_found("no topic " + reply.topic + " yet");
      for (const auto& lease : ask(db, reply.topic, reply.group, reply.member, count, options.now_ms(), ttl))
        answer.partitions.push_back({lease.partition, lease.epoch, next_offset(db, reply.topic, lease.partition)});
      answer.of = count;
      return service::success(answer);
    });
  };
  return made;
}

service::Endpoint leave_endpoint() {
  service::Endpoint made;
  made.spec = {"DELETE", member_path, "leaveGroup", "Give all partitions back at once"};
  made.parameters = path_parameters_of(made.spec);
  made.reply_schema = service::Field<Membership>::schema();
  made.prepare = [spec = made.spec](const Request& request) -> Outcome<Action> {
    if (auto fault = wrong_path(spec, request)) return *fault;
    return Action([reply = membership(request)](store::Connection& db) -> Outcome<Success> {
      leave(db, reply.topic, reply.group, reply.member);
      auto answer = reply;
      answer.of = partitions(db, reply.topic);
      return service::success(answer);
    });
  };
  return made;
}

}  // namespace

void add_endpoints(service::Api& api, const ApiOptions& options) {
  api.add(append_endpoint(options));
  api.add(read_endpoint());
  api.add(service::endpoint({"GET", "/v1/topics", "listTopics", "Topics and how far their partitions are"},
                            on_topics));
  api.add(ask_endpoint(options));
  api.add(leave_endpoint());
}

}  // namespace banyan::event_log
