#include "router/telemetry/span.hpp"

#include "router/telemetry/json_text.hpp"

#include <algorithm>
#include <array>

namespace banyan::telemetry {
namespace {

// SpanFlags: sampled (all that are written are), "whether the parent is remote is known", "it is".
constexpr unsigned sampled = 0x001, has_is_remote = 0x100, is_remote = 0x200;

void put_attribute(std::string& out, std::string_view key, std::string_view value) {
  out.append(",{\"key\":\"").append(key).append("\",\"value\":{\"stringValue\":\"");
  put_json_text(out, value);
  out += "\"}}";
}

void put_integer(std::string& out, std::int64_t value) {
  if (value < 0) out += '-';
  put_json_number(out, value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value));
}

}  // namespace

SpanText::SpanText(std::string& out, const SpanHead& head) : out_(out), trace_id_(head.trace_id) {
  out.append(",{\"traceId\":\"").append(head.trace_id).append("\",\"spanId\":\"").append(head.span_id) += '"';
  if (!head.parent_id.empty()) out.append(",\"parentSpanId\":\"").append(head.parent_id) += '"';
  if (!head.trace_state.empty()) {
    out += ",\"traceState\":\"";
    put_json_text(out, head.trace_state);
    out += '"';
  }
  out += ",\"flags\":";
  put_json_number(out, sampled | has_is_remote | (head.parent_is_remote ? is_remote : 0));
  out += ",\"name\":\"";
  put_json_text(out, head.name);
  if (!head.name_more.empty()) {
    out += ' ';
    put_json_text(out, head.name_more);
  }
  out += "\",\"kind\":";
  put_json_number(out, static_cast<std::uint64_t>(head.kind));
  out += ",\"startTimeUnixNano\":\"";
  put_integer(out, head.start_ns);
  out += "\",\"endTimeUnixNano\":\"";
  put_integer(out, std::max(head.start_ns, head.end_ns));
  out += "\",\"attributes\":[";
}

void SpanText::key(std::string_view name) {
  if (!std::exchange(first_, false)) out_ += ',';
  out_.append("{\"key\":\"").append(name).append("\",\"value\":{");
}

void SpanText::text(std::string_view name, std::string_view value) {
  if (value.empty()) return;
  key(name);
  out_ += "\"stringValue\":\"";
  put_json_text(out_, value);
  out_ += "\"}}";
}

void SpanText::number(std::string_view name, std::int64_t value) {
  key(name);
  out_ += "\"intValue\":\"";
  put_integer(out_, value);
  out_ += "\"}}";
}

void SpanText::flag(std::string_view name, bool value) {
  key(name);
  out_ += value ? "\"boolValue\":true}}" : "\"boolValue\":false}}";
}

void SpanText::end(SpanStatus status, std::string_view linked) {
  out_ += ']';
  if (!linked.empty())
    out_.append(",\"links\":[{\"traceId\":\"").append(trace_id_).append("\",\"spanId\":\"").append(linked).append("\"}]");
  if (status != SpanStatus::unset) {
    out_ += ",\"status\":{\"code\":";
    put_json_number(out_, static_cast<std::uint64_t>(status));
    out_ += '}';
  }
  out_ += '}';
}

std::string export_body(const Resource& resource, const std::vector<std::string_view>& spans) {
  std::string attributes;
  put_attribute(attributes, "service.name", resource.service);
  put_attribute(attributes, "service.version", resource.version);
  put_attribute(attributes, "service.instance.id", resource.instance);
  put_attribute(attributes, "telemetry.sdk.name", "banyan");
  put_attribute(attributes, "telemetry.sdk.language", "cpp");
  put_attribute(attributes, "telemetry.sdk.version", resource.version);
  std::string out = "{\"resourceSpans\":[{\"resource\":{\"attributes\":[" + attributes.substr(1) +
                    "]},\"scopeSpans\":[{\"scope\":{\"name\":\"banyan\"},\"spans\":[";
  bool first = true;
  for (const auto piece : spans) out += std::exchange(first, false) ? piece.substr(1) : piece;
  return out += "]}]}]}";
}

std::string_view known_method(std::string_view method) {
  constexpr std::array<std::string_view, 9> known = {"GET",    "POST",    "PUT",     "HEAD", "DELETE",
                                                     "PATCH",  "OPTIONS", "CONNECT", "TRACE"};
  const auto found = std::find(known.begin(), known.end(), method);
  return found == known.end() ? std::string_view("_OTHER") : *found;
}

}  // namespace banyan::telemetry
