#include "router/fleet/address.hpp"

#include <algorithm>
#include <charconv>

namespace banyan::fleet {
namespace {

constexpr std::string_view scheme = "etcd://";

bool plain(std::string_view text, std::string_view also) {
  return std::all_of(text.begin(), text.end(), [also](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || also.find(static_cast<char>(c)) != also.npos;
  });
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  Endpoint out;
  std::string_view port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == text.npos) return std::nullopt;
    out.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
    if (!plain(out.host, ":.")) return std::nullopt;
  } else {
    const auto colon = text.find(':');
    out.host = text.substr(0, colon);
    port = colon == text.npos ? std::string_view() : text.substr(colon);
    if (!plain(out.host, ".-_")) return std::nullopt;
  }
  if (out.host.empty()) return std::nullopt;
  if (port.empty()) return out;
  const auto [end, error] = std::from_chars(port.data() + 1, port.data() + port.size(), out.port);
  if (port.front() != ':' || error != std::errc() || end != port.data() + port.size() || out.port == 0) return std::nullopt;
  return out;
}

}  // namespace

bool is_address(std::string_view text) { return text.starts_with(scheme); }

std::optional<Address> parse_address(std::string_view text, std::string& why) {
  why = "such as etcd://10.0.0.5:2379,10.0.0.6:2379/shop";
  if (!is_address(text)) return std::nullopt;
  text.remove_prefix(scheme.size());
  if (text.find('@') != text.npos) {
    why = "a name and password for etcd are not built in; let only the routers reach its port";
    return std::nullopt;
  }
  const auto slash = std::min(text.find('/'), text.size());
  Address out;
  if (slash < text.size()) out.prefix = text.substr(slash);
  while (out.prefix.ends_with('/')) out.prefix.pop_back();
  if (out.prefix.empty()) out.prefix = Address{}.prefix;
  if (!plain(out.prefix, "/.-_")) return std::nullopt;
  for (std::string_view rest = text.substr(0, slash);;) {
    const auto comma = rest.find(',');
    const auto endpoint = parse_endpoint(rest.substr(0, comma));
    if (!endpoint) return std::nullopt;
    out.endpoints.push_back(*endpoint);
    if (comma == rest.npos) return out;
    rest.remove_prefix(comma + 1);
  }
}

std::string to_string(const Endpoint& endpoint) {
  const bool v6 = endpoint.host.find(':') != std::string::npos;
  return (v6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
}

std::string to_string(const Address& address) {
  std::string text;
  for (const Endpoint& endpoint : address.endpoints) text += (text.empty() ? "" : ",") + to_string(endpoint);
  return std::string(scheme) + text + address.prefix;
}

}  // namespace banyan::fleet
