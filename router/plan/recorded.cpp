#include "router/plan/recorded.hpp"

#include "router/cutover/record.hpp"

#include <boost/json.hpp>

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>

namespace banyan::plan {
namespace {

namespace json = boost::json;

std::int64_t to_ms(std::chrono::system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

std::optional<Recorded> parse_own(std::string_view line) {
  boost::system::error_code error;
  const json::value value = json::parse(json::string_view(line.data(), line.size()), error);
  if (error || !value.is_object()) return std::nullopt;
  const auto text = [&value](const char* key) {
    const json::value* field = value.get_object().if_contains(key);
    return field && field->is_string() ? std::string(field->get_string()) : std::string();
  };
  const auto number = [&value](const char* key, std::int64_t otherwise) {
    const json::value* field = value.get_object().if_contains(key);
    return field && field->is_int64() ? field->get_int64() : otherwise;
  };
  const auto time = cutover::parse_time(text("time"));
  Recorded out;
  if (time) out.unix_ms = to_ms(*time);
  out.client = text("client"), out.method = text("method"), out.target = text("target"), out.host = text("host");
  out.status = static_cast<int>(number("status", 0));
  out.cutover = text("cutover"), out.side = text("side"), out.upstream = text("upstream");
  out.bucket = number("bucket", -1);
  out.caller = text("caller"), out.user_agent = text("user_agent");
  if (!time || out.method.empty() || out.target.empty()) return std::nullopt;
  return out;
}

// "10/Oct/2000:13:55:36 -0700"
std::optional<std::int64_t> parse_clf_time(const std::string& text) {
  static constexpr const char* months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  std::tm parts{};
  std::array<char, 4> month{};
  char sign = '+';
  int hours = 0, minutes = 0;
  if (std::sscanf(text.c_str(), "%2d/%3s/%4d:%2d:%2d:%2d %c%2d%2d", &parts.tm_mday, month.data(), &parts.tm_year, &parts.tm_hour,
                  &parts.tm_min, &parts.tm_sec, &sign, &hours, &minutes) != 9)
    return std::nullopt;
  const char* found = std::strstr(months, month.data());
  if (!found || std::strlen(month.data()) != 3 || (found - months) % 3 != 0) return std::nullopt;
  parts.tm_mon = static_cast<int>((found - months) / 3);
  parts.tm_year -= 1900;
  const std::int64_t offset = (hours * 60 + minutes) * 60 * (sign == '-' ? -1 : 1);
  return (static_cast<std::int64_t>(timegm(&parts)) - offset) * 1000;
}

// What stands between two marks, and the rest behind them.
std::optional<std::string> cut(std::string_view& rest, char open, char close) {
  const auto start = rest.find(open);
  const auto end = start == rest.npos ? rest.npos : rest.find(close, start + 1);
  if (end == rest.npos) return std::nullopt;
  std::string text(rest.substr(start + 1, end - start - 1));
  rest.remove_prefix(end + 1);
  return text;
}

// host ident user [time] "METHOD target HTTP/1.1" status bytes ["referer" "user agent"]
std::optional<Recorded> parse_combined(std::string_view line) {
  Recorded out;
  out.client = std::string(line.substr(0, line.find(' ')));
  const auto time = cut(line, '[', ']');
  const auto unix_ms = time ? parse_clf_time(*time) : std::nullopt;
  const auto request = cut(line, '"', '"');
  if (!unix_ms || !request) return std::nullopt;
  out.unix_ms = *unix_ms;
  const auto first = request->find(' ');
  const auto second = request->find(' ', first == std::string::npos ? first : first + 1);
  if (second == std::string::npos) return std::nullopt;
  out.method = request->substr(0, first);
  out.target = request->substr(first + 1, second - first - 1);
  const auto digits = line.find_first_of("0123456789");
  if (digits == line.npos || std::from_chars(line.data() + digits, line.data() + line.size(), out.status).ec != std::errc())
    return std::nullopt;
  if (cut(line, '"', '"'))
    if (auto agent = cut(line, '"', '"'); agent && *agent != "-") out.user_agent = std::move(*agent);
  if (out.method.empty() || out.target.empty()) return std::nullopt;
  return out;
}

}  // namespace

std::optional<Recorded> parse_line(std::string_view line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  return line.starts_with('{') ? parse_own(line) : parse_combined(line);
}

}  // namespace banyan::plan
