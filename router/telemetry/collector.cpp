#include "router/telemetry/collector.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

namespace banyan::telemetry {
namespace {

using std::chrono::milliseconds;

constexpr std::uint16_t usual_port = 4318;
constexpr std::string_view traces = "/v1/traces";

bool fit_for_url(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

bool is_host(std::string_view text, bool v6) {
  const auto fits = [v6](unsigned char c) {
    if (v6) return std::isxdigit(c) != 0 || c == ':' || c == '.';
    return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_';
  };
  return !text.empty() && (!v6 || text.find(':') != text.npos) && std::all_of(text.begin(), text.end(), fits);
}

bool parse_authority(std::string_view text, Collector& out) {
  out.port = usual_port;
  std::string_view port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == text.npos) return false;
    out.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
  } else {
    const auto colon = text.find(':');
    out.host = text.substr(0, colon);
    port = colon == text.npos ? std::string_view() : text.substr(colon);
  }
  if (!is_host(out.host, text.starts_with('['))) return false;
  if (port.empty()) return true;
  const auto [end, error] = std::from_chars(port.data() + 1, port.data() + port.size(), out.port);
  return port.front() == ':' && error == std::errc() && end == port.data() + port.size() && out.port != 0;
}

}  // namespace

std::optional<Collector> parse_collector(std::string_view url, std::string& why) {
  if (url.starts_with("https://")) {
    why = "TLS to the collector is not built in; send to an agent on this machine, which can speak it";
    return std::nullopt;
  }
  constexpr std::string_view scheme = "http://";
  why = "such as http://127.0.0.1:4318";
  if (!url.starts_with(scheme) || !fit_for_url(url)) return std::nullopt;
  url.remove_prefix(scheme.size());
  const auto slash = std::min(url.find('/'), url.size());
  Collector out;
  if (url.find_first_of("@?#") != url.npos || !parse_authority(url.substr(0, slash), out)) return std::nullopt;
  auto path = url.substr(slash);
  while (path.ends_with('/')) path.remove_suffix(1);
  out.target = path;
  if (!path.ends_with(traces)) out.target += traces;
  return out;
}

std::string to_string(const Collector& collector) {
  const bool v6 = collector.host.find(':') != std::string::npos;
  return "http://" + (v6 ? "[" + collector.host + "]" : collector.host) + ":" + std::to_string(collector.port) +
         collector.target;
}

ExportVerdict judge(const ExportReply& reply) {
  if (reply.status >= 200 && reply.status < 300) return ExportVerdict::taken;
  switch (reply.status) {
    case 0:
    case 429:
    case 502:
    case 503:
    case 504:
      return ExportVerdict::again;
    default:
      return ExportVerdict::lost;
  }
}

std::uint64_t rejected_spans(std::string_view body) {
  boost::system::error_code broken;
  const auto value = boost::json::parse(boost::json::string_view(body.data(), body.size()), broken);
  if (broken || !value.is_object()) return 0;
  const auto* partial = value.get_object().if_contains("partialSuccess");
  const auto* count = partial && partial->is_object() ? partial->get_object().if_contains("rejectedSpans") : nullptr;
  if (count == nullptr) return 0;
  std::uint64_t spans = 0;  // a 64-bit number is a text in this encoding, but some write a number
  if (count->is_string()) {
    const auto& text = count->get_string();
    std::from_chars(text.data(), text.data() + text.size(), spans);
  } else if (count->is_int64() && count->get_int64() > 0) {
    spans = static_cast<std::uint64_t>(count->get_int64());
  }
  return spans;
}

milliseconds export_pause(const ExportPatience& patience, std::uint32_t attempts,
                          std::optional<std::chrono::seconds> retry_after, std::uint64_t random) {
  if (retry_after) return std::max(milliseconds(1), std::min<milliseconds>(*retry_after, patience.whole));
  const auto doublings = std::min<std::uint32_t>(attempts - 1, 20);
  const auto most = std::min<std::int64_t>(patience.first.count() << doublings, patience.most.count());
  return milliseconds(1 + static_cast<std::int64_t>(random % static_cast<std::uint64_t>(std::max<std::int64_t>(most, 1))));
}

Ratio::Ratio(double share)
    : below_(static_cast<std::uint64_t>(std::llround(std::clamp(share, 0.0, 1.0) * static_cast<double>(mask + 1)))) {}

}  // namespace banyan::telemetry
