// Spans as OTLP's JSON encoding (opentelemetry-proto 1.x, trace.proto): ids in hex, 64-bit numbers as texts, enums as
// numbers. A span is appended field by field to a text that holds many, each with a comma before it:
//
//   SpanText span(out, head);
//   span.text("http.request.method", "GET");
//   span.end(SpanStatus::unset);
//
// and append_export() makes a request body of such a text. Pure; one thread per text.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace banyan::telemetry {

enum class SpanKind : std::uint8_t { internal = 1, server = 2, client = 3, producer = 4, consumer = 5 };
enum class SpanStatus : std::uint8_t { unset = 0, ok = 1, error = 2 };

struct SpanHead {
  std::string_view trace_id;     // 32 hex digits
  std::string_view span_id;      // 16
  std::string_view parent_id{};  // empty: the root of its trace
  bool parent_is_remote = false;
  std::string_view trace_state{};
  std::string_view name;         // "GET"
  std::string_view name_more{};  // "/orders/{id}", after a blank
  SpanKind kind = SpanKind::internal;
  std::int64_t start_ns = 0, end_ns = 0;  // since 1970
};

class SpanText {
 public:
  SpanText(std::string& out, const SpanHead& head);
  void text(std::string_view key, std::string_view value);  // nothing when the value is empty
  void number(std::string_view key, std::int64_t value);
  void flag(std::string_view key, bool value);
  // `linked`: another span of the same trace; empty: none. Closes the span.
  void end(SpanStatus status, std::string_view linked = {});

 private:
  void key(std::string_view name);
  std::string& out_;
  std::string_view trace_id_;
  bool first_ = true;
};

struct Resource {
  std::string service;   // service.name
  std::string version;   // service.version
  std::string instance;  // service.instance.id
};

// `spans` as SpanText wrote them, at least one.
std::string export_body(const Resource& resource, const std::vector<std::string_view>& spans);

// The method as the semantic conventions want it: one of the known ones, else "_OTHER".
std::string_view known_method(std::string_view method);

}  // namespace banyan::telemetry
