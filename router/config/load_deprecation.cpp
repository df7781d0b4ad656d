// `deprecate:` -> the header lines that say so: Deprecation (RFC 9745), Sunset (RFC 8594), Link.
#include "router/config/loading.hpp"
#include "router/cutover/record.hpp"

#include <ctime>

namespace banyan::config {
namespace {

using Time = std::chrono::system_clock::time_point;

// A day, or a time of it.
std::optional<Time> read_day(Context& context, const Value* value) {
  std::string text;
  if (!read(context, value, text, "a date such as 2026-11-01")) return std::nullopt;
  const auto time = cutover::parse_time(text.size() == 10 ? text + "T00:00:00Z" : text);
  if (!time) context.expected(*value, "a date", "such as 2026-11-01 or 2026-11-01T08:00:00Z");
  return time;
}

// RFC 9110, 5.6.7
std::string http_date(Time time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  char rest[32];
  std::strftime(rest, sizeof rest, " %Y %H:%M:%S GMT", &parts);
  char day[8];
  std::strftime(day, sizeof day, "%d ", &parts);
  return std::string(days[parts.tm_wday]) + ", " + day + months[parts.tm_mon] + rest;
}

bool is_uri(const std::string& text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f || c == '<' || c == '>' || c == '"') return false;
  return text.starts_with("https://") || text.starts_with("http://") || text.starts_with('/');
}

}  // namespace

void load_deprecation(Context& context, const Value* value, const std::string& path, std::string& out) {
  if (!value) return;
  Mapping section(context, *value, path);
  const Value* since_value = section.require("since", "the day from which it is deprecated");
  const auto since = read_day(context, since_value);
  const Value* sunset_value = section.find("sunset");
  const auto sunset = sunset_value ? read_day(context, sunset_value) : std::nullopt;
  const Value* link_value = section.find("link");
  std::string link;
  if (read(context, link_value, link, "an address where it is explained") && !is_uri(link))
    context.expected(*link_value, "an http or https address, or a path", "such as https://docs.example.org/orders-v2");
  if (!since) return;
  if (sunset && *sunset < *since)
    context.error(sunset_value->place, "the sunset lies before the deprecation", "RFC 9745: it is deprecated first, and gone later");
  out = "Deprecation: @" + std::to_string(std::chrono::system_clock::to_time_t(*since)) + "\r\n";
  if (sunset) out += "Sunset: " + http_date(*sunset) + "\r\n";
  if (!link.empty()) out += "Link: <" + link + ">; rel=\"deprecation\"\r\n";
}

}  // namespace banyan::config
