#include "router/telemetry/access_log.hpp"
#include "router/telemetry/json_text.hpp"

#include <ctime>

namespace banyan::telemetry {
namespace {

void put_text(std::string& out, std::string_view key, std::string_view value) {
  if (value.empty()) return;
  out += key;
  put_json_text(out, value);
  out += '"';
}

void put_number(std::string& out, std::string_view key, std::uint64_t value) {
  out += key;
  put_json_number(out, value);
}

void put_time(std::string& out, std::int64_t unix_ms) {
  // The calendar part changes once a second; formatting it for each line would cost more than the rest.
  thread_local std::int64_t cached_second = -1;
  thread_local char cached[32];
  const std::int64_t second = unix_ms / 1000;
  if (second != cached_second) {
    const auto time = static_cast<std::time_t>(second);
    std::tm parts{};
    gmtime_r(&time, &parts);
    std::strftime(cached, sizeof cached, "%Y-%m-%dT%H:%M:%S", &parts);
    cached_second = second;
  }
  const auto ms = static_cast<int>(unix_ms % 1000);
  out += cached;
  const char fraction[] = {'.', static_cast<char>('0' + ms / 100), static_cast<char>('0' + ms / 10 % 10),
                           static_cast<char>('0' + ms % 10), 'Z', '"'};
  out.append(fraction, sizeof fraction);
}

}  // namespace

void append_json(std::string& out, const AccessEntry& entry) {
  out += "{\"time\":\"";
  put_time(out, entry.unix_ms);
  put_text(out, ",\"client\":\"", entry.client);
  put_text(out, ",\"method\":\"", entry.method);
  put_text(out, ",\"target\":\"", entry.target);
  put_text(out, ",\"host\":\"", entry.host);
  put_number(out, ",\"status\":", static_cast<std::uint64_t>(entry.status));
  put_text(out, ",\"answer\":\"", entry.answer);
  put_text(out, ",\"cutover\":\"", entry.cutover);
  put_text(out, ",\"stage\":\"", entry.stage);
  put_text(out, ",\"side\":\"", entry.side);
  put_text(out, ",\"reason\":\"", entry.reason);
  if (entry.bucket >= 0) put_number(out, ",\"bucket\":", static_cast<std::uint64_t>(entry.bucket));
  put_text(out, ",\"upstream\":\"", entry.upstream);
  put_text(out, ",\"endpoint\":\"", entry.endpoint);
  put_text(out, ",\"aggregation\":\"", entry.aggregation);
  put_text(out, ",\"parts\":\"", entry.parts);
  put_text(out, ",\"caller\":\"", entry.caller);
  put_text(out, ",\"user_agent\":\"", entry.user_agent);
  put_text(out, ",\"problem\":\"", entry.problem);
  put_text(out, ",\"trace_id\":\"", entry.trace_id);
  if (!entry.baggage.empty()) out.append(",\"baggage\":{").append(entry.baggage) += '}';
  put_number(out, ",\"bytes_in\":", entry.bytes_in);
  put_number(out, ",\"bytes_out\":", entry.bytes_out);
  put_number(out, ",\"duration_us\":", entry.duration_us);
  put_number(out, ",\"upstream_us\":", entry.upstream_us);
  put_number(out, ",\"connect_us\":", entry.connect_us);
  put_number(out, ",\"attempts\":", entry.attempts);
  out += entry.reused ? ",\"reused\":true" : ",\"reused\":false";
  out += entry.shadowed ? ",\"shadowed\":true}\n" : "}\n";
}

}  // namespace banyan::telemetry
