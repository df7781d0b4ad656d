// OTLP's JSON as a reader that trusts nobody: trace.proto and the encoding's exceptions (ids in hex, enums as numbers,
// 64-bit integers as texts).
#include "tests/support/otlp_collector.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace banyan::support {
namespace {

namespace json = boost::json;

class Reader {
 public:
  explicit Reader(std::vector<std::string>& faults) : faults_(faults) {}

  void fault(const std::string& what) { faults_.push_back(what); }

  const json::array& list(const json::object& from, const char* key, bool required) {
    static const json::array none;
    const auto* value = from.if_contains(key);
    if (value != nullptr && value->is_array()) return value->get_array();
    if (value != nullptr || required) fault(std::string(key) + " is no list");
    return none;
  }

  const json::object& object(const json::value& value, const std::string& what) {
    static const json::object none;
    if (value.is_object()) return value.get_object();
    fault(what + " is no object");
    return none;
  }

  std::string text(const json::object& from, const char* key, bool required) {
    const auto* value = from.if_contains(key);
    if (value != nullptr && value->is_string()) return std::string(value->get_string());
    if (value != nullptr || required) fault(std::string(key) + " is no text");
    return {};
  }

  std::string id(const json::object& from, const char* key, std::size_t digits, bool required) {
    const auto value = text(from, key, required);
    if (value.empty() && !required) return value;
    const bool hex = value.find_first_not_of("0123456789abcdef") == value.npos;
    const bool zeros = value.find_first_not_of('0') == value.npos;
    if (value.size() != digits || !hex || zeros) fault(std::string(key) + " is no id: '" + value + "'");
    return value;
  }

  std::int64_t number(const json::object& from, const char* key, bool required) {
    const auto* value = from.if_contains(key);
    if (value != nullptr && value->is_int64()) return value->get_int64();
    if (value != nullptr || required) fault(std::string(key) + " is no number");
    return 0;
  }

  std::int64_t nanos(const json::object& from, const char* key) {
    const auto value = text(from, key, true);
    const bool digits = !value.empty() && std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (digits && value.size() >= 18 && value.size() <= 19) return std::stoll(value);
    fault(std::string(key) + " is no time in nanoseconds: '" + value + "'");
    return 0;
  }

  std::map<std::string, std::string> attributes(const json::object& from) {
    std::map<std::string, std::string> out;
    for (const auto& one : list(from, "attributes", false)) {
      const auto& entry = object(one, "an attribute");
      const auto key = text(entry, "key", true);
      const auto* value = entry.if_contains("value");
      if (!out.emplace(key, value == nullptr ? "" : any_value(object(*value, key))).second) fault("twice: " + key);
    }
    return out;
  }

  CollectedSpan span(const json::object& from) {
    for (const auto& [key, value] : from)
      if (std::find(known_.begin(), known_.end(), std::string_view(key.data(), key.size())) == known_.end())
        fault("unknown key in a span: " + std::string(key));
    CollectedSpan out;
    out.trace_id = id(from, "traceId", 32, true);
    out.span_id = id(from, "spanId", 16, true);
    out.parent_id = id(from, "parentSpanId", 16, false);
    text(from, "traceState", false);
    number(from, "flags", false);
    out.name = text(from, "name", true);
    if (out.name.empty()) fault("a span without a name");
    out.kind = number(from, "kind", true);
    if (out.kind < 1 || out.kind > 5) fault("kind " + std::to_string(out.kind));
    out.start_ns = nanos(from, "startTimeUnixNano");
    out.end_ns = nanos(from, "endTimeUnixNano");
    if (out.end_ns < out.start_ns) fault("a span that ends before it begins");
    out.attributes = attributes(from);
    for (const auto& one : list(from, "links", false)) {
      const auto& link = object(one, "a link");
      id(link, "traceId", 32, true);
      out.links.push_back(id(link, "spanId", 16, true));
    }
    if (const auto* status = from.if_contains("status")) out.status = number(object(*status, "status"), "code", false);
    return out;
  }

 private:
  std::string any_value(const json::object& value) {
    if (value.size() != 1) fault("a value of " + std::to_string(value.size()) + " kinds");
    if (const auto* text = value.if_contains("stringValue"); text && text->is_string()) return std::string(text->get_string());
    if (const auto* flag = value.if_contains("boolValue"); flag && flag->is_bool()) return flag->get_bool() ? "true" : "false";
    if (const auto* whole = value.if_contains("intValue"); whole && whole->is_string()) return std::string(whole->get_string());
    fault("a value of no known kind: " + json::serialize(value));
    return {};
  }

  static constexpr std::array<std::string_view, 12> known_ = {
      "traceId", "spanId",          "parentSpanId", "traceState", "flags", "name",
      "kind",    "startTimeUnixNano", "endTimeUnixNano", "attributes", "links", "status"};
  std::vector<std::string>& faults_;
};

}  // namespace

std::string CollectedSpan::get(const std::string& key) const {
  const auto found = attributes.find(key);
  return found == attributes.end() ? std::string() : found->second;
}

std::vector<std::string> otlp_faults(std::string_view body, std::vector<CollectedSpan>* spans) {
  std::vector<std::string> faults;
  Reader reader(faults);
  boost::system::error_code broken;
  const auto root = json::parse(json::string_view(body.data(), body.size()), broken);
  if (broken) return {"no JSON: " + broken.message()};
  for (const auto& entry : reader.list(reader.object(root, "the request"), "resourceSpans", true)) {
    const auto& resource_spans = reader.object(entry, "resourceSpans");
    std::string service;
    if (const auto* resource = resource_spans.if_contains("resource"))
      service = reader.attributes(reader.object(*resource, "resource"))["service.name"];
    if (service.empty()) reader.fault("no service.name");
    for (const auto& scoped : reader.list(resource_spans, "scopeSpans", true)) {
      const auto& scope_spans = reader.object(scoped, "scopeSpans");
      for (const auto& one : reader.list(scope_spans, "spans", true)) {
        auto span = reader.span(reader.object(one, "a span"));
        span.service = service;
        if (spans != nullptr) spans->push_back(std::move(span));
      }
    }
  }
  return faults;
}

}  // namespace banyan::support
